import pytest

from tests.conformance.elasticache.given import group, subnet_group
from tests.conformance.harness import Lab


@pytest.mark.parametrize("call", ["automatic-snapshot", "failover", "maintenance", "age", "data-size"])
def test_what_a_control_call_shows_of_aws_has_only_the_members_of_the_api(lab: Lab, call: str):
    """AWS's members begin with a capital letter, what the lab keeps beside them does not."""
    for step in (subnet_group, group()):
        step(lab)
    more = {"age": {"hours": 3}, "data-size": {"megabytes": 5}}.get(call, {})
    answer = lab.control(call, replicationGroupId="cache", **more)
    assert answer
    assert [name for name in answer if not name[0].isupper()] == []


def test_copies_of_a_group_have_nodes_tags_and_backups_of_their_own(lab: Lab):
    for step in (subnet_group, group(ReplicationGroupId="orders", Tags=[{"Key": "BackupFloorDays", "Value": "9"}])):
        step(lab)
    lab.control("automatic-snapshot", replicationGroupId="orders", ageHours=3)
    lab.control("copies", replicationGroupId="orders", count=30)
    elasticache = lab.client("elasticache")
    assert len(elasticache.describe_replication_groups()["ReplicationGroups"]) == 31
    one = elasticache.describe_replication_groups(ReplicationGroupId="orders-00029")["ReplicationGroups"][0]
    assert one["MemberClusters"] == ["orders-00029-001", "orders-00029-002"]
    assert elasticache.list_tags_for_resource(ResourceName=one["ARN"])["TagList"] == [{"Key": "BackupFloorDays", "Value": "9"}]
    source = one["SnapshottingClusterId"]
    snapshots = elasticache.describe_snapshots(CacheClusterId=source, SnapshotSource="system")["Snapshots"]
    assert [snapshot["CacheClusterId"] for snapshot in snapshots] == [source]
    lab.control("copies", replicationGroupId="orders", count=0)
    assert len(elasticache.describe_replication_groups()["ReplicationGroups"]) == 1
    assert len(elasticache.describe_snapshots()["Snapshots"]) == 1
