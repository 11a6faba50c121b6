"""Tags, of everything that has an ARN, and how the tagging API shows them."""

from moto.core.responses import ActionResult

from aws.elasticache.lifecycle import keep_busy, status_of
from aws.elasticache.refusals import refuse
from aws.elasticache.request import check_tag
from aws.elasticache.state import STATE, Place, Region

# By the resource type in the ARN: where it is kept, and the code when it is not there.
KINDS = {
    "replicationgroup": ("groups", "ReplicationGroupNotFoundFault"),
    "cluster": ("clusters", "CacheClusterNotFound"),
    "snapshot": ("snapshots", "SnapshotNotFoundFault"),
    "parametergroup": ("parameter_groups", "CacheParameterGroupNotFound"),
    "subnetgroup": ("subnet_groups", "CacheSubnetGroupNotFoundFault"),
    "user": ("users", "UserNotFound"),
    "usergroup": ("user_groups", "UserGroupNotFound"),
}
# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html
MOST_TAGS = 50


def put_tags(place: Place, arn: str, tags: list[dict]):
    have = {t["Key"]: t["Value"] for t in place.state.tags.get(arn, [])}
    merged = have | {t["Key"]: t.get("Value", "") for t in tags}
    for key, value in merged.items():
        check_tag(key, value)
    if len(merged) > MOST_TAGS:
        refuse("TagQuotaPerResourceExceeded", f"A resource can have at most {MOST_TAGS} tags.")
    place.state.tags[arn] = [{"Key": key, "Value": value} for key, value in merged.items()]


def replicated(place: Place, arn: str, group: dict | None) -> list[str]:
    """What a change of tags reaches: those of a group are replicated to all its nodes, those of a node are its own.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_AddTagsToResource.html
    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_RemoveTagsFromResource.html
    """
    is_group = group is not None and arn == group["ARN"]
    return [arn, *(place.arn("cluster", name) for name in group["MemberClusters"])] if is_group else [arn]


def tag_new_group(place: Place, group: dict, tags: list[dict]):
    """CreateReplicationGroup, Tags: "Tags on replication groups will be replicated to all nodes." Of nodes that are added later no
    source says it.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
    """
    for arn in replicated(place, group["ARN"], group):
        put_tags(place, arn, tags)


class TagActions:
    def list_tags_for_resource(self) -> ActionResult:
        return self.tag_list(self.tagged()[0])

    def add_tags_to_resource(self) -> ActionResult:
        arn, group = self.tagged()
        for one in replicated(self.place, arn, group):
            put_tags(self.place, one, self.get("Tags", []))
        self.busy_with_tags(group)
        return self.tag_list(arn)

    def remove_tags_from_resource(self) -> ActionResult:
        arn, group = self.tagged()
        gone = set(self.get("TagKeys", []))
        for one in replicated(self.place, arn, group):
            self.state.tags[one] = [t for t in self.state.tags.get(one, []) if t["Key"] not in gone]
        self.busy_with_tags(group)
        return self.tag_list(arn)

    def tag_list(self, arn: str) -> ActionResult:
        return ActionResult({"TagList": self.state.tags.get(arn, [])})

    def tagged(self) -> tuple[str, dict | None]:
        """The ARN, and the replication group it belongs to. While that is not available its tags cannot even be listed:
        https://github.com/hashicorp/terraform-provider-aws/issues/33859"""
        arn = self.get("ResourceName")
        parts = arn.split(":", 6)
        if len(parts) != 7 or parts[2] != "elasticache" or parts[5] not in KINDS:
            refuse("InvalidARN", f"The requested Amazon Resource Name (ARN) does not refer to an existing resource: {arn}")
        table, missing = KINDS[parts[5]]
        thing = getattr(self.state, table).get(parts[6])
        if thing is None:
            refuse(missing, f"{parts[6]} is either not present or not available.")
        group = self.state.groups.get(thing.get("ReplicationGroupId")) if table in ("groups", "clusters") else None
        if group and status_of(self.place, group) != "available":
            refuse("InvalidReplicationGroupState", "Cluster not in available state to perform tagging operations.")
        return arn, group

    def busy_with_tags(self, group: dict | None):
        """https://github.com/hashicorp/terraform-provider-aws/pull/40320: a group is modifying while its tags change."""
        if group:
            keep_busy(group, "modifying")


def show_to_tagging_api():
    """GetResources finds what has tags, by `elasticache` or `elasticache:<type as in the ARN>`; no match is no error.

    https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
    """
    from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

    others = ResourceGroupsTaggingAPIBackend._get_resources_generator

    def generator(self, tag_filters=None, resource_type_filters=None):
        yield from others(self, tag_filters, resource_type_filters)
        for arn, tags in list(STATE.get((self.account_id, self.region_name), Region()).tags.items()):
            kind, have = "elasticache:" + arn.split(":")[5], {t["Key"]: t["Value"] for t in tags}
            fits = all(f["Key"] in have and (not f.get("Values") or have[f["Key"]] in f["Values"]) for f in tag_filters or [])
            if have and fits and (not resource_type_filters or {"elasticache", kind} & set(resource_type_filters)):
                yield {"ResourceARN": arn, "Tags": tags}

    ResourceGroupsTaggingAPIBackend._get_resources_generator = generator
    select_by_arn()


def select_by_arn():
    """ResourceARNList: at most 100, and no filters beside it. What has no tags is not answered. moto ignores the list."""
    import json

    from moto.core.exceptions import JsonRESTError
    from moto.resourcegroupstaggingapi.responses import ResourceGroupsTaggingAPIResponse

    others = ResourceGroupsTaggingAPIResponse.get_resources

    def get_resources(self):
        arns = self._get_param("ResourceARNList")
        if not arns or not all(":elasticache:" in arn for arn in arns):
            return others(self)
        if len(arns) > 100 or self._get_param("TagFilters") or self._get_param("ResourceTypeFilters"):
            raise JsonRESTError("InvalidParameterException", "ResourceARNList takes at most 100 ARNs, and no filters")
        tags = STATE.get((self.current_account, self.region), Region()).tags
        found = [{"ResourceARN": arn, "Tags": tags[arn]} for arn in arns if tags.get(arn)]
        return json.dumps({"PaginationToken": "", "ResourceTagMappingList": found})

    ResourceGroupsTaggingAPIResponse.get_resources = get_resources
