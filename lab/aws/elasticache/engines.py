"""Engines, their versions, and the families of parameter groups.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
"""

import re

from aws.elasticache.refusals import refuse_value

FAMILIES = {  # family: (engine, the versions that a request may name)
    "redis5.0": ("redis", r"5\.0\.6"),
    "redis6.x": ("redis", r"6\.0|6\.2|6\.x"),
    "redis7": ("redis", r"7\.0|7\.1"),
    "valkey7": ("valkey", r"7\.2"),
    "valkey8": ("valkey", r"8\.[012]"),
    "valkey9": ("valkey", r"9\.[01]"),
}
NEWEST = {"redis": "7.1", "valkey": "8.2"}
PATCHES = {"6.0": "6.0.5", "6.2": "6.2.6", "7.0": "7.0.7", "7.2": "7.2.6"}


def family_of(engine: str, version: str | None) -> tuple[str, str]:
    """The family, and the version as <major>.<minor> (5.0.6 as it is)."""
    version = version or NEWEST.get(engine, "")
    for family, (owner, pattern) in FAMILIES.items():
        if owner == engine and re.fullmatch(pattern, version):
            return family, version.replace("x", "2")
    refuse_value(f"Cannot find version {version} for {engine}")


def named(version: str) -> str:
    """The version as a request names it: 7.0.7 is 7.0, 5.0.6 stays."""
    return version if version.startswith("5.") else ".".join(version.split(".")[:2])


def full(version: str) -> str:
    """What DescribeCacheClusters answers for it."""
    return version if version.count(".") == 2 else PATCHES.get(version, f"{version}.0")


def number(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version))
