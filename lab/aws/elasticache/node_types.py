"""Node types, and how much data a node of each holds."""

import functools
import re

from aws import models
from aws.elasticache.refusals import refuse_value

# maxmemory in bytes: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html#ParameterGroups.Redis.NodeSpecific
M6 = {
    "large": 6854542746,
    "xlarge": 13891921715,
    "2xlarge": 27966669210,
    "4xlarge": 56116178125,
    "8xlarge": 111325552312,
    "12xlarge": 168715971994,
    "16xlarge": 225000375228,
}
R6 = {
    "large": 14037181030,
    "xlarge": 28261849702,
    "2xlarge": 56711183565,
    "4xlarge": 113609865216,
    "8xlarge": 225000375228,
    "12xlarge": 341206346547,
    "16xlarge": 450000750456,
}
T4 = {"micro": 536870912, "small": 1471026299, "medium": 3317862236}
MAXMEMORY = {"m6g": M6, "m7g": M6, "r6g": R6, "r6gd": R6, "r7g": R6, "r5": R6, "t3": T4, "t4g": T4}


@functools.cache
def known() -> frozenset[str]:
    """Those that the API model lists in the text of CreateReplicationGroup, CacheNodeType."""
    text = models.documentation(models.operation_of("elasticache", "CreateReplicationGroup"), "CacheNodeType")
    return frozenset(re.findall(r"cache\.[a-z0-9]+\.[a-z0-9]+", text)) | newer()


def newer() -> frozenset[str]:
    """Those that the user guide has and the model's text does not.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
    """
    sizes = {**dict.fromkeys(("m8g", "r8g", "c7gn", "c8gn"), list(R6)), "r6gd": [size for size in R6 if size != "large"]}
    return frozenset(f"cache.{family}.{size}" for family, of in sizes.items() for size in of)


def check_node_type(name: str | None):
    if name not in known():
        refuse_value(f"Invalid cache node type: {name}")


def has_data_tiering(name: str) -> bool:
    return name.startswith("cache.r6gd.")


def memory(name: str) -> int | None:
    """None: not known here."""
    _, family, size = name.split(".")
    return MAXMEMORY.get(family, {}).get(size)
