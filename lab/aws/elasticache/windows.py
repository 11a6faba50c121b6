"""The daily window of backups and the weekly one of maintenance.

SnapshotWindow and PreferredMaintenanceWindow in
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
"""

import re

from aws.elasticache.refusals import refuse_value

DAY = 24 * 60
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SHORTEST = 60
# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/maintenance-window.html
LONGEST_MAINTENANCE = DAY


def minutes(time: str) -> int:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", time):
        refuse_value(f"Invalid time {time!r}: use hh24:mi")
    return int(time[:2]) * 60 + int(time[3:])


def snapshot_window(text: str) -> tuple[int, int]:
    """Start in minutes of the day, and length."""
    parts = text.split("-")
    if len(parts) != 2:
        refuse_value(f"Invalid snapshot window format: {text!r}. Should be specified as hh24:mi-hh24:mi")
    start, end = map(minutes, parts)
    length = (end - start) % DAY
    if length < SHORTEST:
        refuse_value(f"The snapshot window must be at least {SHORTEST} minutes: {text!r}")
    return start, length


def maintenance_window(text: str) -> tuple[int, int]:
    """Start in minutes of the week, and length."""
    match = re.fullmatch(r"([a-z]{3}):(\d\d:\d\d)-([a-z]{3}):(\d\d:\d\d)", text.lower())
    if not match or match[1] not in DAYS or match[3] not in DAYS:
        refuse_value(f"Invalid maintenance window: {text!r}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi")
    start = DAYS.index(match[1]) * DAY + minutes(match[2])
    length = (DAYS.index(match[3]) * DAY + minutes(match[4]) - start) % (len(DAYS) * DAY)
    if length < SHORTEST:
        refuse_value(f"The maintenance window must be at least {SHORTEST} minutes: {text!r}")
    if length > LONGEST_MAINTENANCE:
        refuse_value(f"The maintenance window must be at most 24 hours: {text!r}")
    return start, length


def check_overlap(snapshot: str, maintenance: str):
    """Backups happen daily, so they meet maintenance on its weekday. Windows that touch do not overlap."""
    start, length = snapshot_window(snapshot)
    maintenance_start, maintenance_length = maintenance_window(maintenance)
    taken = {(maintenance_start + i) % DAY for i in range(maintenance_length)}
    if any((start + i) % DAY in taken for i in range(length)):
        refuse_value(f"The snapshot window {snapshot} and the maintenance window {maintenance} must not overlap")


def check_backup(retention: int | None, snapshot: str | None, maintenance: str | None) -> int:
    """The number of days that automatic backups are kept. A window that AWS chooses fits the other."""
    limit = retention or 0
    # https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html (the maximum of the retention limit is 35)
    if not 0 <= limit <= 35:
        refuse_value(f"Invalid snapshot retention limit: {limit}. Must be between 0 and 35.")
    if snapshot:
        snapshot_window(snapshot)
    if maintenance:
        maintenance_window(maintenance)
    if limit and snapshot and maintenance:
        check_overlap(snapshot, maintenance)
    return limit
