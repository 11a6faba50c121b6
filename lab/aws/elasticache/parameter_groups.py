"""Parameter groups.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.html
"""

import re

from moto.core.responses import ActionResult, EmptyResult

from aws.elasticache.engines import FAMILIES
from aws.elasticache.names import LONGEST, check_name
from aws.elasticache.parameters import CLUSTER_ENABLED, DEFAULTS, PARAMETERS
from aws.elasticache.refusals import refuse, refuse_combination, refuse_value
from aws.elasticache.state import Region
from aws.elasticache.tags import put_tags

DEFAULT = re.compile(r"default\.(.+?)(\.cluster\.on)?")


def check_family(state: Region, name: str | None, family: str):
    """A cache has a parameter group of its engine version's family."""
    if not name:
        return
    default = DEFAULT.fullmatch(name)
    if not default and name not in state.parameter_groups:
        refuse("CacheParameterGroupNotFound", f"CacheParameterGroup {name} not found.")
    found = default[1] if default else state.parameter_groups[name]["CacheParameterGroupFamily"]
    if found != family:
        refuse_combination(f"Expected a parameter group of family {family} but found one of family {found}")


def enables_cluster_mode(state: Region, name: str | None) -> bool:
    """The default groups with cluster mode end in .cluster.on (user guide, 'Parameter management')."""
    if name in state.parameter_groups:
        return state.parameter_groups[name]["values"].get(CLUSTER_ENABLED) == "yes"
    return bool(name) and name.endswith(".cluster.on")


def default_parameters(family: str, cluster_enabled: bool) -> str:
    """The default group where a request names none."""
    return f"default.{family}{'.cluster.on' if cluster_enabled else ''}"


class ParameterGroupActions:
    def create_cache_parameter_group(self) -> ActionResult:
        state, name, family = self.state, self.get("CacheParameterGroupName"), self.get("CacheParameterGroupFamily")
        check_name("CacheParameterGroupName", name, LONGEST)
        if family not in FAMILIES:
            valid = ", ".join(FAMILIES)
            refuse_value(f"CacheParameterGroupFamily {family} is not a valid parameter group family. Valid families are {valid}")
        if name in state.parameter_groups:
            refuse("CacheParameterGroupAlreadyExists", f"A cache parameter group named {name} already exists.")
        group = {
            "CacheParameterGroupName": name,
            "CacheParameterGroupFamily": family,
            "Description": self.get("Description"),
            "IsGlobal": False,
            "ARN": self.place.arn("parametergroup", name),
            "values": {},
        }
        put_tags(self.place, group["ARN"], self.get("Tags", []))
        state.parameter_groups[name] = group
        return ActionResult({"CacheParameterGroup": group})

    def describe_cache_parameter_groups(self) -> ActionResult:
        return self.page(self.selected("parameter_groups", "CacheParameterGroupName", "CacheParameterGroupNotFound"))

    def modify_cache_parameter_group(self) -> ActionResult:
        group = self.named("parameter_groups", "CacheParameterGroupName", "CacheParameterGroupNotFound")
        changes = {c["ParameterName"]: c.get("ParameterValue", "") for c in self.get("ParameterNameValues", [])}
        for name, value in changes.items():
            self.check_parameter(group, name, value)
        group["values"].update(changes)
        return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})

    def check_parameter(self, group: dict, name: str, value: str):
        family = group["CacheParameterGroupFamily"]
        allowed = PARAMETERS[family].get(name)
        if allowed is None:
            refuse_value(f"Parameter {name} does not exist or is not modifiable in family {family}")
        if not re.fullmatch(allowed, value):
            refuse_value(f"The parameter value {value} is not valid for {name}; allowed: {allowed}")
        if name == CLUSTER_ENABLED and value != group["values"].get(name, "no") and self.nodes_with(group):
            refuse_value(f"The parameter {name} cannot be modified")

    def nodes_with(self, group: dict) -> list[dict]:
        name = group["CacheParameterGroupName"]
        return [c for c in self.state.clusters.values() if c["CacheParameterGroup"]["CacheParameterGroupName"] == name]

    def reset_cache_parameter_group(self) -> ActionResult:
        group = self.named("parameter_groups", "CacheParameterGroupName", "CacheParameterGroupNotFound")
        if self.get("ResetAllParameters"):
            group["values"].clear()
        for change in self.get("ParameterNameValues", []):
            group["values"].pop(change["ParameterName"], None)
        return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})

    def describe_cache_parameters(self) -> ActionResult:
        """What was set, and the defaults that the lab knows. The default groups of AWS can be described, and hold nothing that was set."""
        name = self.get("CacheParameterGroupName")
        values, mode = self.values_of(name), "yes" if enables_cluster_mode(self.state, name) else "no"
        rows = [
            {"ParameterName": name, "ParameterValue": value, "Source": source, "DataType": "string", "IsModifiable": True}
            for name, (value, source) in {
                **{name: (value, "system") for name, value in {**DEFAULTS, CLUSTER_ENABLED: mode}.items()},
                **{name: (value, "user") for name, value in values.items()},
            }.items()
            if self.get("Source") in (None, source)
        ]
        return ActionResult({"Parameters": rows, "CacheNodeTypeSpecificParameters": []})

    def values_of(self, name: str) -> dict:
        default = DEFAULT.fullmatch(name or "")
        if default and default[1] in FAMILIES:
            return {}
        return self.named("parameter_groups", "CacheParameterGroupName", "CacheParameterGroupNotFound")["values"]

    def delete_cache_parameter_group(self) -> EmptyResult:
        """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheParameterGroup.html"""
        group = self.named("parameter_groups", "CacheParameterGroupName", "CacheParameterGroupNotFound")
        if self.nodes_with(group):
            refuse(
                "InvalidCacheParameterGroupState",
                "One or more cache clusters are still members of this parameter group, so the group cannot be deleted.",
            )
        self.place.drop("parameter_groups", group["CacheParameterGroupName"])
        return EmptyResult()
