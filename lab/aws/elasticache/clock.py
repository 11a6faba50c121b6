"""Moments as precisely as AWS answers them (botocore, data/elasticache/2015-02-02/examples-1.json)."""

from datetime import datetime, timezone


def now() -> datetime:
    """In milliseconds: CacheClusterCreateTime."""
    moment = datetime.now(timezone.utc)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def whole_second(moment: datetime) -> datetime:
    """SnapshotCreateTime."""
    return moment.replace(microsecond=0)
