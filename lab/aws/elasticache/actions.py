"""ElastiCache: all its actions together, in the place of moto's."""

from moto.elasticache import urls

from aws.elasticache import neighbours, tags
from aws.elasticache.clusters import ClusterActions
from aws.elasticache.events import EventActions
from aws.elasticache.failover import FailoverActions
from aws.elasticache.modification import ModificationActions
from aws.elasticache.parameter_groups import ParameterGroupActions
from aws.elasticache.replication_groups import ReplicationGroupActions
from aws.elasticache.request import Request
from aws.elasticache.resizing import ResizingActions
from aws.elasticache.snapshots import SnapshotActions
from aws.elasticache.subnet_groups import SubnetGroupActions
from aws.elasticache.tags import TagActions
from aws.elasticache.users import UserActions


class ElastiCache(
    ClusterActions,
    EventActions,
    FailoverActions,
    ModificationActions,
    ParameterGroupActions,
    ReplicationGroupActions,
    ResizingActions,
    SnapshotActions,
    SubnetGroupActions,
    TagActions,
    UserActions,
    Request,
):
    """An action is a method by the name that moto looks for: create_snapshot for CreateSnapshot."""


def install():
    urls.url_paths = {"{0}/$": ElastiCache.dispatch}
    neighbours.guard_security_groups()
    tags.show_to_tagging_api()
