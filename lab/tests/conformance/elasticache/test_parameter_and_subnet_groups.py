from tests.conformance.elasticache.given import (
    API,
    GUIDE,
    group,
    parameter_group,
    set_parameter,
    subnet_group,
)
from tests.conformance.harness import Row, conformance

nodes = "elasticache.describe_cache_clusters"
INVALID = "InvalidParameterValue"

change_parameters = "elasticache.modify_cache_parameter_group"
PARAMETERS = f"{GUIDE}/ParameterGroups.Engine.html"

test_parameters_and_subnets = conformance(
    [
        Row(
            "a parameter that no family has",
            change_parameters,
            PARAMETERS,
            set_parameter("stop-writes-on-bgsave-error", "no"),
            given=[parameter_group()],
            refused=INVALID,
        ),
        Row(
            "a parameter of a younger family",
            change_parameters,
            PARAMETERS,
            set_parameter("latency-tracking", "yes"),
            given=[parameter_group(family="redis6.x")],
            refused=INVALID,
        ),
        Row(
            "a value that a parameter does not take",
            change_parameters,
            PARAMETERS,
            set_parameter("maxmemory-policy", "lru"),
            given=[parameter_group()],
            refused=INVALID,
        ),
        Row(
            "a percentage of reserved memory",
            change_parameters,
            PARAMETERS,
            set_parameter("reserved-memory-percent", "100"),
            given=[parameter_group()],
            then=[
                (
                    "elasticache.describe_cache_parameters",
                    {"CacheParameterGroupName": "parameters", "Source": "user"},
                    {"Parameters[0].ParameterValue": "100"},
                )
            ],
        ),
        Row(
            "the default of a parameter in a default parameter group",
            "elasticache.describe_cache_parameters",
            PARAMETERS,
            {"CacheParameterGroupName": "default.redis7", "Source": "system"},
            answers={"Parameters[?ParameterName=='maxmemory-policy'].ParameterValue": ["volatile-lru"]},
        ),
        Row(
            "cluster mode in a default parameter group for it",
            "elasticache.describe_cache_parameters",
            PARAMETERS,
            {"CacheParameterGroupName": "default.redis7.cluster.on", "Source": "system"},
            answers={"Parameters[?ParameterName=='cluster-enabled'].ParameterValue": ["yes"]},
        ),
        Row(
            "no cluster mode in another",
            "elasticache.describe_cache_parameters",
            PARAMETERS,
            {"CacheParameterGroupName": "default.redis7", "Source": "system"},
            answers={"Parameters[?ParameterName=='cluster-enabled'].ParameterValue": ["no"]},
        ),
        Row(
            "a default parameter group, in which nobody can set anything",
            "elasticache.describe_cache_parameters",
            PARAMETERS,
            {"CacheParameterGroupName": "default.redis7", "Source": "user"},
            answers={"Parameters": []},
        ),
        Row(
            "101 percent",
            change_parameters,
            PARAMETERS,
            set_parameter("reserved-memory-percent", "101"),
            given=[parameter_group()],
            refused=INVALID,
        ),
        Row(
            "cluster mode in a group that is in use",
            change_parameters,
            "https://github.com/cloudposse/terraform-aws-elasticache-redis/issues/212",
            set_parameter("cluster-enabled", "yes"),
            given=[subnet_group, parameter_group(), group(CacheParameterGroupName="parameters")],
            refused=INVALID,
            message="The parameter cluster-enabled cannot be modified",
        ),
        Row(
            "a family that does not exist",
            "elasticache.create_cache_parameter_group",
            f"{API}/API_CreateCacheParameterGroup.html",
            {"CacheParameterGroupName": "parameters", "CacheParameterGroupFamily": "redis6.2", "Description": "none"},
            refused=INVALID,
        ),
        Row(
            "a parameter group's name with a dot",
            "elasticache.create_cache_parameter_group",
            f"{API}/API_CreateCacheParameterGroup.html",
            {"CacheParameterGroupName": "redis6.x", "CacheParameterGroupFamily": "redis6.x", "Description": "a dot"},
            refused=INVALID,
        ),
        Row(
            "a parameter group that is in use cannot be deleted",
            "elasticache.delete_cache_parameter_group",
            f"{API}/API_DeleteCacheParameterGroup.html",
            {"CacheParameterGroupName": "parameters"},
            given=[subnet_group, parameter_group(), group(CacheParameterGroupName="parameters")],
            refused="InvalidCacheParameterGroupState",
        ),
        Row(
            "a subnet group that is in use cannot be deleted",
            "elasticache.delete_cache_subnet_group",
            f"{API}/API_DeleteCacheSubnetGroup.html",
            {"CacheSubnetGroupName": "subnets"},
            given=[subnet_group, group()],
            refused="CacheSubnetGroupInUse",
        ),
        Row(
            "a subnet that nodes are in cannot leave",
            "elasticache.modify_cache_subnet_group",
            f"{API}/API_ModifyCacheSubnetGroup.html",
            lambda lab: {"CacheSubnetGroupName": "subnets", "SubnetIds": first_subnet(lab)},
            given=[subnet_group, group()],
            refused="SubnetInUse",
        ),
        Row(
            "a subnet that does not exist",
            "elasticache.create_cache_subnet_group",
            f"{API}/API_CreateCacheSubnetGroup.html",
            {"CacheSubnetGroupName": "other", "CacheSubnetGroupDescription": "none", "SubnetIds": ["subnet-00000000"]},
            refused="InvalidSubnet",
        ),
        *(
            Row(
                f"a subnet group of {count} subnets",
                "elasticache.create_cache_subnet_group",
                "https://docs.aws.amazon.com/general/latest/gr/elasticache-service.html",
                lambda lab, count=count: {
                    "CacheSubnetGroupName": "many",
                    "CacheSubnetGroupDescription": "many",
                    "SubnetIds": new_subnets(lab, count),
                },
                **expected,
            )
            for count, expected in (
                (20, {"answers": {"CacheSubnetGroup.CacheSubnetGroupName": "many"}}),
                (21, {"refused": "CacheSubnetQuotaExceededFault"}),
            )
        ),
    ]
)


def new_subnets(lab, count: int) -> list[str]:
    vpc = lab.call("ec2.create_vpc", CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    return [lab.call("ec2.create_subnet", VpcId=vpc, CidrBlock=f"10.1.{i}.0/24")["Subnet"]["SubnetId"] for i in range(count)]


def first_subnet(lab) -> list[str]:
    groups = lab.call("elasticache.describe_cache_subnet_groups")["CacheSubnetGroups"]
    return [groups[0]["Subnets"][0]["SubnetIdentifier"]]
