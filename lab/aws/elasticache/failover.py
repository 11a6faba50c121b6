"""A replica becomes the primary: by itself, or on request.

https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_TestFailover.html
"""

from moto.core.responses import ActionResult

from aws.elasticache.clock import now
from aws.elasticache.events import record, tell
from aws.elasticache.lifecycle import check_available
from aws.elasticache.nodes import lay_out, primary_of, shards_of
from aws.elasticache.refusals import refuse
from aws.elasticache.replication_groups import MISSING
from aws.elasticache.state import Place


def fail_over(place: Place, group: dict):
    """The next replica becomes the primary. With cluster mode enabled nobody sees it."""
    if group["ClusterEnabled"]:
        return
    members = group["MemberClusters"]
    new = members[(members.index(primary_of(group)) + 1) % len(members)]
    lay_out(place, group, new)
    record(place, group["ReplicationGroupId"], "replication-group", f"Failover to replica node {new} completed", now())
    tell(place, group, "FailoverComplete", new)


class FailoverActions:
    def test_failover(self) -> ActionResult:
        group = self.named("groups", "ReplicationGroupId", MISSING)
        check_available(self.place, group)
        if self.get("NodeGroupId") not in shards_of(group):
            refuse("NodeGroupNotFoundFault", f"Node group {self.get('NodeGroupId')} not found.")
        if group["AutomaticFailover"] != "enabled":
            refuse("TestFailoverNotAvailableFault", "Automatic failover must be enabled to test it.")
        fail_over(self.place, group)
        return ActionResult({"ReplicationGroup": {**group, "Status": "modifying"}})
