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
