from tests.conformance.elasticache.given import group, snapshot, subnet_group
from tests.conformance.harness import REGION, Lab
from tests.conformance.state_machines import Execution, arn, executions, task

SERVICES = "https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html"
INTEGRATE = "https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html"
SAMPLE = "https://github.com/aws-samples/step-functions-workflows-collection/tree/main/sfn-rds-to-aurora-migrate-postgres-cdk"
UNCAPITALIZE = "https://github.com/aws/aws-sdk-java-v2/blob/master/codegen/src/main/java/software/amazon/awssdk/codegen/internal/Utils.java"
EXCEPTIONS = (
    "https://github.com/aws/aws-sdk-java-v2/blob/master/codegen/src/main/java/software/amazon/awssdk/codegen/naming/"
    "DefaultNamingStrategy.java"
)


def bucket_with_object(lab: Lab):
    lab.call("s3.create_bucket", Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    lab.call("s3.put_object", Bucket="bucket", Key="key", Body=b"content")


def trail_with_selectors(lab: Lab):
    lab.call("s3.create_bucket", Bucket="logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    lab.call("cloudtrail.create_trail", Name="trail", S3BucketName="logs")
    fields = [{"Field": "eventCategory", "Equals": ["Management"]}]
    lab.call("cloudtrail.put_event_selectors", TrailName="trail", AdvancedEventSelectors=[{"Name": "x", "FieldSelectors": fields}])


CACHE = [subnet_group, group(), snapshot()]

test_members = executions(
    [
        Execution(
            "the ARN of a snapshot is Arn",
            given=CACHE,
            states=task("elasticache:describeSnapshots", {"SnapshotName": "backup"}),
            answers={"Snapshots[0].Arn": arn("snapshot", "backup"), "Snapshots[0].ARN": None},
            source=SAMPLE,
        ),
        Execution(
            "what is a method of every object in Java gets Value",
            given=[trail_with_selectors],
            states=task("cloudtrail:getEventSelectors", {"TrailName": "trail"}),
            answers={
                "AdvancedEventSelectors[0].FieldSelectors[0].EqualsValue": ["Management"],
                "AdvancedEventSelectors[0].FieldSelectors[0].Equals": None,
            },
            source=EXCEPTIONS,
        ),
        Execution(
            "the ARN of a group is Arn, and its members are nested",
            given=CACHE,
            states=task("elasticache:describeReplicationGroups", {"ReplicationGroupId": "cache"}),
            answers={
                "ReplicationGroups[0].Arn": arn("replicationgroup", "cache"),
                "ReplicationGroups[0].NodeGroups[0].NodeGroupMembers[0].CacheClusterId": "cache-001",
            },
            source=SAMPLE,
        ),
        Execution(
            "a run of capitals inside a name stays",
            given=CACHE,
            states=task("elasticache:describeReplicationGroups", {"ReplicationGroupId": "cache"}),
            answers={"ReplicationGroups[0].MultiAZ": lambda value: value is not None},
            source=UNCAPITALIZE,
        ),
        Execution(
            "members of an API that begin in lower case are capitalised, both ways",
            states=task("sfn:listExecutions", {"StateMachineArn": "{% $states.context.StateMachine.Id %}", "MaxResults": 5}),
            answers={"Executions[0].Status": "RUNNING", "Executions[0].StateMachineArn": lambda value: value.endswith(":machine")},
            source=SERVICES,
        ),
        Execution(
            "the body of an object is text",
            given=[bucket_with_object],
            states=task("s3:getObject", {"Bucket": "bucket", "Key": "key"}),
            answers={"Body": "content", "ContentLength": 7},
            source=SERVICES,
        ),
        Execution(
            "a time is text in ISO 8601",
            given=CACHE,
            states=task("elasticache:describeSnapshots", {"SnapshotName": "backup"}),
            answers={"Snapshots[0].NodeSnapshots[0].SnapshotCreateTime": lambda value: value.endswith("Z") and value[10] == "T"},
            source=INTEGRATE,
        ),
    ]
)

test_errors = executions(
    [
        Execution(
            "an error of the API's model is an exception, its Fault dropped",
            states=task("elasticache:describeSnapshots", {"SnapshotName": "none"}),
            error="ElastiCache.SnapshotNotFoundException",
            source=EXCEPTIONS,
        ),
        Execution(
            "an error that the model has under another code has the name of its shape",
            states=task("elasticache:describeReplicationGroups", {"ReplicationGroupId": "none"}),
            error="ElastiCache.ReplicationGroupNotFoundException",
            source=EXCEPTIONS,
        ),
        Execution(
            "an error that is not in the model is the service's own",
            given=[lambda lab: lab.control("fail", action="DescribeSnapshots", times=9, code="Throttling", http=400)],
            states=task("elasticache:describeSnapshots", {}),
            error="ElastiCache.ElastiCacheException",
            source=EXCEPTIONS,
        ),
        Execution(
            "the name of a service is its id in Pascal case",
            states=task("sfn:describeExecution", {"ExecutionArn": "arn:aws:states:eu-west-1:123456789012:execution:machine:none"}),
            error="Sfn.ExecutionDoesNotExistException",
            source=EXCEPTIONS,
        ),
        Execution(
            "a missing permission is the service's own error",
            states=task("elasticache:describeSnapshots", {}),
            allow=[],
            error="ElastiCache.ElastiCacheException",
            cause="is not authorized to perform: elasticache:DescribeSnapshots on resource: " + arn("snapshot", "*"),
            source=EXCEPTIONS,
        ),
        Execution(
            "a missing permission of SNS has a name of its own",
            states=task("sns:publish", {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:none", "Message": "a"}),
            allow=[],
            error="Sns.AuthorizationErrorException",
            source="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
        ),
    ]
)

test_arguments = executions(
    [
        Execution(
            "an argument that is text only when it is evaluated must be text",
            states=task("elasticache:describeSnapshots", {"SnapshotName": "{% 1 %}"}),
            error="States.Runtime",
            cause="The value for the field 'SnapshotName' must be a STRING",
            source=INTEGRATE,
        ),
        Execution(
            "a number must be one",
            states=task("elasticache:describeSnapshots", {"MaxRecords": "{% '20' %}"}),
            error="States.Runtime",
            cause="The value for the field 'MaxRecords' must be an INTEGER",
            source=INTEGRATE,
        ),
        Execution(
            "a truth value must be one",
            states=task("elasticache:describeReplicationGroups", "{% {'ReplicationGroupId': true} %}"),
            error="States.Runtime",
            cause="The value for the field 'ReplicationGroupId' must be a STRING",
            source=INTEGRATE,
        ),
        Execution(
            "an argument that the API does not have is refused when it is evaluated",
            states=task("elasticache:describeSnapshots", "{% {'Name': 'backup'} %}"),
            error="States.Runtime",
            cause="The field 'Name' is not supported by Step Functions",
            source=INTEGRATE,
        ),
        Execution(
            "the API's own spelling of an argument is refused",
            states=task("sfn:listExecutions", "{% {'stateMachineArn': $states.context.StateMachine.Id} %}"),
            error="States.Runtime",
            cause="The field 'stateMachineArn' is not supported by Step Functions",
            source=SERVICES,
        ),
        Execution(
            "an argument that the API requires is required",
            states=task("elasticache:deleteSnapshot", "{% {} %}"),
            error="States.Runtime",
            cause="The field 'SnapshotName' is required but was missing",
            source=INTEGRATE,
        ),
        Execution(
            "a member of a member is looked at too",
            states=task("cloudwatch:putMetricData", "{% {'Namespace': 'A', 'MetricData': [{'Value': 1}]} %}"),
            error="States.Runtime",
            cause="The field 'MetricName' is required but was missing",
            source=INTEGRATE,
        ),
        Execution(
            "States.ALL does not catch States.Runtime",
            states={
                **task(
                    "elasticache:deleteSnapshot",
                    "{% {} %}",
                    Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
                ),
                "Caught": {"Type": "Succeed"},
            },
            error="States.Runtime",
            source="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html",
        ),
    ]
)
