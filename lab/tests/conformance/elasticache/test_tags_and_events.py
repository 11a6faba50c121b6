from tests.conformance.elasticache.given import API, GUIDE, arn, call, control, group, sharded, subnet_group
from tests.conformance.harness import Row, conformance

listing = "elasticache.list_tags_for_resource"
tag = {"ResourceName": arn("replicationgroup", "cache"), "Tags": [{"Key": "team", "Value": "web"}]}
own = [{"Key": "rack", "Value": "7"}]
GET_RESOURCES = "https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html"
resources = "resourcegroupstaggingapi.get_resources"

test_tags = conformance(
    [
        Row(
            "all tags are answered when some are added",
            "elasticache.add_tags_to_resource",
            f"{API}/API_AddTagsToResource.html",
            tag,
            given=[subnet_group, group(Tags=[{"Key": "a", "Value": "b"}])],
            answers={"TagList": [{"Key": "a", "Value": "b"}, {"Key": "team", "Value": "web"}]},
        ),
        Row(
            "tags that a group is created with are those of its nodes as well",
            listing,
            f"{API}/API_CreateReplicationGroup.html",
            {"ResourceName": arn("cluster", "cache-002")},
            given=[subnet_group, group(Tags=tag["Tags"])],
            answers={"TagList": tag["Tags"]},
        ),
        Row(
            "with shards, too",
            listing,
            f"{API}/API_CreateReplicationGroup.html",
            {"ResourceName": arn("cluster", "sharded-0002-001")},
            given=[subnet_group, sharded(Tags=tag["Tags"])],
            answers={"TagList": tag["Tags"]},
        ),
        Row(
            "tags that are added to a group are added to its nodes",
            "elasticache.add_tags_to_resource",
            f"{API}/API_AddTagsToResource.html",
            tag,
            given=[subnet_group, group()],
            then=[(listing, {"ResourceName": arn("cluster", f"cache-00{i}")}, {"TagList": tag["Tags"]}) for i in (1, 2)],
        ),
        Row(
            "those that are removed from it are removed from them, and their own stay",
            "elasticache.remove_tags_from_resource",
            f"{API}/API_RemoveTagsFromResource.html",
            {"ResourceName": arn("replicationgroup", "cache"), "TagKeys": ["team"]},
            given=[
                subnet_group,
                group(Tags=tag["Tags"]),
                call("elasticache.add_tags_to_resource", **{**tag, "ResourceName": arn("cluster", "cache-001"), "Tags": own}),
            ],
            then=[
                (listing, {"ResourceName": arn("cluster", "cache-001")}, {"TagList": own}),
                (listing, {"ResourceName": arn("cluster", "cache-002")}, {"TagList": []}),
            ],
        ),
        Row(
            "tags of a node are not those of its group",
            "elasticache.add_tags_to_resource",
            f"{API}/API_AddTagsToResource.html",
            {**tag, "ResourceName": arn("cluster", "cache-001")},
            given=[subnet_group, group()],
            then=[(listing, {"ResourceName": arn("replicationgroup", "cache")}, {"TagList": []})],
        ),
        Row(
            "tags of a group that is being created cannot be listed",
            listing,
            "https://github.com/hashicorp/terraform-provider-aws/issues/33859",
            {"ResourceName": arn("replicationgroup", "cache")},
            given=[subnet_group, control("delay", groupSeconds=60), group()],
            refused="InvalidReplicationGroupState",
            message="Cluster not in available state to perform tagging operations.",
        ),
        Row(
            "nor those of its nodes",
            listing,
            "https://github.com/hashicorp/terraform-provider-aws/issues/30444",
            {"ResourceName": arn("cluster", "cache-001")},
            given=[subnet_group, control("delay", groupSeconds=60), group()],
            refused="InvalidReplicationGroupState",
        ),
        Row(
            "a group is modifying while its tags change",
            "elasticache.add_tags_to_resource",
            "https://github.com/hashicorp/terraform-provider-aws/pull/40320",
            tag,
            given=[subnet_group, group(), control("delay", groupSeconds=60)],
            then=[("elasticache.describe_replication_groups", {}, {"ReplicationGroups[0].Status": "modifying"})],
        ),
        Row(
            "an ARN of another service",
            listing,
            f"{API}/API_ListTagsForResource.html",
            {"ResourceName": "arn:aws:s3:::bucket"},
            refused="InvalidARN",
        ),
        Row(
            "a snapshot that does not exist",
            listing,
            f"{API}/API_ListTagsForResource.html",
            {"ResourceName": arn("snapshot", "none")},
            refused="SnapshotNotFoundFault",
        ),
        Row(
            "a tag with a character that is not allowed",
            "elasticache.add_tags_to_resource",
            f"{GUIDE}/Tagging-Resources.html",
            {**tag, "Tags": [{"Key": "team", "Value": "a;b"}]},
            given=[subnet_group, group()],
            refused="InvalidParameterValue",
        ),
        Row(
            "the tagging API finds groups by their type",
            resources,
            GET_RESOURCES,
            {"ResourceTypeFilters": ["elasticache:replicationgroup"], "TagFilters": [{"Key": "team", "Values": ["web"]}]},
            given=[subnet_group, group(), call("elasticache.add_tags_to_resource", **tag)],
            answers={"ResourceTagMappingList[].ResourceARN": [arn("replicationgroup", "cache")]},
        ),
        Row(
            "and by their ARN, those without tags left out",
            resources,
            GET_RESOURCES,
            {"ResourceARNList": [arn("replicationgroup", "cache"), arn("subnetgroup", "subnets")]},
            given=[subnet_group, group(), call("elasticache.add_tags_to_resource", **tag)],
            answers={"ResourceTagMappingList[].ResourceARN": [arn("replicationgroup", "cache")]},
        ),
    ]
)

events = "elasticache.describe_events"
EVENTS = f"{API}/API_DescribeEvents.html"

test_events = conformance(
    [
        Row(
            "a failed backup is an event of its group",
            events,
            EVENTS,
            {"SourceType": "replication-group", "SourceIdentifier": "cache"},
            given=[subnet_group, group(), control("automatic-snapshot", replicationGroupId="cache", status="failed")],
            answers={"length(Events)": 1, "Events[0].SourceType": "replication-group"},
        ),
        Row(
            "without a time the last hour is answered",
            events,
            EVENTS,
            given=[subnet_group, group(), control("automatic-snapshot", replicationGroupId="cache", ageHours=2)],
            answers={"Events": []},
            then=[(events, {"Duration": 180}, {"length(Events)": 1})],
        ),
        Row(
            "events are kept for 14 days",
            events,
            EVENTS,
            {"Duration": 21600},
            given=[subnet_group, group(), control("automatic-snapshot", replicationGroupId="cache", ageHours=15 * 24)],
            answers={"Events": []},
        ),
        Row("a source without its type", events, EVENTS, {"SourceIdentifier": "cache"}, refused="InvalidParameterCombination"),
        Row("a type that is not in the model", events, EVENTS, {"SourceType": "cache"}, refused="InvalidParameterValue"),
    ]
)


def topic(lab, policy: str | None = None) -> str:
    attributes = {"Policy": policy} if policy else {}
    return lab.call("sns.create_topic", Name="events", Attributes=attributes)["TopicArn"]


OWNER_POLICY = """{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": "*",
    "Condition": {"StringEquals": {"AWS:SourceOwner": "123456789012"}}}]}"""


def group_with_topic(policy: str | None):
    def step(lab):
        group(NotificationTopicArn=topic(lab, policy))(lab)

    return step


test_topics = conformance(
    [
        Row(
            "a topic whose policy names the owner is active",
            "elasticache.describe_cache_clusters",
            f"{GUIDE}/ECEvents.SNS.html",
            given=[subnet_group, group_with_topic(OWNER_POLICY)],
            answers={"CacheClusters[0].NotificationConfiguration.TopicStatus": "active"},
        ),
        Row(
            "one with the default policy turns inactive",
            "elasticache.describe_cache_clusters",
            f"{GUIDE}/ECEvents.SNS.html",
            given=[subnet_group, group_with_topic(None)],
            answers={"CacheClusters[0].NotificationConfiguration.TopicStatus": "inactive"},
        ),
    ]
)
