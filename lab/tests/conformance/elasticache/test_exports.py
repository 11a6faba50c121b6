"""Backups exported to S3, and caches that start with them."""

from tests.conformance.elasticache.given import (
    API,
    GUIDE,
    control,
    group,
    group_arguments,
    sharded,
    sharded_arguments,
    snapshot,
    subnet_group,
)
from tests.conformance.harness import REGION, Lab, Row, conformance
from tests.conformance.s3.given import allow, bucket, locked, obj, other_account, with_policy
from tests.conformance.state_machines import ACCOUNT, Execution, executions, statement, task

EXPORTING = f"{GUIDE}/backups-exporting.html"
SEEDING = f"{GUIDE}/backups-seeding-redis.html"
BUCKET = "arn:aws:s3:::landing"
PRINCIPAL = {"Service": f"{REGION}.elasticache-snapshot.amazonaws.com"}
ACTIONS = (
    "s3:PutObject",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:GetBucketAcl",
    "s3:ListMultipartUploadParts",
    "s3:ListBucketMultipartUploads",
)
EXPORT = {"SourceSnapshotName": "backup", "TargetSnapshotName": "copy", "TargetBucket": "landing"}
FILE = {"Bucket": "landing", "Key": "copy-0001.rdb"}


def granted(*without: str, principal: dict = PRINCIPAL):
    actions = [action for action in ACTIONS if action not in without]
    return with_policy("landing", allow(principal, *actions, on=[BUCKET, f"{BUCKET}/*"]))


def exported(name: str = "backup", target: str = "copy"):
    def step(lab: Lab):
        lab.call("elasticache.copy_snapshot", SourceSnapshotName=name, TargetSnapshotName=target, TargetBucket="landing")

    return step


def of_the_shards(lab: Lab):
    lab.call("elasticache.create_snapshot", SnapshotName="backup", ReplicationGroupId="sharded")


def owned_by_another(lab: Lab):
    other_account(lab).create_bucket(Bucket="landing", CreateBucketConfiguration={"LocationConstraint": REGION})


def encrypted_by_default(lab: Lab):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    lab.call("s3.put_bucket_encryption", Bucket="landing", ServerSideEncryptionConfiguration={"Rules": [rule]})


def tiered(lab: Lab):
    group(CacheNodeType="cache.r6gd.xlarge", DataTieringEnabled=True)(lab)


BACKUP = [subnet_group, group(), snapshot()]
READY = [*BACKUP, bucket("landing"), granted()]


def refused(
    what: str, given: list, message: str, code: str = "InvalidParameterValue", source: str = f"{API}/API_CopySnapshot.html", **changes
) -> Row:
    return Row(
        what, given=given, call="elasticache.copy_snapshot", arguments={**EXPORT, **changes}, refused=code, message=message, source=source
    )


test_exports = conformance(
    [
        refused("a bucket that is not there", BACKUP, "The S3 bucket landing does not exist."),
        refused("a bucket of another Region", [*BACKUP, bucket("landing", "us-west-2")], "The S3 bucket landing is outside of the region."),
        refused(
            "a bucket of another account", [*BACKUP, owned_by_another], "The S3 bucket landing is not owned by the authenticated user."
        ),
        refused("a file that is there already", [*READY, exported()], "already contains an object with key copy-0001.rdb"),
        refused("a bucket whose policy grants nothing", [*BACKUP, bucket("landing")], "has not been granted READ permissions"),
        refused(
            "a policy for another Region's principal",
            [*BACKUP, bucket("landing"), granted(principal={"Service": "us-west-2.elasticache-snapshot.amazonaws.com"})],
            "has not been granted",
        ),
        *(
            refused(f"a policy without {action}", [*BACKUP, bucket("landing"), granted(action)], f"has not been granted {kind} permissions")
            for action, kind in (
                ("s3:ListBucket", "READ"),
                ("s3:GetObject", "READ"),
                ("s3:ListMultipartUploadParts", "READ"),
                ("s3:ListBucketMultipartUploads", "READ"),
                ("s3:PutObject", "WRITE"),
                ("s3:GetBucketAcl", "READ_ACP"),
            )
        ),
        refused("a bucket that is encrypted with a KMS key by default", [*READY, encrypted_by_default], "KMS key", source=EXPORTING),
        refused(
            "a cache with data tiering",
            [subnet_group, tiered, snapshot(), bucket("landing"), granted()],
            "data tiering",
            "InvalidParameterCombination",
            EXPORTING,
        ),
        refused(
            "a backup that is being copied",
            [*READY, control("export", seconds=3600), exported(target="another")],
            "not available",
            "InvalidSnapshotState",
        ),
        Row(
            "an export is a file in the bucket",
            given=READY,
            call="elasticache.copy_snapshot",
            arguments=EXPORT,
            answers={"Snapshot.SnapshotName": "copy"},
            then=[
                ("s3.head_object", {**FILE, "ChecksumMode": "ENABLED"}, {"ServerSideEncryption": "AES256", "ChecksumCRC64NVME": bool}),
                ("elasticache.describe_snapshots", {}, {"length(Snapshots)": 1}),
            ],
            source=EXPORTING,
        ),
        Row(
            "a name is stored in lower case",
            given=READY,
            call="elasticache.copy_snapshot",
            arguments={**EXPORT, "TargetSnapshotName": "Copy"},
            then=[("s3.head_object", FILE, {"ContentLength": bool})],
            source=f"{API}/API_CopySnapshot.html",
        ),
        Row(
            "an export takes a while, in which the source is copying and nothing is in the bucket",
            given=[*READY, control("export", seconds=3600)],
            call="elasticache.copy_snapshot",
            arguments=EXPORT,
            then=[
                ("elasticache.describe_snapshots", {"SnapshotName": "backup"}, {"Snapshots[0].SnapshotStatus": "copying"}),
                ("s3.list_objects_v2", {"Bucket": "landing"}, {"KeyCount": 0}),
            ],
            source=f"{API}/API_Snapshot.html",
        ),
        Row(
            "each shard is a file",
            given=[subnet_group, sharded(), of_the_shards, bucket("landing"), granted()],
            call="elasticache.copy_snapshot",
            arguments=EXPORT,
            then=[("s3.list_objects_v2", {"Bucket": "landing"}, {"Contents[].Key": ["copy-0001.rdb", "copy-0002.rdb"]})],
            source=EXPORTING,
        ),
        Row(
            "an export that fails leaves no file",
            given=[*READY, control("fail", action="export")],
            call="elasticache.copy_snapshot",
            arguments=EXPORT,
            then=[("s3.list_objects_v2", {"Bucket": "landing"}, {"KeyCount": 0})],
            source=EXPORTING,
        ),
        Row(
            "one that fails half way leaves some",
            given=[
                subnet_group,
                sharded(),
                of_the_shards,
                bucket("landing"),
                granted(),
                control("fail", action="export", status="partial"),
            ],
            call="elasticache.copy_snapshot",
            arguments=EXPORT,
            then=[("s3.list_objects_v2", {"Bucket": "landing"}, {"KeyCount": 1})],
            source=EXPORTING,
        ),
    ]
)

CALLER = ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListBucket", "s3:GetBucketLocation", "s3:GetBucketAcl"]
TASK = task("elasticache:copySnapshot", EXPORT)
COPY = statement("elasticache:CopySnapshot")


test_callers = executions(
    [
        Execution(
            "a role with the permissions of the guide exports",
            given=READY,
            states=TASK,
            allow=[COPY, statement(*CALLER, on=[BUCKET, f"{BUCKET}/*"]), statement("s3:ListAllMyBuckets")],
            answers={"Snapshot.SnapshotName": "copy"},
            source=EXPORTING,
        ),
        *(
            Execution(
                f"a role without {action} does not",
                given=READY,
                states=TASK,
                allow=[COPY, statement(*(a for a in [*CALLER, "s3:ListAllMyBuckets"] if a != action))],
                error="ElastiCache.ElastiCacheException",
                cause=action,
                source=EXPORTING,
            )
            for action in [*CALLER, "s3:ListAllMyBuckets"]
        ),
        Execution(
            "a bucket policy that denies the role wins",
            given=[
                *BACKUP,
                bucket("landing"),
                with_policy(
                    "landing",
                    allow(PRINCIPAL, *ACTIONS, on=[BUCKET, f"{BUCKET}/*"]),
                    allow(
                        "*",
                        "s3:PutObject",
                        on=[f"{BUCKET}/*"],
                        condition={
                            "StringNotEquals": {"aws:PrincipalServiceName": PRINCIPAL["Service"]},
                            "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"},
                        },
                        effect="Deny",
                    ),
                ),
            ],
            states=TASK,
            error="ElastiCache.ElastiCacheException",
            cause="explicit deny",
            source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        ),
    ]
)

# -- Caches that start with files

FROM_FILE = {"SnapshotArns": [f"{BUCKET}/copy-0001.rdb"]}
EXPORTED = [*READY, exported()]
SHARDED = [subnet_group, sharded(), of_the_shards, bucket("landing"), granted(), exported()]
SLOTS = [{"NodeGroupId": "0001", "Slots": "0-8191"}, {"NodeGroupId": "0002", "Slots": "8192-16383"}]
FILES = {"SnapshotArns": [f"{BUCKET}/copy-{shard}.rdb" for shard in ("0001", "0002")]}


def new(**changes) -> dict:
    return group_arguments(ReplicationGroupId="restored", **{**FROM_FILE, **changes})


def slots(*ranges: str, ids: tuple[str, ...] = ("0001", "0002", "0003")) -> list[dict]:
    return [{"NodeGroupId": shard, "Slots": one} for shard, one in zip(ids, ranges, strict=False)]


def restored(*ranges: str, ids: tuple[str, ...]):
    def step(lab: Lab):
        configured = slots(*ranges, ids=ids)
        lab.call(
            "elasticache.create_replication_group",
            **sharded_arguments(ReplicationGroupId="restored", NodeGroupConfiguration=configured, **FILES),
        )

    return step


def seeding(what: str, given: list, message: str, code: str = "InvalidParameterValue", source: str = SEEDING, **changes) -> Row:
    arguments = {**new(), **changes}
    return Row(
        what, given=given, call="elasticache.create_replication_group", arguments=arguments, refused=code, message=message, source=source
    )


def elsewhere(lab: Lab):
    for step in (bucket("far", "us-west-2"), obj("far")):
        step(lab)


def encrypted_with_a_key(lab: Lab):
    lab.call("s3.copy_object", Bucket="landing", Key="key.rdb", CopySource="landing/copy-0001.rdb", ServerSideEncryption="aws:kms")


test_seeding = conformance(
    [
        Row(
            "a cache starts with a file",
            given=EXPORTED,
            call="elasticache.create_replication_group",
            arguments=new(),
            answers={"ReplicationGroup.Status": "creating"},
            then=[
                (
                    "elasticache.describe_replication_groups",
                    {"ReplicationGroupId": "restored"},
                    {"ReplicationGroups[0].Status": "available"},
                )
            ],
            source=SEEDING,
        ),
        Row(
            "too much data for the node ends in restore-failed",
            given=[
                subnet_group,
                group(CacheNodeType="cache.r7g.large"),
                control("data_size".replace("_", "-"), replicationGroupId="cache", megabytes=9000),
                snapshot(),
                bucket("landing"),
                granted(),
                exported(),
            ],
            call="elasticache.create_replication_group",
            arguments=new(),
            then=[
                (
                    "elasticache.describe_replication_groups",
                    {"ReplicationGroupId": "restored"},
                    {"ReplicationGroups[0].Status": "restore-failed"},
                )
            ],
            source=SEEDING,
        ),
        seeding("a file that is not there", READY, "does not exist"),
        seeding("a delete marker on top of the file", [*EXPORTED, lambda lab: lab.call("s3.delete_object", **FILE)], "does not exist"),
        seeding("a file that is none of Redis", [*READY, obj("landing", "copy-0001.rdb", b"garbage")], "not a valid RDB file"),
        seeding(
            "a name with a comma", EXPORTED, "comma", source=f"{API}/API_CreateReplicationGroup.html", SnapshotArns=[f"{BUCKET}/a,b.rdb"]
        ),
        seeding("a bucket of another Region", [*EXPORTED, elsewhere], "outside of the region", SnapshotArns=["arn:aws:s3:::far/key"]),
        seeding("a bucket that ElastiCache may not read", [*EXPORTED, granted("s3:GetObject")], "has not been granted READ permissions"),
        seeding("a bucket whose ACL it may not read", [*EXPORTED, granted("s3:GetBucketAcl")], "READ_ACP"),
        seeding(
            "a file that is encrypted with a KMS key", [*EXPORTED, encrypted_with_a_key], "KMS key", SnapshotArns=[f"{BUCKET}/key.rdb"]
        ),
        seeding(
            "an older engine",
            EXPORTED,
            "cannot be restored into",
            "InvalidParameterCombination",
            f"{GUIDE}/VersionManagement.html",
            EngineVersion="6.2",
        ),
        seeding("another engine", EXPORTED, "cannot be restored into", "InvalidParameterCombination", Engine="valkey", EngineVersion="8.0"),
        seeding(
            "a backup beside the file",
            EXPORTED,
            "Only one of",
            "InvalidParameterCombination",
            f"{API}/API_CreateReplicationGroup.html",
            SnapshotName="backup",
        ),
        seeding(
            "a file with cluster mode enabled into a cache without",
            SHARDED,
            "cluster mode",
            "InvalidParameterCombination",
            f"{GUIDE}/backups-restoring.html",
        ),
        Row(
            "shards without slots",
            given=SHARDED,
            call="elasticache.create_replication_group",
            arguments=sharded_arguments(ReplicationGroupId="restored", **FILES),
            refused="InvalidParameterCombination",
            message="Slots must be provided",
            source="https://github.com/hashicorp/terraform-provider-aws/issues/32962",
        ),
        *(
            Row(
                f"shards {what}",
                given=SHARDED,
                call="elasticache.create_replication_group",
                arguments=sharded_arguments(ReplicationGroupId="restored", NodeGroupConfiguration=configured, **FILES),
                refused=code,
                message=message,
                source=f"{API}/API_NodeGroupConfiguration.html",
            )
            for what, configured, code, message in (
                ("of which one has no slots", [SLOTS[0], {"NodeGroupId": "0002"}], "InvalidParameterCombination", "Slots must be"),
                ("of which there are fewer than requested", SLOTS[:1], "InvalidParameterCombination", "each of the 2 node groups"),
                ("that leave slots out", slots("0-8191", "8193-16383"), "InvalidParameterValue", "do not cover"),
                ("that end before the last slot", slots("0-8191", "8192-16382"), "InvalidParameterValue", "do not cover"),
                ("that share slots", slots("0-8192", "8192-16383"), "InvalidParameterValue", "do not cover"),
                ("with several ranges", slots("0-8191,16000-16383", "8192-15999"), "InvalidParameterValue", "startkey-endkey"),
                ("of the same id", [{**SLOTS[0], "NodeGroupId": "0002"}, SLOTS[1]], "InvalidParameterValue", "used once"),
            )
        ),
        Row(
            "shards with slots and ids of their own, whose snapshot names them",
            given=[*SHARDED, restored("0-99", "100-16383", ids=("0001", "0004"))],
            call="elasticache.create_snapshot",
            arguments={"SnapshotName": "again", "ReplicationGroupId": "restored"},
            then=[
                (
                    "elasticache.describe_snapshots",
                    {"SnapshotName": "again", "ShowNodeGroupConfig": True},
                    {
                        "Snapshots[0].NodeSnapshots[].NodeGroupConfiguration.Slots": ["0-99", "100-16383"],
                        "Snapshots[0].NodeSnapshots[].NodeGroupId": ["0001", "0004"],
                    },
                ),
                (
                    "elasticache.describe_replication_groups",
                    {"ReplicationGroupId": "restored"},
                    {"ReplicationGroups[0].NodeGroups[].Slots": ["0-99", "100-16383"]},
                ),
            ],
            source=SEEDING,
        ),
        Row(
            "the configuration alone says how many shards there are",
            given=SHARDED,
            call="elasticache.create_replication_group",
            arguments=sharded_arguments(
                ReplicationGroupId="restored",
                NumNodeGroups=None,
                NodeGroupConfiguration=slots("0-99", "100-199", "200-16383"),
                **FILES,
            ),
            then=[
                (
                    "elasticache.describe_replication_groups",
                    {"ReplicationGroupId": "restored"},
                    {"length(ReplicationGroups[0].NodeGroups)": 3},
                )
            ],
            source=f"{API}/API_CreateReplicationGroup.html",
        ),
        Row(
            "a file that was locked is read all the same",
            given=[*BACKUP, bucket("landing", lock=True), locked("landing"), granted(), exported()],
            call="elasticache.create_replication_group",
            arguments=new(),
            answers={"ReplicationGroup.Status": "creating"},
            source=SEEDING,
        ),
    ]
)
