import json
from datetime import datetime, timedelta, timezone

from tests.conformance.harness import REGION, Lab, Row, conformance

API = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference"
DESCRIBE = f"{API}/API_DescribeAlarms.html"
NOTIFY = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"
MATH = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html"
COMPOSITE = f"{API}/API_PutCompositeAlarm.html"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:topic"
AT = datetime.now(timezone.utc).replace(microsecond=0)


def put_alarm(name: str, **changes):
    def create(lab: Lab):
        arguments = {
            "AlarmName": name,
            "Namespace": "N",
            "MetricName": "m",
            "Statistic": "Maximum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            **changes,
        }
        lab.call("cloudwatch.put_metric_alarm", **{name: value for name, value in arguments.items() if value is not None})

    return create


def put(value: float, minutes_ago: float = 0.5, name: str = "m"):
    def create(lab: Lab):
        data = [{"MetricName": name, "Value": value, "Timestamp": AT - timedelta(minutes=minutes_ago)}]
        lab.call("cloudwatch.put_metric_data", Namespace="N", MetricData=data)

    return create


def evaluated(name: str):
    def evaluate(lab: Lab):
        lab.control("alarm", name=name, at=AT.isoformat())

    return evaluate


def composite(rule: str):
    def create(lab: Lab):
        lab.call("cloudwatch.put_composite_alarm", AlarmName="composite", AlarmRule=rule)

    return create


def deleted(name: str):
    def delete(lab: Lab):
        lab.call("cloudwatch.delete_alarms", AlarmNames=[name])

    return delete


def topic(policy: dict | None = None, key: str | None = None):
    def create(lab: Lab):
        attributes = {"KmsMasterKeyId": key} if key else {}
        arn = lab.call("sns.create_topic", Name="topic", Attributes=attributes)["TopicArn"]
        if policy:
            document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
            lab.call("sns.set_topic_attributes", TopicArn=arn, AttributeName="Policy", AttributeValue=document)

    return create


def letting_in(service: str, condition: dict | None = None) -> dict:
    body = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sns:Publish", "Resource": TOPIC}
    return {**body, "Condition": condition} if condition else body


def states(**expected):
    return {f"MetricAlarms[?AlarmName=='{name}'].StateValue | [0]": state for name, state in expected.items()}


QUERIES = [
    {"Id": "a", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "a"}, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
    {"Id": "b", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "b"}, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
]


def math(expression: str):
    query = {"Id": "e", "Expression": expression, "ReturnData": True}
    nothing = dict.fromkeys(("Namespace", "MetricName", "Statistic", "Period"))
    return put_alarm("alarm", Metrics=[*QUERIES, query], **nothing)


ALARM, OK, INSUFFICIENT_DATA = ({"MetricAlarms[0].StateValue": state} for state in ("ALARM", "OK", "INSUFFICIENT_DATA"))


def after(what: str, given: list, answers: dict, source: str) -> Row:
    """The alarm's state after it was evaluated."""
    return Row(what, call="cloudwatch.describe_alarms", given=[*given, evaluated("alarm")], answers=answers, source=source)


test_states = conformance(
    [
        after("at the threshold", [put_alarm("alarm"), put(1)], ALARM, f"{API}/API_PutMetricAlarm.html"),
        after("below the threshold", [put_alarm("alarm"), put(0.9)], OK, f"{API}/API_PutMetricAlarm.html"),
        after(
            "two of three",
            [put_alarm("alarm", EvaluationPeriods=3, DatapointsToAlarm=2), put(1, 0.5), put(0, 1.5), put(1, 2.5)],
            ALARM,
            f"{API}/API_PutMetricAlarm.html",
        ),
        after(
            "without data",
            [put_alarm("alarm")],
            INSUFFICIENT_DATA,
            "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html",
        ),
        after("the sum of two metrics", [math("a + b"), put(0.5, name="a"), put(0.5, name="b")], ALARM, MATH),
        after("a missing metric that is filled", [math("FILL(a, 0) + FILL(b, 0)"), put(0.5, name="b")], OK, MATH),
        after("IF", [math("IF(a > 0, 1, 0)"), put(0.5, name="a"), put(0, name="b")], ALARM, MATH),
        after("IF of a condition that is missing", [math("IF(a > 0, 1, 0)")], INSUFFICIENT_DATA, MATH),
        after("IF that chooses a missing value, which is 0", [math("IF(b, a, 1)"), put(1, name="b")], OK, MATH),
        after("IF that does not hold, and whose other value is missing", [math("IF(b, 1, a)"), put(0, name="b")], INSUFFICIENT_DATA, MATH),
        after("EPOCH, which is not sparse", [math(f"IF(EPOCH(a) > {AT.timestamp() - 3600}, 1, 0)")], ALARM, MATH),
        after("EPOCH of a period before", [math(f"IF(EPOCH(a) > {AT.timestamp() + 3600}, 1, 0)")], OK, MATH),
        after("TIME_SERIES, which is not sparse", [math("TIME_SERIES(1)")], ALARM, MATH),
    ]
)

test_first_state = conformance(
    [
        Row(
            "a new alarm",
            given=[put_alarm("alarm", TreatMissingData="breaching")],
            call="cloudwatch.describe_alarms",
            answers=INSUFFICIENT_DATA,
            source=f"{API}/API_PutMetricAlarm.html",
        ),
        Row(
            "a new composite alarm",
            given=[put_alarm("alarm"), composite('ALARM("alarm")')],
            call="cloudwatch.describe_alarms",
            arguments={"AlarmTypes": ["CompositeAlarm"]},
            answers={"CompositeAlarms[0].StateValue": "INSUFFICIENT_DATA"},
            source=COMPOSITE,
        ),
        Row(
            "an alarm that is updated keeps its state",
            given=[put_alarm("alarm"), put(1), evaluated("alarm"), put_alarm("alarm", Threshold=2)],
            call="cloudwatch.describe_alarms",
            answers=ALARM,
            source=f"{API}/API_PutMetricAlarm.html",
        ),
    ]
)

SUSPECTS = [put_alarm("a"), put_alarm("b", AlarmActions=[TOPIC], Threshold=2), put_alarm("other"), put(1), evaluated("a"), evaluated("b")]

test_describing = conformance(
    [
        Row(
            "by state",
            given=SUSPECTS,
            call="cloudwatch.describe_alarms",
            arguments={"StateValue": "ALARM"},
            answers={"MetricAlarms[].AlarmName": ["a"]},
            source=DESCRIBE,
        ),
        Row(
            "by name and state",
            given=SUSPECTS,
            call="cloudwatch.describe_alarms",
            arguments={"AlarmNames": ["a", "b"], "StateValue": "OK"},
            answers={"MetricAlarms[].AlarmName": ["b"]},
            source=DESCRIBE,
        ),
        Row(
            "by the beginning of the name",
            given=SUSPECTS,
            call="cloudwatch.describe_alarms",
            arguments={"AlarmNamePrefix": "o"},
            answers={"MetricAlarms[].AlarmName": ["other"]},
            source=DESCRIBE,
        ),
        Row(
            "by its action",
            given=SUSPECTS,
            call="cloudwatch.describe_alarms",
            arguments={"ActionPrefix": "arn:aws:sns"},
            answers={"MetricAlarms[].AlarmName": ["b"]},
            source=DESCRIBE,
        ),
        Row(
            "metric alarms only, unless asked for others",
            given=[put_alarm("a"), composite('ALARM("a")')],
            call="cloudwatch.describe_alarms",
            answers={"MetricAlarms[].AlarmName": ["a"], "CompositeAlarms || `[]`": []},
            source=DESCRIBE,
        ),
        Row(
            "composite alarms when asked for",
            given=[put_alarm("a"), composite('ALARM("a")')],
            call="cloudwatch.describe_alarms",
            arguments={"AlarmTypes": ["CompositeAlarm"]},
            answers={"MetricAlarms || `[]`": [], "CompositeAlarms[].AlarmName": ["composite"]},
            source=DESCRIBE,
        ),
        Row(
            "a composite alarm follows its rule",
            given=[put_alarm("a"), put_alarm("b", Threshold=2), put(1), composite('ALARM("a") AND NOT ALARM("b")'), evaluated("composite")],
            call="cloudwatch.describe_alarms",
            arguments={"AlarmTypes": ["CompositeAlarm"], "StateValue": "ALARM"},
            answers={"CompositeAlarms[].AlarmName": ["composite"]},
            source=COMPOSITE,
        ),
    ]
)

ISSUE = "https://github.com/hashicorp/terraform-provider-aws/issues/34807"

test_composite_alarms = conformance(
    [
        Row(
            "of an alarm that does not exist",
            call="cloudwatch.put_composite_alarm",
            arguments={"AlarmName": "composite", "AlarmRule": "ALARM(a)"},
            refused="ValidationError",
            source="https://github.com/awsdocs/aws-cloudformation-user-guide/issues/911",
        ),
        Row(
            "of more than 100 alarms",
            given=[put_alarm(f"a{i}") for i in range(101)],
            call="cloudwatch.put_composite_alarm",
            arguments={"AlarmName": "composite", "AlarmRule": " OR ".join(f"ALARM(a{i})" for i in range(101))},
            refused="ValidationError",
            source=COMPOSITE,
        ),
        Row(
            "an alarm that one evaluates is not deleted",
            given=[put_alarm("a"), composite("ALARM(a)")],
            call="cloudwatch.delete_alarms",
            arguments={"AlarmNames": ["a"]},
            refused="ValidationError",
            source=ISSUE,
        ),
        Row(
            "an alarm that none evaluates any more is",
            given=[put_alarm("a"), put_alarm("b"), composite("ALARM(a)"), composite("ALARM(b)"), deleted("a")],
            call="cloudwatch.describe_alarms",
            answers={"MetricAlarms[].AlarmName": ["b"]},
            source=ISSUE,
        ),
    ]
)

ACCOUNT = {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def delivered(lab: Lab, *given) -> bool:
    for step in [*given, put_alarm("alarm", AlarmActions=[TOPIC]), put(1)]:
        step(lab)
    return lab.control("alarm", name="alarm", at=AT.isoformat())["actions"][0]["delivered"]


def test_the_first_state_is_notified_as_any_other(lab: Lab):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    for step in [topic(), put_alarm("alarm", OKActions=[TOPIC]), put(0)]:
        step(lab)
    assert lab.control("alarm", name="alarm", at=AT.isoformat())["actions"] == [{"action": TOPIC, "delivered": True}]
    assert lab.control("alarm", name="alarm", at=AT.isoformat())["actions"] == []


def test_the_default_policy_of_a_topic_lets_alarms_in(lab: Lab):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
    assert delivered(lab, topic())


def test_a_policy_that_names_cloudwatch_lets_alarms_in(lab: Lab):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
    assert delivered(lab, topic(letting_in("cloudwatch.amazonaws.com", ACCOUNT)))


def test_a_policy_that_names_another_service_does_not(lab: Lab):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
    assert not delivered(lab, topic(letting_in("events.amazonaws.com")))


def test_a_policy_for_another_account_does_not(lab: Lab):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
    assert not delivered(lab, topic(letting_in("cloudwatch.amazonaws.com", {"StringEquals": {"aws:SourceAccount": "999999999999"}})))


def test_a_topic_under_the_key_of_aws_gets_no_alarms(lab: Lab):
    """https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"""
    assert not delivered(lab, topic(key="alias/aws/sns"))
