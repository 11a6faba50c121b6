"""Calls that change something reach the rules of their Region, and the topics of these rules, as CloudTrail and EventBridge do it."""

import json

import boto3
import pytest

from tests.conformance.harness import REGION, Lab

ACCOUNT = "123456789012"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/calls"
WATCHED = {"detail-type": ["AWS API Call via CloudTrail"]}


def topic_policy(topic: str, condition: dict, service: str = "events.amazonaws.com") -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sns:Publish", "Resource": topic, "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Watcher:
    """A rule, its topic, and a queue to read the topic."""

    def __init__(self, lab: Lab, pattern: dict, transformer: dict | None = None, policy=topic_policy, condition: dict | None = None):
        self.lab = lab
        topic = lab.call("sns.create_topic", Name="alerts")["TopicArn"]
        self.queue = lab.call("sqs.create_queue", QueueName="reader")["QueueUrl"]
        queue_arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:reader"
        lab.call("sns.subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"})
        let_in = policy(topic, condition or {"ArnLike": {"aws:SourceArn": RULE}, "StringEquals": {"aws:SourceAccount": ACCOUNT}})
        lab.call("sns.set_topic_attributes", TopicArn=topic, AttributeName="Policy", AttributeValue=let_in)
        lab.call("events.put_rule", Name="calls", EventPattern=json.dumps(pattern))
        target = {"Id": "topic", "Arn": topic, **({"InputTransformer": transformer} if transformer else {})}
        lab.call("events.put_targets", Rule="calls", Targets=[target])
        self.heard()  # of itself

    def heard(self) -> list[str]:
        messages = self.lab.call("sqs.receive_message", QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            self.lab.call("sqs.delete_message", QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in messages]

    def events(self) -> list[dict]:
        return [json.loads(body) for body in self.heard()]


def trail(lab: Lab, region: str = REGION, everywhere: bool = True):
    lab.call("s3.create_bucket", Bucket="trail", CreateBucketConfiguration={"LocationConstraint": REGION})
    lab.call(f"cloudtrail@{region}.create_trail", Name="trail", S3BucketName="trail", IsMultiRegionTrail=everywhere)
    lab.call(f"cloudtrail@{region}.start_logging", Name="trail")


def with_key(lab: Lab) -> str:
    return lab.call("kms.create_key")["KeyMetadata"]["KeyId"]


def test_a_call_of_a_json_protocol(lab: Lab):
    trail(lab)
    watcher = Watcher(lab, WATCHED)
    key = with_key(lab)
    watcher.heard()
    lab.call("kms.schedule_key_deletion", KeyId=key, PendingWindowInDays=7)
    (event,) = watcher.events()
    # https://docs.aws.amazon.com/kms/latest/developerguide/ct-schedule-key-deletion.html
    assert event["source"] == "aws.kms"
    assert event["region"] == REGION
    detail = event["detail"]
    assert (detail["eventSource"], detail["eventName"]) == ("kms.amazonaws.com", "ScheduleKeyDeletion")
    assert detail["requestParameters"] == {"keyId": key, "pendingWindowInDays": 7}
    assert detail["resources"][0]["ARN"] == f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}"
    assert detail["userIdentity"]["arn"] == f"arn:aws:iam::{ACCOUNT}:user/lab"
    assert "errorCode" not in detail


def test_a_call_of_the_query_protocol_and_of_a_rest_protocol(lab: Lab):
    trail(lab)
    watcher = Watcher(lab, WATCHED)
    lab.call("elasticache.create_user", UserId="user-a", UserName="a", Engine="valkey", AccessString="off", NoPasswordRequired=True)
    (event,) = watcher.events()
    assert (event["source"], event["detail"]["eventName"]) == ("aws.elasticache", "CreateUser")
    assert event["detail"]["requestParameters"]["userId"] == "user-a"
    # The ARN of a resource of ElastiCache is recorded as aRN.
    assert ":user:user-a" in event["detail"]["responseElements"]["aRN"]
    lab.call("scheduler.create_schedule_group", Name="backups")
    (event,) = watcher.events()
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/logging-using-cloudtrail.html
    assert (event["source"], event["detail"]["eventName"]) == ("aws.scheduler", "CreateScheduleGroup")
    assert event["detail"]["requestParameters"]["name"] == "backups"


def test_a_call_that_is_refused_has_its_error(lab: Lab):
    trail(lab)
    watcher = Watcher(lab, WATCHED)
    with pytest.raises(Exception, match="NotFound"):
        lab.call("elasticache.delete_snapshot", SnapshotName="none")
    (event,) = watcher.events()
    assert event["detail"]["errorCode"] == "SnapshotNotFoundFault"


def test_calls_that_read_and_data_events_are_not_sent(lab: Lab):
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
    trail(lab)
    watcher = Watcher(lab, WATCHED)
    lab.call("elasticache.describe_snapshots")
    lab.call("cloudwatch.put_metric_data", Namespace="a", MetricData=[{"MetricName": "b", "Value": 1}])
    assert watcher.events() == []


@pytest.mark.parametrize("which", ["none", "stopped", "elsewhere"])
def test_without_a_trail_that_logs_the_region_nothing_is_sent(lab: Lab, which: str):
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
    if which == "stopped":
        trail(lab)
        lab.call("cloudtrail.stop_logging", Name="trail")
    if which == "elsewhere":
        trail(lab, "us-west-2", everywhere=False)
    watcher = Watcher(lab, WATCHED)
    with_key(lab)
    assert watcher.events() == []


def test_events_of_iam_are_in_one_region_only_and_are_forwarded_by_a_role(lab: Lab):
    # https://repost.aws/knowledge-center/eventbridge-rule-triggers-iam-single-region
    trail(lab)
    watcher = Watcher(lab, {"source": ["aws.iam"]})
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    role = lab.call("iam.create_role", RoleName="forward", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    assert watcher.events() == []
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    lab.call("events@us-east-1.put_rule", Name="iam", EventPattern=json.dumps({"source": ["aws.iam"]}))
    lab.call("events@us-east-1.put_targets", Rule="iam", Targets=[{"Id": "home", "Arn": bus, "RoleArn": role}])
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus}]}
    lab.call("iam.put_role_policy", RoleName="forward", PolicyName="put", PolicyDocument=json.dumps(allowed))
    (event,) = watcher.events()
    assert (event["region"], event["detail"]["eventName"]) == ("us-east-1", "PutRolePolicy")
    lab.call("iam.delete_role_policy", RoleName="forward", PolicyName="put")
    assert watcher.events() == []


def test_a_session_of_a_role_is_named(lab: Lab):
    trail(lab)
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    role = lab.call("iam.create_role", RoleName="deploy", Path="/ci/", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    keys = lab.call("sts.assume_role", RoleArn=role, RoleSessionName="run-7")["Credentials"]
    client = boto3.client(
        "kms",
        region_name=REGION,
        endpoint_url=lab.url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    others = {"detail": {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": [{"exists": False}, {"anything-but": [role]}]}}}}}
    watcher = Watcher(lab, WATCHED)
    client.create_key()
    (event,) = watcher.events()
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
    identity = event["detail"]["userIdentity"]
    assert identity["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run-7"
    assert identity["sessionContext"]["sessionIssuer"]["arn"] == role
    lab.call("events.put_rule", Name="calls", EventPattern=json.dumps({**WATCHED, **others}))
    watcher.heard()
    client.create_key()
    assert watcher.events() == []
    with_key(lab)
    assert len(watcher.events()) == 1


@pytest.mark.parametrize(
    ("condition", "service"),
    [
        ({"ArnLike": {"aws:SourceArn": RULE + "-other"}}, "events.amazonaws.com"),
        ({"StringEquals": {"aws:SourceAccount": "210987654321"}}, "events.amazonaws.com"),
        ({}, "cloudwatch.amazonaws.com"),
    ],
)
def test_a_topic_that_does_not_let_eventbridge_in_gets_nothing(lab: Lab, condition: dict, service: str):
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    trail(lab)
    watcher = Watcher(lab, WATCHED, policy=lambda topic, given: topic_policy(topic, condition, service))
    with_key(lab)
    assert watcher.heard() == []


def test_a_rule_that_is_disabled_or_has_no_targets_sends_nothing(lab: Lab):
    trail(lab)
    watcher = Watcher(lab, WATCHED)
    lab.call("events.disable_rule", Name="calls")
    with_key(lab)
    assert watcher.heard() == []
    lab.call("events.enable_rule", Name="calls")
    assert len(watcher.heard()) == 1
    lab.call("events.remove_targets", Rule="calls", Ids=["topic"])
    with_key(lab)
    assert watcher.heard() == []


def test_text_is_transformed(lab: Lab):
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    trail(lab)
    paths = {
        "who": "$.detail.userIdentity.arn",
        "what": "$.detail.eventName",
        "none": "$.detail.errorCode",
        "days": "$.detail.requestParameters.pendingWindowInDays",
    }
    template = '"<what> by <who>"\n"<none>|<days>|<aws.events.rule-name>"'
    watcher = Watcher(lab, {"source": ["aws.kms"]}, {"InputPathsMap": paths, "InputTemplate": template})
    key = with_key(lab)
    watcher.heard()
    lab.call("kms.schedule_key_deletion", KeyId=key, PendingWindowInDays=7)
    assert watcher.heard() == [f'"ScheduleKeyDeletion by arn:aws:iam::{ACCOUNT}:user/lab"\n"|7|calls"']


@pytest.mark.parametrize(
    "transformer",
    [
        {"InputTemplate": '"<unknown>"'},
        {"InputTemplate": "not in quotes"},
        {"InputTemplate": '"' + "x" * 8192 + '"'},
        {"InputTemplate": '"<a>"', "InputPathsMap": {"a": "$.detail[?(@.b)]"}},
    ],
)
def test_a_template_that_eventbridge_refuses(lab: Lab, transformer: dict):
    # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html
    with pytest.raises(Exception, match="ValidationException"):
        Watcher(lab, WATCHED, transformer)


def test_alarms_tell_of_their_changes_without_a_trail(lab: Lab):
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    watcher = Watcher(lab, {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm Configuration Change"]})
    alarm = {
        "AlarmName": "a",
        "Namespace": "n",
        "MetricName": "m",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    lab.call("cloudwatch.put_metric_alarm", **alarm)
    lab.call("cloudwatch.put_metric_alarm", **alarm)
    lab.call("cloudwatch.disable_alarm_actions", AlarmNames=["a"])
    lab.call("cloudwatch.delete_alarms", AlarmNames=["a"])
    details = [event["detail"] for event in watcher.events()]
    assert [(d["alarmName"], d["operation"]) for d in details] == [("a", "create"), ("a", "update"), ("a", "update"), ("a", "delete")]
    assert [d["configuration"]["actionsEnabled"] for d in details] == [True, True, False, False]


def test_the_quota_of_rules(lab: Lab):
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    pattern = json.dumps(WATCHED)
    for i in range(300):
        lab.call("events.put_rule", Name=f"rule-{i}", EventPattern=pattern)
    with pytest.raises(Exception, match="LimitExceeded"):
        lab.call("events.put_rule", Name="one-more", EventPattern=pattern)
