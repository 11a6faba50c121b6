"""What rows of ElastiCache begin with."""

from tests.conformance.harness import Lab

API = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference"
GUIDE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg"
# AWS's own examples of requests and answers.
EXAMPLES = "https://github.com/boto/botocore/blob/develop/botocore/data/elasticache/2015-02-02/examples-1.json"

SUBNET_GROUP = "subnets"
TOKEN = "a-token-of-16-chars"


def arn(kind: str, name: str) -> str:
    return f"arn:aws:elasticache:eu-west-1:123456789012:{kind}:{name}"


def subnet_group(lab: Lab):
    vpc = lab.call("ec2.create_vpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        lab.call("ec2.create_subnet", VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"]["SubnetId"]
        for i, zone in enumerate("ab")
    ]
    lab.call(
        "elasticache.create_cache_subnet_group",
        CacheSubnetGroupName=SUBNET_GROUP,
        CacheSubnetGroupDescription="two zones",
        SubnetIds=subnets,
    )


def call(name: str, **arguments):
    def step(lab: Lab):
        lab.call(name, **arguments)

    return step


def control(name: str, /, **arguments):
    def step(lab: Lab):
        lab.control(name, **arguments)

    return step


def without_nothing(arguments: dict) -> dict:
    return {name: value for name, value in arguments.items() if value is not None}


def group_arguments(**changes) -> dict:
    """A replication group that AWS accepts, but for what is changed. None leaves an argument out."""
    return without_nothing(
        {
            "ReplicationGroupId": "cache",
            "ReplicationGroupDescription": "a cache",
            "Engine": "redis",
            "EngineVersion": "7.1",
            "CacheNodeType": "cache.t4g.small",
            "NumCacheClusters": 2,
            "AutomaticFailoverEnabled": True,
            "CacheSubnetGroupName": SUBNET_GROUP,
            "SnapshotRetentionLimit": 7,
            **changes,
        }
    )


def sharded_arguments(**changes) -> dict:
    """The same with cluster mode enabled: two shards of two nodes."""
    return group_arguments(
        **{
            "ReplicationGroupId": "sharded",
            "CacheNodeType": "cache.r7g.large",
            "NumCacheClusters": None,
            "NumNodeGroups": 2,
            "ReplicasPerNodeGroup": 1,
            "CacheParameterGroupName": "default.redis7.cluster.on",
            **changes,
        }
    )


def group(**changes):
    return call("elasticache.create_replication_group", **group_arguments(**changes))


def sharded(**changes):
    return call("elasticache.create_replication_group", **sharded_arguments(**changes))


def node_arguments(**changes) -> dict:
    """A node without a replication group."""
    return without_nothing(
        {
            "CacheClusterId": "alone",
            "Engine": "redis",
            "EngineVersion": "7.1",
            "CacheNodeType": "cache.t4g.small",
            "NumCacheNodes": 1,
            "CacheSubnetGroupName": SUBNET_GROUP,
            **changes,
        }
    )


def node(**changes):
    return call("elasticache.create_cache_cluster", **node_arguments(**changes))


def snapshot(name: str = "backup", node: str = "cache-002"):
    return call("elasticache.create_snapshot", SnapshotName=name, CacheClusterId=node)


def parameter_group(name: str = "parameters", family: str = "redis7"):
    return call(
        "elasticache.create_cache_parameter_group",
        CacheParameterGroupName=name,
        CacheParameterGroupFamily=family,
        Description="parameters",
    )


def set_parameter(name: str, value: str, group: str = "parameters") -> dict:
    return {"CacheParameterGroupName": group, "ParameterNameValues": [{"ParameterName": name, "ParameterValue": value}]}


def user(user_id: str, name: str | None = None, engine: str = "redis", **changes):
    arguments = {
        "UserId": user_id,
        "UserName": name or user_id,
        "Engine": engine,
        "AccessString": "on ~* +@all",
        "Passwords": ["a-password-of-an-app"],
        **changes,
    }
    return call("elasticache.create_user", **without_nothing(arguments))


def user_group(name: str = "people", *users: str, engine: str = "redis"):
    return call("elasticache.create_user_group", UserGroupId=name, Engine=engine, UserIds=list(users or ("default",)))
