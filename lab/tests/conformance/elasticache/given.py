"""What rows of ElastiCache begin with."""

from tests.conformance.harness import Lab

SUBNET_GROUP = "subnets"


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


def group_arguments(**changes) -> dict:
    """A replication group that AWS accepts, but for what is changed. None leaves an argument out."""
    arguments = {
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
    return {name: value for name, value in arguments.items() if value is not None}


def group(**changes):
    def create(lab: Lab):
        lab.call("elasticache.create_replication_group", **group_arguments(**changes))

    return create


def snapshot(name: str = "backup", node: str = "cache-002"):
    def create(lab: Lab):
        lab.call("elasticache.create_snapshot", SnapshotName=name, CacheClusterId=node)

    return create


def control(name: str, **arguments):
    def call(lab: Lab):
        lab.control(name, **arguments)

    return call
