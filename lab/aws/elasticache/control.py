"""What ElastiCache does by itself: backups, failovers, maintenance, time."""

from datetime import datetime, timedelta, timezone

from moto.core import DEFAULT_ACCOUNT_ID

from aws.control import NotThere, control_call
from aws.elasticache import actions
from aws.registry import on_reset


class Caller(actions.ElastiCacheResponse):
    """The actions without a request."""

    def __init__(self, region: str):
        super().__init__()
        self.region, self.current_account = region, DEFAULT_ACCOUNT_ID


@on_reset
def forget():
    actions.STATE.clear()
    actions.DELAY.update(snapshot=0, group=0)


def forget_snapshots(region: str):
    Caller(region).lab().snapshots.clear()


def group_of(caller: Caller, name: str) -> dict:
    groups = caller.lab().groups
    if name.lower() not in groups:
        raise NotThere(f"no replication group named {name}; there are {sorted(groups)}")
    return groups[name.lower()]


@control_call
def automatic_snapshot(replication_group_id: str, region: str, status: str = "available", age_hours: float = 0) -> dict:
    """Takes an automatic backup, now or some hours ago; with --status failed one that failed."""
    caller = Caller(region)
    group = group_of(caller, replication_group_id)
    taken = len([s for s in caller.lab().snapshots.values() if s["SnapshotSource"] == "automated"])
    name = f"automatic.{group['ReplicationGroupId']}-2026-01-01-03-{taken:02}"
    return caller.take(name, group, "automated", status, age_hours)


@control_call
def failover(replication_group_id: str, region: str) -> dict:
    """Makes the next replica the primary (cluster mode disabled)."""
    group = group_of(Caller(region), replication_group_id)
    members = group["NodeGroups"][0]["NodeGroupMembers"]
    first = next(i for i, m in enumerate(members) if m["CurrentRole"] == "primary")
    for i, member in enumerate(members):
        member["CurrentRole"] = "primary" if i == (first + 1) % len(members) else "replica"
    return group


@control_call
def maintenance(replication_group_id: str, region: str) -> dict:
    """Lets the maintenance window come: what was requested without ApplyImmediately is applied."""
    caller = Caller(region)
    group = group_of(caller, replication_group_id)
    caller.maintenance(group)
    return group


@control_call
def age(replication_group_id: str, hours: float, region: str) -> dict:
    """Makes a replication group this many hours old."""
    group = group_of(Caller(region), replication_group_id)
    group["ReplicationGroupCreateTime"] = datetime.now(timezone.utc) - timedelta(hours=hours)
    return group


@control_call
def delay(snapshot_seconds: float = -1, group_seconds: float = -1) -> dict:
    """Sets how long a snapshot stays in creating, and a group in creating, modifying or deleting."""
    given = {"snapshot": snapshot_seconds, "group": group_seconds}
    actions.DELAY.update({kind: seconds for kind, seconds in given.items() if seconds >= 0})
    return actions.DELAY


@control_call
def replication_group(replication_group_id: str, region: str) -> dict:
    """Shows a replication group with what the API hides too, for example what it was restored from."""
    return group_of(Caller(region), replication_group_id)
