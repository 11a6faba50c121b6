"""Identifiers."""

import re

from aws.elasticache.refusals import refuse_value

# https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html (ReplicationGroupId: 1 to 40)
LONGEST_GROUP = 40
# https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html (CacheClusterId: 1 to 50)
LONGEST_NODE = 50
# No page of AWS says how long a snapshot's name may be: the shortest that tools assume.
LONGEST_SNAPSHOT = 40
# https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html (CacheSubnetGroupName: no more than 255)
LONGEST = 255


def check_name(parameter: str, name: str, longest: int):
    """Letters, digits and hyphens; a letter first, no hyphen last, no two in a row.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html (ReplicationGroupId)
    """
    if len(name) <= longest and re.fullmatch(r"[A-Za-z](?:[A-Za-z0-9]|-(?!-))*", name) and not name.endswith("-"):
        return
    refuse_value(
        f"The parameter {parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, "
        f"digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens; at most {longest} characters: {name!r}"
    )
