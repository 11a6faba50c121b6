"""Which permissions a call of a state machine needs."""

from tests.conformance.elasticache.given import group, snapshot, subnet_group
from tests.conformance.harness import Lab
from tests.conformance.state_machines import ANYTHING, Execution, arn, executions, statement, task

REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html"
EVALUATION = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"
ENCRYPTION = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html"
DEPENDENT = ("CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "DescribeVpcs")
NETWORK = statement(*(f"ec2:{action}" for action in DEPENDENT))
CACHE = [subnet_group, group()]
NODE, GROUP, BACKUP = arn("cluster", "cache-002"), arn("replicationgroup", "cache"), arn("snapshot", "backup")
DENIED = "ElastiCache.ElastiCacheException"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def denied(action: str, resource: str) -> dict:
    return {"error": DENIED, "cause": f"is not authorized to perform: {action} on resource: {resource}"}


def back_up(**more) -> dict:
    return task("elasticache:createSnapshot", {"SnapshotName": "backup", "CacheClusterId": "cache-002", **more})


def move(**more) -> dict:
    """What may be done to a live group is guarded by the condition keys of this call."""
    arguments = {"ReplicationGroupId": "cache", "SnapshottingClusterId": "cache-001", "ApplyImmediately": True, **more}
    return task("elasticache:modifyReplicationGroup", arguments)


def guarded(condition: dict) -> list[dict]:
    return [statement("elasticache:ModifyReplicationGroup", on=GROUP, condition=condition), NETWORK]


def create(**more) -> dict:
    arguments = {
        "ReplicationGroupId": "copy",
        "ReplicationGroupDescription": "a copy",
        "Engine": "redis",
        "CacheNodeType": "cache.t4g.small",
        "CacheParameterGroupName": "default.redis7",
        "CacheSubnetGroupName": "subnets",
        "SnapshotName": "backup",
        **more,
    }
    return task("elasticache:createReplicationGroup", {name: value for name, value in arguments.items() if value is not None})


def encrypted_group(lab: Lab):
    key = lab.call("kms.create_key")["KeyMetadata"]["Arn"]
    group(AtRestEncryptionEnabled=True, KmsKeyId=key)(lab)


CREATED = [arn("replicationgroup", "copy"), arn("parametergroup", "default.redis7"), arn("subnetgroup", "subnets"), BACKUP]
CREATE = statement("elasticache:CreateReplicationGroup", on=CREATED)


def tag_group(lab: Lab):
    lab.call("elasticache.add_tags_to_resource", ResourceName=GROUP, Tags=[{"Key": "Environment", "Value": "prod"}])


test_resources = executions(
    [
        Execution(
            "CreateSnapshot is allowed on the snapshot and its source",
            given=CACHE,
            states=back_up(),
            allow=[statement("elasticache:CreateSnapshot", on=[BACKUP, NODE])],
            answers={"Snapshot.SnapshotName": "backup"},
            source=REFERENCE,
        ),
        Execution(
            "CreateSnapshot without its source",
            given=CACHE,
            states=back_up(),
            allow=[statement("elasticache:CreateSnapshot", on=BACKUP)],
            **denied("elasticache:CreateSnapshot", NODE),
            source=REFERENCE,
        ),
        Execution(
            "CreateSnapshot without the snapshot",
            given=CACHE,
            states=back_up(),
            allow=[statement("elasticache:CreateSnapshot", on=NODE)],
            **denied("elasticache:CreateSnapshot", BACKUP),
            source=REFERENCE,
        ),
        Execution(
            "CopySnapshot is allowed on both snapshots",
            given=[*CACHE, snapshot()],
            states=task("elasticache:copySnapshot", {"SourceSnapshotName": "backup", "TargetSnapshotName": "other"}),
            allow=[statement("elasticache:CopySnapshot", on=BACKUP)],
            **denied("elasticache:CopySnapshot", arn("snapshot", "other")),
            source=REFERENCE,
        ),
        Execution(
            "a list without a name is of all of them",
            states=task("elasticache:describeSnapshots"),
            allow=[statement("elasticache:DescribeSnapshots", on=arn("snapshot", "prod-*"))],
            **denied("elasticache:DescribeSnapshots", arn("snapshot", "*")),
            source=REFERENCE,
        ),
        Execution(
            "an action without resource types wants every resource",
            states=task("elasticache:describeEvents"),
            allow=[statement("elasticache:DescribeEvents", on=GROUP)],
            **denied("elasticache:DescribeEvents", "*"),
            source=REFERENCE,
        ),
        Execution(
            "a final snapshot is one of the resources of a deletion",
            given=CACHE,
            states=task("elasticache:deleteReplicationGroup", {"ReplicationGroupId": "cache", "FinalSnapshotIdentifier": "last"}),
            allow=[statement("elasticache:DeleteReplicationGroup", on=GROUP), NETWORK],
            **denied("elasticache:DeleteReplicationGroup", arn("snapshot", "last")),
            source=REFERENCE,
        ),
        Execution(
            "an ARN is a resource as it stands",
            given=CACHE,
            states=task("elasticache:listTagsForResource", {"ResourceName": GROUP}),
            allow=[statement("elasticache:ListTagsForResource", on=BACKUP)],
            **denied("elasticache:ListTagsForResource", GROUP),
            source=REFERENCE,
        ),
        Execution(
            "PutMetricData is limited by its namespace only",
            states=task("cloudwatch:putMetricData", {"Namespace": "B", "MetricData": [{"MetricName": "m", "Value": 1}]}),
            allow=[statement("cloudwatch:PutMetricData", condition={"StringEquals": {"cloudwatch:namespace": "A"}})],
            error="CloudWatch.CloudWatchException",
            cause="is not authorized to perform: cloudwatch:PutMetricData on resource: *",
            source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html",
        ),
        Execution(
            "a queue is named by its URL",
            states=task("sqs:sendMessage", {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/q", "MessageBody": "a"}),
            allow=[],
            error="Sqs.SqsException",
            cause="sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:123456789012:q",
            source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html",
        ),
        Execution(
            "a deny is stronger than every allow",
            given=CACHE,
            states=back_up(),
            allow=[ANYTHING, statement("elasticache:CreateSnapshot", on=NODE, effect="Deny")],
            error=DENIED,
            cause="with an explicit deny",
            source=EVALUATION,
        ),
        Execution(
            "NotAction allows everything else",
            states=task("elasticache:describeSnapshots"),
            allow=[{"Effect": "Allow", "NotAction": "elasticache:Describe*", "Resource": "*"}],
            **denied("elasticache:DescribeSnapshots", arn("snapshot", "*")),
            source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
        ),
        Execution(
            "NotResource excepts a resource",
            given=CACHE,
            states=back_up(),
            allow=[{"Effect": "Allow", "Action": "elasticache:CreateSnapshot", "NotResource": NODE}],
            **denied("elasticache:CreateSnapshot", NODE),
            source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html",
        ),
    ]
)

test_tags = executions(
    [
        Execution(
            "tags at creation need the right to add them",
            given=CACHE,
            states=back_up(Tags=[{"Key": "Environment", "Value": "prod"}]),
            allow=[statement("elasticache:CreateSnapshot", on=[BACKUP, NODE])],
            **denied("elasticache:AddTagsToResource", BACKUP),
            source=REFERENCE,
        ),
        Execution(
            "aws:RequestTag is a key of the snapshot",
            given=CACHE,
            states=back_up(Tags=[{"Key": "Environment", "Value": "prod"}]),
            allow=[
                statement(
                    "elasticache:CreateSnapshot",
                    "elasticache:AddTagsToResource",
                    on=BACKUP,
                    condition={"StringEquals": {"aws:RequestTag/Environment": "prod"}},
                ),
                statement("elasticache:CreateSnapshot", on=NODE),
            ],
            answers={"Snapshot.SnapshotName": "backup"},
            source=REFERENCE,
        ),
        Execution(
            "aws:RequestTag is no key of the source",
            given=CACHE,
            states=back_up(Tags=[{"Key": "Environment", "Value": "prod"}]),
            allow=[
                statement(
                    "elasticache:CreateSnapshot",
                    "elasticache:AddTagsToResource",
                    condition={"StringEquals": {"aws:RequestTag/Environment": "prod"}},
                )
            ],
            **denied("elasticache:CreateSnapshot", NODE),
            source=REFERENCE,
        ),
        Execution(
            "aws:ResourceTag is what the resource has",
            given=[*CACHE, tag_group],
            states=task("elasticache:describeReplicationGroups", {"ReplicationGroupId": "cache"}),
            allow=[statement("elasticache:DescribeReplicationGroups", condition={"StringEquals": {"aws:ResourceTag/Environment": "prod"}})],
            answers={"ReplicationGroups[0].ReplicationGroupId": "cache"},
            source=REFERENCE,
        ),
        Execution(
            "aws:ResourceTag of a node is what its group was tagged with",
            given=[*CACHE, tag_group],
            states=back_up(),
            allow=[
                statement("elasticache:CreateSnapshot", on=BACKUP),
                statement(
                    "elasticache:CreateSnapshot",
                    on=arn("cluster", "*"),
                    condition={"StringEquals": {"aws:ResourceTag/Environment": "prod"}},
                ),
            ],
            answers={"Snapshot.SnapshotName": "backup"},
            source="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_AddTagsToResource.html",
        ),
        Execution(
            "aws:ResourceTag of a snapshot that is about to be created is absent, whatever tags it is created with",
            given=CACHE,
            states=back_up(Tags=[{"Key": "Environment", "Value": "prod"}]),
            allow=[
                statement(
                    "elasticache:CreateSnapshot",
                    "elasticache:AddTagsToResource",
                    on=BACKUP,
                    condition={"StringEquals": {"aws:ResourceTag/Environment": "prod"}},
                ),
                statement("elasticache:CreateSnapshot", on=NODE),
            ],
            **denied("elasticache:CreateSnapshot", BACKUP),
            source=REFERENCE,
        ),
        Execution(
            "a snapshot without the tag is not deleted",
            given=[*CACHE, snapshot()],
            states=task("elasticache:deleteSnapshot", {"SnapshotName": "backup"}),
            allow=[statement("elasticache:DeleteSnapshot", on=BACKUP, condition={"StringEquals": {"aws:ResourceTag/Environment": "prod"}})],
            **denied("elasticache:DeleteSnapshot", BACKUP),
            source=REFERENCE,
        ),
        Execution(
            "each ? in an ARN stands for one character",
            given=CACHE,
            states=back_up(),
            allow=[statement("elasticache:CreateSnapshot", on=[BACKUP, arn("cluster", "cache-???")])],
            answers={"Snapshot.SnapshotName": "backup"},
            source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
        ),
        Execution(
            "and for no more",
            given=CACHE,
            states=back_up(),
            allow=[statement("elasticache:CreateSnapshot", on=[BACKUP, arn("cluster", "c-???")])],
            **denied("elasticache:CreateSnapshot", NODE),
            source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
        ),
        Execution(
            "aws:ResourceTag of a resource without tags is absent",
            given=CACHE,
            states=task("elasticache:describeReplicationGroups", {"ReplicationGroupId": "cache"}),
            allow=[statement("elasticache:DescribeReplicationGroups", condition={"StringEquals": {"aws:ResourceTag/Environment": "prod"}})],
            **denied("elasticache:DescribeReplicationGroups", GROUP),
            source=REFERENCE,
        ),
    ]
)

test_condition_keys = executions(
    [
        Execution(
            "keys of arguments that a call does not have are absent",
            given=CACHE,
            states=move(),
            allow=guarded({"Null": {"elasticache:SnapshotRetentionLimit": "true", "elasticache:CacheNodeType": "true"}}),
            answers={"ReplicationGroup.SnapshottingClusterId": "cache-001"},
            source=REFERENCE,
        ),
        Execution(
            "keys of arguments that a call has are there",
            given=CACHE,
            states=move(SnapshotRetentionLimit=1),
            allow=guarded({"Null": {"elasticache:SnapshotRetentionLimit": "true"}}),
            **denied("elasticache:ModifyReplicationGroup", GROUP),
            source=REFERENCE,
        ),
        Execution(
            "a guard by the operator of the key's type holds whichever way AWS fills in the key",
            given=CACHE,
            states=move(),
            allow=guarded({"BoolIfExists": {"elasticache:AuthTokenEnabled": "false", "elasticache:TransitEncryptionEnabled": "false"}}),
            answers={"ReplicationGroup.SnapshottingClusterId": "cache-001"},
            source=REFERENCE,
        ),
        Execution(
            "a guard that holds only while the key is absent",
            given=CACHE,
            states=move(),
            allow=guarded({"Null": {"elasticache:AuthTokenEnabled": "true"}}),
            error=DENIED,
            cause="refused when AWS fills in its default elasticache:authtokenenabled = false",
            source=REFERENCE,
        ),
        Execution(
            "a guard that holds only with the default",
            given=CACHE,
            states=move(),
            allow=guarded({"Bool": {"elasticache:TransitEncryptionEnabled": "false"}}),
            error=DENIED,
            cause="refused when elasticache:transitencryptionenabled is absent",
            source=REFERENCE,
        ),
        Execution(
            "the guard denies what it is there for",
            given=CACHE,
            states=move(AuthToken="a-token-of-16-or-more", AuthTokenUpdateStrategy="ROTATE"),
            allow=guarded({"BoolIfExists": {"elasticache:AuthTokenEnabled": "false"}}),
            **denied("elasticache:ModifyReplicationGroup", GROUP),
            source=REFERENCE,
        ),
        Execution(
            "a number is compared as one",
            given=CACHE,
            states=move(SnapshotRetentionLimit=9),
            allow=guarded({"NumericGreaterThanIfExists": {"elasticache:SnapshotRetentionLimit": "10"}}),
            **denied("elasticache:ModifyReplicationGroup", GROUP),
            source=REFERENCE,
        ),
        Execution(
            "cluster mode is a truth value",
            given=CACHE,
            states=move(ClusterMode="compatible"),
            allow=guarded({"Bool": {"elasticache:ClusterModeEnabled": "true"}}),
            **denied("elasticache:ModifyReplicationGroup", GROUP),
            source=REFERENCE,
        ),
        Execution(
            "encryption at rest is false by default at creation, or absent",
            given=[*CACHE, snapshot()],
            states=create(),
            allow=[
                statement("elasticache:CreateReplicationGroup", condition={"Bool": {"elasticache:AtRestEncryptionEnabled": "true"}}),
                NETWORK,
            ],
            **denied("elasticache:CreateReplicationGroup", arn("parametergroup", "default.redis7")),
            source=REFERENCE,
        ),
        Execution(
            "the engine is redis by default",
            given=[*CACHE, snapshot()],
            states=create(Engine=None),
            allow=[
                statement(
                    "elasticache:CreateReplicationGroup",
                    on=CREATED[0],
                    condition={"StringEquals": {"elasticache:EngineType": "valkey"}},
                ),
                statement("elasticache:CreateReplicationGroup", on=CREATED[1:]),
                NETWORK,
            ],
            **denied("elasticache:CreateReplicationGroup", CREATED[0]),
            source=REFERENCE,
        ),
        Execution(
            "aws:RequestedRegion",
            states=task("elasticache:describeSnapshots"),
            allow=[statement("elasticache:DescribeSnapshots", condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}})],
            **denied("elasticache:DescribeSnapshots", arn("snapshot", "*")),
            source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        ),
    ]
)

test_dependent_actions = executions(
    [
        Execution(
            "a restore with all it needs",
            given=[*CACHE, snapshot()],
            states=create(),
            allow=[CREATE, NETWORK],
            answers={"ReplicationGroup.ReplicationGroupId": "copy"},
            source=REFERENCE,
        ),
        Execution(
            "a restore without the snapshot it is of",
            given=[*CACHE, snapshot()],
            states=create(),
            allow=[statement("elasticache:CreateReplicationGroup", on=CREATED[:3]), NETWORK],
            **denied("elasticache:CreateReplicationGroup", BACKUP),
            source=REFERENCE,
        ),
        Execution(
            "a restore without the rights in EC2",
            given=[*CACHE, snapshot()],
            states=create(),
            allow=[CREATE],
            error=DENIED,
            cause="ec2:CreateNetworkInterface",
            source=REFERENCE,
        ),
        Execution(
            "a change without the rights in EC2",
            given=CACHE,
            states=move(),
            allow=[statement("elasticache:ModifyReplicationGroup", on=GROUP)],
            error=DENIED,
            cause="a dependent action of elasticache:ModifyReplicationGroup",
            source=REFERENCE,
        ),
        Execution(
            "a deletion without the rights in EC2",
            given=CACHE,
            states=task("elasticache:deleteReplicationGroup", {"ReplicationGroupId": "cache"}),
            allow=[statement("elasticache:DeleteReplicationGroup", on=GROUP)],
            error=DENIED,
            cause="a dependent action of elasticache:DeleteReplicationGroup",
            source=REFERENCE,
        ),
        Execution(
            "a customer managed key, through ElastiCache only",
            given=[*CACHE, snapshot()],
            states=create(AtRestEncryptionEnabled=True, KmsKeyId=KEY),
            allow=[
                CREATE,
                NETWORK,
                statement(
                    "kms:CreateGrant",
                    "kms:DescribeKey",
                    on=KEY,
                    condition={"StringEquals": {"kms:ViaService": "elasticache.eu-west-1.amazonaws.com"}},
                ),
            ],
            error=DENIED,
            cause="kms:CreateGrant on resource: " + KEY,
            source=ENCRYPTION,
        ),
        Execution(
            "a backup of a cache with a customer managed key needs the key",
            given=[subnet_group, encrypted_group],
            states=back_up(),
            allow=[statement("elasticache:CreateSnapshot", on=[BACKUP, NODE])],
            error=DENIED,
            cause="kms:CreateGrant on resource: arn:aws:kms:eu-west-1:123456789012:key/",
            source=ENCRYPTION,
        ),
        Execution(
            "a backup with the key through both services",
            given=[subnet_group, encrypted_group],
            states=back_up(),
            allow=[
                statement("elasticache:CreateSnapshot", on=[BACKUP, NODE]),
                statement(
                    "kms:CreateGrant",
                    "kms:DescribeKey",
                    on="arn:aws:kms:eu-west-1:123456789012:key/*",
                    condition={"StringEquals": {"kms:ViaService": ["elasticache.eu-west-1.amazonaws.com", "dax.eu-west-1.amazonaws.com"]}},
                ),
            ],
            answers={"Snapshot.SnapshotName": "backup"},
            source=ENCRYPTION,
        ),
    ]
)
