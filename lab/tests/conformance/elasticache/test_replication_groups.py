from tests.conformance.elasticache.given import group_arguments, subnet_group
from tests.conformance.harness import Row, conformance

API = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference"
CREATE = f"{API}/API_CreateReplicationGroup.html"

test_creating = conformance(
    [
        Row(
            "retention above 35 days",
            given=[subnet_group],
            call="elasticache.create_replication_group",
            arguments=group_arguments(SnapshotRetentionLimit=36),
            refused="InvalidParameterValue",
            source=CREATE,
        ),
        Row(
            "a group is answered with its nodes",
            given=[subnet_group],
            call="elasticache.create_replication_group",
            arguments=group_arguments(),
            answers={"ReplicationGroup.MemberClusters": ["cache-001", "cache-002"]},
            source=CREATE,
        ),
    ]
)
