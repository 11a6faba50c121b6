from tests.conformance.harness import REGION, Lab, Row, conformance

API = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference"
NAME = "/aws/elasticache/cache/slow-log"
ARN = f"arn:aws:logs:{REGION}:123456789012:log-group:{NAME}"


def group(**arguments):
    def create(lab: Lab):
        lab.call("logs.create_log_group", logGroupName=NAME, **arguments)

    return create


def protected(enabled: bool):
    def put(lab: Lab):
        lab.call("logs.put_log_group_deletion_protection", logGroupIdentifier=ARN, deletionProtectionEnabled=enabled)

    return put


KEY = f"arn:aws:kms:{REGION}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def keyed(key: str | None):
    def put(lab: Lab):
        if key is None:
            lab.call("logs.disassociate_kms_key", logGroupName=NAME)
        else:
            lab.call("logs.associate_kms_key", logGroupName=NAME, kmsKeyId=key)

    return put


test_groups = conformance(
    [
        Row(
            "a log group is of the standard class, and not protected against deletion",
            given=[group()],
            call="logs.describe_log_groups",
            arguments={"logGroupNamePrefix": NAME},
            answers={"logGroups[0].[logGroupClass, deletionProtectionEnabled]": ["STANDARD", False], "logGroups[0].arn": f"{ARN}:*"},
            source=f"{API}/API_LogGroup.html",
        ),
        Row(
            "a log group of another class",
            given=[group(logGroupClass="INFREQUENT_ACCESS")],
            call="logs.describe_log_groups",
            answers={"logGroups[0].logGroupClass": "INFREQUENT_ACCESS"},
            source=f"{API}/API_CreateLogGroup.html",
        ),
        Row(
            "a key is associated with a log group that exists",
            given=[group(), keyed(KEY)],
            call="logs.describe_log_groups",
            answers={"logGroups[0].kmsKeyId": KEY},
            source=f"{API}/API_AssociateKmsKey.html",
        ),
        Row(
            "and taken away again",
            given=[group(kmsKeyId=KEY), keyed(None)],
            call="logs.describe_log_groups",
            answers={"logGroups[0].kmsKeyId": None},
            source=f"{API}/API_DisassociateKmsKey.html",
        ),
        Row(
            "a protected log group is not deleted",
            given=[group(), protected(True)],
            call="logs.delete_log_group",
            arguments={"logGroupName": NAME},
            refused="ValidationException",
            source=f"{API}/API_PutLogGroupDeletionProtection.html",
        ),
        Row(
            "a log group that is protected no more is deleted",
            given=[group(deletionProtectionEnabled=True), protected(False)],
            call="logs.delete_log_group",
            arguments={"logGroupName": NAME},
            then=[("logs.describe_log_groups", {}, {"logGroups": []})],
            source=f"{API}/API_PutLogGroupDeletionProtection.html",
        ),
        Row(
            "protection of a log group that is not there",
            call="logs.put_log_group_deletion_protection",
            arguments={"logGroupIdentifier": ARN, "deletionProtectionEnabled": True},
            refused="ResourceNotFoundException",
            source=f"{API}/API_PutLogGroupDeletionProtection.html",
        ),
        Row(
            "a log group's tags",
            given=[group(tags={"Stack": "redis-dev"})],
            call="logs.list_tags_for_resource",
            arguments={"resourceArn": ARN},
            answers={"tags": {"Stack": "redis-dev"}},
            source=f"{API}/API_ListTagsForResource.html",
        ),
    ]
)
