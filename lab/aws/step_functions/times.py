"""Times in the data of an execution."""

from datetime import datetime, timezone


def plain(value):
    """JSON. A time is written as java.time.Instant does: 2026-01-31T03:04:05.678Z, without milliseconds where there are none."""
    if isinstance(value, datetime):
        moment = value.astimezone(timezone.utc)
        milliseconds = f".{moment.microsecond // 1000:03}" if moment.microsecond // 1000 else ""
        return f"{moment:%Y-%m-%dT%H:%M:%S}{milliseconds}Z"
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value
