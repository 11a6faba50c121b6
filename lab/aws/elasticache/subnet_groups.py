"""Subnet groups.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SubnetGroups.html
"""

from moto.core.responses import ActionResult, EmptyResult

from aws.elasticache import neighbours
from aws.elasticache.names import LONGEST, check_name
from aws.elasticache.refusals import refuse
from aws.elasticache.tags import put_tags

MISSING = "CacheSubnetGroupNotFoundFault"


def zones_of(group: dict) -> list[str]:
    return sorted({subnet["SubnetAvailabilityZone"]["Name"] for subnet in group["Subnets"]})


class SubnetGroupActions:
    def create_cache_subnet_group(self) -> ActionResult:
        state, name = self.state, self.get("CacheSubnetGroupName")
        check_name("CacheSubnetGroupName", name, LONGEST)
        if name in state.subnet_groups:
            refuse("CacheSubnetGroupAlreadyExists", f"CacheSubnetGroup {name} already exists.")
        group = {
            "CacheSubnetGroupName": name,
            "CacheSubnetGroupDescription": self.get("CacheSubnetGroupDescription"),
            **neighbours.subnets(self.place, self.get("SubnetIds", [])),
            "ARN": self.place.arn("subnetgroup", name),
            "SupportedNetworkTypes": ["ipv4"],
        }
        put_tags(self.place, group["ARN"], self.get("Tags", []))
        state.subnet_groups[name] = group
        return ActionResult({"CacheSubnetGroup": group})

    def modify_cache_subnet_group(self) -> ActionResult:
        """SubnetIds is the whole new list. A subnet that a node is in cannot leave; the lab looks at the nodes' Availability Zones.

        https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheSubnetGroup.html (SubnetInUse)
        """
        group = self.named("subnet_groups", "CacheSubnetGroupName", MISSING)
        wanted = self.get("SubnetIds")
        changed = {**group, **(neighbours.subnets(self.place, wanted) if wanted else {})}
        zones = {node["CustomerAvailabilityZone"] for cluster in self.clusters_in(group) for node in cluster["CacheNodes"]}
        if not zones <= set(zones_of(changed)):
            refuse("SubnetInUse", "The requested subnet is being used by another cache cluster.")
        description = self.get("CacheSubnetGroupDescription") or group["CacheSubnetGroupDescription"]
        group.update(changed, CacheSubnetGroupDescription=description)
        return ActionResult({"CacheSubnetGroup": group})

    def clusters_in(self, group: dict) -> list[dict]:
        return [c for c in self.state.clusters.values() if c["CacheSubnetGroupName"] == group["CacheSubnetGroupName"]]

    def describe_cache_subnet_groups(self) -> ActionResult:
        return self.page(self.selected("subnet_groups", "CacheSubnetGroupName", MISSING))

    def delete_cache_subnet_group(self) -> EmptyResult:
        """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheSubnetGroup.html"""
        group = self.named("subnet_groups", "CacheSubnetGroupName", MISSING)
        if self.clusters_in(group):
            refuse("CacheSubnetGroupInUse", "The cache subnet group is currently in use by a cache cluster.")
        self.place.drop("subnet_groups", group["CacheSubnetGroupName"])
        return EmptyResult()
