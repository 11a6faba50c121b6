"""What nodes report of their data, as GetMetricData answers it."""

from datetime import datetime, timedelta, timezone

from tests.conformance.elasticache.given import control, group, group_arguments, sharded, snapshot, subnet_group
from tests.conformance.harness import Lab, Row, conformance

METRICS = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html"
EVERY_MINUTE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.html"
GET = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"
RESTORING = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-restoring.html"
EXPIRE = "https://redis.io/docs/latest/commands/expire/"
VALUES = "MetricDataResults[0].Values"


def asked(metric: str, node: str = "cache-001", ago: timedelta = timedelta(0), period: int = 60, **dimensions: str) -> dict:
    now = datetime.now(timezone.utc)
    named = {"CacheClusterId": node, "CacheNodeId": "0001", **dimensions}
    stat = {
        "Metric": {
            "Namespace": "AWS/ElastiCache",
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in named.items()],
        },
        "Period": period,
        "Stat": "Average",
    }
    queries = [{"Id": "m", "MetricStat": stat}]
    return {"MetricDataQueries": queries, "StartTime": now - ago - timedelta(minutes=5), "EndTime": now - ago + timedelta(minutes=5)}


def of(metric: str, *given, **how) -> dict:
    return {
        "given": [subnet_group, group(), *given],
        "call": "cloudwatch.get_metric_data",
        "arguments": lambda _lab: asked(metric, **how),
    }


def restored(lab: Lab):
    lab.call("elasticache.create_replication_group", **group_arguments(ReplicationGroupId="copy", SnapshotName="backup"))


KEYS = control("keys", name="cache", keys=100, expiring=40, averageTtlSeconds=600)


def all_are(value: float):
    return lambda values: bool(values) and set(values) == {value}


def backed_up(**hours):
    def take(lab: Lab):
        lab.control("automatic-snapshot", replicationGroupId="cache", ageHours=timedelta(**hours).total_seconds() / 3600)

    return take


test_reports = conformance(
    [
        Row(
            "all keys, those that expire included, of a primary",
            **of("CurrItems", KEYS),
            answers={VALUES: all_are(100)},
            source=METRICS,
        ),
        Row("the same of a replica", **of("CurrItems", KEYS, node="cache-002"), answers={VALUES: all_are(100)}, source=METRICS),
        Row("keys that expire", **of("CurrVolatileItems", KEYS), answers={VALUES: all_are(40)}, source=METRICS),
        Row("the average time to live is in milliseconds", **of("DB0AverageTTL", KEYS), answers={VALUES: all_are(600000)}, source=METRICS),
        Row("bytes of data", **of("BytesUsedForCache"), answers={VALUES: all_are(12 * 1024 * 1024)}, source=METRICS),
        Row(
            "a value for each minute, at its beginning",
            **of("CurrItems", backed_up(hours=3), ago=timedelta(hours=1)),
            answers={
                "length(MetricDataResults[0].Values)": lambda count: count in (10, 11),
                "MetricDataResults[0].Timestamps": lambda times: all(t.second == 0 for t in times) and times == sorted(times, reverse=True),
            },
            source=EVERY_MINUTE,
        ),
        Row(
            "what a cache held at the time",
            **of("CurrItems", backed_up(hours=3), KEYS, ago=timedelta(hours=1)),
            answers={VALUES: all_are(10000)},
            source=EVERY_MINUTE,
        ),
        Row(
            "shards hold what each has",
            given=[subnet_group, sharded(), control("keys", name="sharded", keys=0, shard="0002")],
            call="cloudwatch.get_metric_data",
            arguments=lambda _lab: asked("CurrItems", node="sharded-0002-001"),
            answers={VALUES: all_are(0)},
            source=METRICS,
        ),
        Row(
            "nothing by the group's name alone",
            **of("CurrItems", ReplicationGroupId="cache"),
            answers={VALUES: [], "MetricDataResults[0].StatusCode": "Complete"},
            source=EVERY_MINUTE,
        ),
        Row(
            "nothing from before the cache was there",
            **of("CurrItems", ago=timedelta(hours=1)),
            answers={VALUES: []},
            source=EVERY_MINUTE,
        ),
        Row(
            "nothing before the first value of a new node",
            given=[subnet_group, control("delay", metricsSeconds=300), group()],
            call="cloudwatch.get_metric_data",
            arguments=lambda _lab: asked("CurrItems"),
            answers={VALUES: []},
            source=EVERY_MINUTE,
        ),
        Row(
            "minutes are kept for 15 days",
            **of("CurrItems", backed_up(days=20), ago=timedelta(days=20)),
            answers={VALUES: []},
            source=GET,
        ),
        Row(
            "then five minutes are",
            **of("CurrItems", backed_up(days=20), ago=timedelta(days=20), period=300),
            answers={VALUES: all_are(10000)},
            source=GET,
        ),
        Row(
            "for 63 days",
            **of("CurrItems", backed_up(days=70), ago=timedelta(days=70), period=300),
            answers={VALUES: []},
            source=GET,
        ),
        Row(
            "then hours are",
            **of("CurrItems", backed_up(days=70), ago=timedelta(days=70), period=3600),
            answers={VALUES: all_are(10000)},
            source=GET,
        ),
        Row(
            "a restored cache holds what its snapshot has",
            **of("CurrItems", KEYS, snapshot(), control("keys", name="cache", keys=7), restored, node="copy-001"),
            answers={VALUES: all_are(100)},
            source=RESTORING,
        ),
        Row(
            "keys that expired since are not loaded",
            given=[
                subnet_group,
                group(),
                control("keys", name="cache", keys=100, expiring=40, averageTtlSeconds=0.001, ageHours=2),
                snapshot(),
                restored,
            ],
            call="cloudwatch.get_metric_data",
            arguments=lambda _lab: asked("CurrItems", node="copy-001"),
            answers={VALUES: lambda values: values[0] == 60},
            source=EXPIRE,
        ),
    ]
)


def test_a_cache_can_be_silent(lab: Lab):
    for step in (subnet_group, control("metrics", replicationGroupId="cache"), group()):
        step(lab)
    assert lab.call("cloudwatch.get_metric_data", **asked("CurrItems"))["MetricDataResults"][0]["Values"] == []
    lab.control("metrics", replicationGroupId="cache", reported=True)
    assert lab.call("cloudwatch.get_metric_data", **asked("CurrItems"))["MetricDataResults"][0]["Values"]


def test_an_answer_can_lack_data(lab: Lab):
    for step in (subnet_group, group(), backed_up(hours=3)):
        step(lab)
    lab.control("fail", action="metric-data", times=1, status="PartialData")
    partial, whole = (
        lab.call("cloudwatch.get_metric_data", **asked("CurrItems", ago=timedelta(hours=1)))["MetricDataResults"][0] for _ in range(2)
    )
    assert (partial["StatusCode"], whole["StatusCode"]) == ("PartialData", "Complete")
    assert 0 < len(partial["Values"]) < len(whole["Values"])
    lab.control("fail", action="metric-data", times=1, status="InternalError")
    failed = lab.call("cloudwatch.get_metric_data", **asked("CurrItems"))["MetricDataResults"][0]
    assert (failed["StatusCode"], failed["Values"]) == ("InternalError", [])
