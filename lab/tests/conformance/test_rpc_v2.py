"""CloudWatch and the tagging API in the protocol in which newer SDKs, and so newer providers, speak to them."""

from datetime import datetime, timedelta, timezone

from aws import rpc_v2
from aws.models import service_model
from tests.conformance.harness import REGION, Lab, Row, conformance

PROTOCOL = "https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html"
API = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference"
CBOR = "cloudwatch+smithy-rpc-v2-cbor"
ALARM_ARN = f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:backup"
BODY = '{"widgets":[{"type":"text","x":0,"y":0,"width":6,"height":6,"properties":{"markdown":"é"}}]}'
NOW = datetime.now(timezone.utc).replace(microsecond=0)
# What the services of this project's resources speak, by the names that botocore has for them.
USED = "chatbot cloudwatch config ec2 elasticache events iam kms logs scheduler secretsmanager sns sqs stepfunctions sts".split()

ALARM = {
    "AlarmName": "backup",
    "ComparisonOperator": "LessThanThreshold",
    "EvaluationPeriods": 4,
    "DatapointsToAlarm": 3,
    "Threshold": 1,
    "Period": 900,
    "Namespace": "Redis/Backup",
    "MetricName": "SnapshotCreateSuccessful",
    "Statistic": "Minimum",
    "TreatMissingData": "breaching",
    "Tags": [{"Key": "Environment", "Value": "dev"}],
}
OF_TWO_NODES = {
    "AlarmName": "backup",
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 1,
    "Threshold": 0.5,
    "Metrics": [
        {"Id": "worst", "Expression": "MAX(METRICS())", "Label": "worst node", "ReturnData": True},
        {
            "Id": "m1",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/ElastiCache",
                    "MetricName": "ReplicationLag",
                    "Dimensions": [{"Name": "CacheClusterId", "Value": "cache-001"}],
                },
                "Period": 60,
                "Stat": "Maximum",
            },
        },
    ],
}


def alarm(**changes):
    def put(lab: Lab):
        lab.call(f"{CBOR}.put_metric_alarm", **{**ALARM, **changes})

    return put


def alarm_of_two_nodes(lab: Lab):
    lab.call(f"{CBOR}.put_metric_alarm", **OF_TWO_NODES)


def dashboard(lab: Lab):
    lab.call(f"{CBOR}.put_dashboard", DashboardName="backups", DashboardBody=BODY)


def age(value: float):
    def put(lab: Lab):
        datum = {"MetricName": "SnapshotAgeHours", "Value": value, "Timestamp": NOW}
        lab.call(f"{CBOR}.put_metric_data", Namespace="Redis/Backup", MetricData=[datum])

    return put


def told_to_fail(lab: Lab):
    lab.control("fail", action="DescribeAlarms", code="Throttling", http=400)


AGES = {
    "StartTime": NOW - timedelta(hours=1),
    "EndTime": NOW + timedelta(hours=1),
    "MetricDataQueries": [
        {
            "Id": "age",
            "MetricStat": {"Metric": {"Namespace": "Redis/Backup", "MetricName": "SnapshotAgeHours"}, "Period": 60, "Stat": "Maximum"},
        }
    ],
}

test_cloudwatch = conformance(
    [
        Row(
            "an alarm is read back as it was put",
            given=[alarm()],
            call=f"{CBOR}.describe_alarms",
            arguments={"AlarmNames": ["backup"], "AlarmTypes": ["MetricAlarm"]},
            answers={f"MetricAlarms[0].{name}": value for name, value in ALARM.items() if name != "Tags"},
            source=f"{API}/API_DescribeAlarms.html",
        ),
        Row(
            "times are times, and whole thresholds are floating-point numbers",
            given=[alarm()],
            call=f"{CBOR}.describe_alarms",
            answers={
                "MetricAlarms[0].Threshold": lambda value: type(value) is float,
                "MetricAlarms[0].EvaluationPeriods": lambda value: type(value) is int,
                "MetricAlarms[0].StateUpdatedTimestamp": lambda value: isinstance(value, datetime),
            },
            source=PROTOCOL,
        ),
        Row(
            "an alarm of an expression is read back with its metrics",
            given=[alarm_of_two_nodes],
            call=f"{CBOR}.describe_alarms",
            answers={
                "MetricAlarms[0].Metrics[].Id": ["worst", "m1"],
                "MetricAlarms[0].Metrics[1].MetricStat.Metric.Dimensions[0].Value": "cache-001",
                "MetricAlarms[0].Threshold": 0.5,
            },
            source=f"{API}/API_DescribeAlarms.html",
        ),
        Row(
            "an alarm that is not there is an empty list",
            call=f"{CBOR}.describe_alarms",
            arguments={"AlarmNames": ["none"]},
            answers={"MetricAlarms": []},
            source=f"{API}/API_DescribeAlarms.html",
        ),
        Row(
            "an alarm's tags",
            given=[alarm()],
            call=f"{CBOR}.list_tags_for_resource",
            arguments={"ResourceARN": ALARM_ARN},
            answers={"Tags": [{"Key": "Environment", "Value": "dev"}]},
            source=f"{API}/API_ListTagsForResource.html",
        ),
        Row(
            "an alarm is changed",
            given=[alarm(), alarm(Threshold=2)],
            call=f"{CBOR}.describe_alarms",
            answers={"MetricAlarms[].Threshold": [2.0]},
            source=f"{API}/API_PutMetricAlarm.html",
        ),
        Row(
            "an alarm is deleted",
            given=[alarm()],
            call=f"{CBOR}.delete_alarms",
            arguments={"AlarmNames": ["backup"]},
            then=[(f"{CBOR}.describe_alarms", {}, {"MetricAlarms": []})],
            source=f"{API}/API_DeleteAlarms.html",
        ),
        Row(
            "a dashboard is read back as it was put",
            given=[dashboard],
            call=f"{CBOR}.get_dashboard",
            arguments={"DashboardName": "backups"},
            answers={"DashboardBody": BODY, "DashboardArn": "arn:aws:cloudwatch::123456789012:dashboard/backups"},
            source=f"{API}/API_GetDashboard.html",
        ),
        Row(
            "a dashboard that is not there is refused by the code of the query protocol",
            call=f"{CBOR}.get_dashboard",
            arguments={"DashboardName": "none"},
            refused="ResourceNotFound",
            source="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html",
        ),
        Row(
            "metric data comes back at its time",
            given=[age(2.5)],
            call=f"{CBOR}.get_metric_data",
            arguments=AGES,
            answers={
                "MetricDataResults[0].Values": [2.5],
                "MetricDataResults[0].Timestamps[0]": lambda time: NOW - timedelta(minutes=1) <= time <= NOW,
            },
            source=f"{API}/API_GetMetricData.html",
        ),
        Row(
            "a call that was told to fail fails",
            given=[told_to_fail],
            call=f"{CBOR}.describe_alarms",
            refused="Throttling",
            source=f"{API}/CommonErrors.html",
        ),
        Row(
            "what one protocol put, the others read",
            given=[alarm()],
            call="cloudwatch+query.describe_alarms",
            answers={"MetricAlarms[].AlarmName": ["backup"]},
            then=[("cloudwatch+json.describe_alarms", {}, {"MetricAlarms[].AlarmName": ["backup"]})],
            source=f"{API}/API_DescribeAlarms.html",
        ),
        Row(
            "the tagging API",
            given=[lambda lab: lab.call("sns.create_topic", Name="alerts", Tags=[{"Key": "Stack", "Value": "redis-dev"}])],
            call="resourcegroupstaggingapi+smithy-rpc-v2-cbor.get_resources",
            arguments={"TagFilters": [{"Key": "Stack"}]},
            answers={"ResourceTagMappingList[].ResourceARN": [f"arn:aws:sns:{REGION}:123456789012:alerts"]},
            source="https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html",
        ),
    ]
)


def test_every_service_used_that_has_the_protocol_is_understood():
    speaking = {s for s in USED if "smithy-rpc-v2-cbor" in service_model(s).metadata.get("protocols", [])}
    assert speaking <= set(rpc_v2.SERVICES)
