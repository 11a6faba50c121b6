"""What nodes report to CloudWatch of their data: once a minute, from some time after they were created.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html
"Published for a 60 second duration for each node": https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.html
When the first value of a new node is there is not documented; the control call `delay` sets it.
"""

from datetime import datetime, timedelta, timezone

from moto.cloudwatch.models import CloudWatchBackend
from moto.core import DEFAULT_ACCOUNT_ID

from aws.cloudwatch.metrics import statistic
from aws.elasticache.clock import now
from aws.elasticache.data import held, left
from aws.elasticache.lifecycle import settled
from aws.elasticache.restore import megabytes
from aws.elasticache.state import DELAY, SILENT, Place
from aws.faults import next_fault
from aws.wrapping import wrap

NAMESPACE = "AWS/ElastiCache"
METRICS = {
    "CurrItems": lambda shard, _size: shard["keys"],
    "CurrVolatileItems": lambda shard, _size: shard["expiring"],
    "DB0AverageTTL": lambda shard, _size: shard["ttl"] * 1000,
    "BytesUsedForCache": lambda _shard, size: megabytes(size) * 1024 * 1024,
}
MINUTE = timedelta(minutes=1)
# How old data may be to be answered by a period: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
KEPT = ((60, timedelta(days=15)), (300, timedelta(days=63)), (3600, timedelta(days=455)))


def value_of(place: Place, node_name: str, metric: str, at: datetime) -> float | None:
    """What a node reported at a moment."""
    state = settled(place)
    node = state.clusters.get(node_name.lower())
    group = state.groups.get(node.get("ReplicationGroupId")) if node else None
    if not group or group["ReplicationGroupId"] in SILENT or group["Status"] == "creating" or at < reporting_since(place, group, node):
        return None
    shard = held(group, at)[group["shards"][node["CacheClusterId"]]]
    return float(METRICS[metric](left(shard, group.get("loaded"), at), group["size"]))


def reporting_since(place: Place, group: dict, node: dict) -> datetime:
    """A cache of which there is an older backup has been there at least as long."""
    taken = [s["taken"] - timedelta(hours=1) for s in place.state.snapshots.values() if s["group"] == group["ReplicationGroupId"]]
    return min([node["CacheClusterCreateTime"] + timedelta(seconds=DELAY["metrics"]), *taken])


def longest_kept(period: int) -> timedelta:
    """Data of 60 seconds is answered for 15 days, then only by a period of 300 seconds, and so on."""
    return next((age for shortest, age in reversed(KEPT) if period % shortest == 0), KEPT[0][1])


def rounded_down(moment: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, timezone.utc)


def start_of(start: datetime) -> datetime:
    """GetMetricData rounds StartTime down, by its age."""
    age = now() - start
    return rounded_down(start, next((seconds for seconds, kept in KEPT if age < kept), 3600))


def series(place: Place, node: str, metric: str, stat: str, period: int, start: datetime, end: datetime) -> tuple[list, list]:
    """Timestamps and values, oldest first."""
    timestamps, values, moment = [], [], start_of(start)
    while moment < min(end, now()):
        minutes = [moment + i * MINUTE for i in range(max(1, period // 60))]
        samples = [value_of(place, node, metric, min(minute + MINUTE, now())) for minute in minutes if minute < now()]
        value = statistic(stat, [sample for sample in samples if sample is not None])
        if value is not None and now() - moment < longest_kept(period):
            timestamps.append(moment)
            values.append(value)
        moment += timedelta(seconds=period)
    return timestamps, values


def node_of(dimensions: list[dict]) -> str | None:
    named = {d["Name"]: d["Value"] for d in dimensions}
    known = named.get("CacheNodeId", "0001") == "0001" and set(named) <= {"CacheClusterId", "CacheNodeId"}
    return named.get("CacheClusterId") if known else None


def aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def lacking(result: dict, status: str):
    """PartialData: "an incomplete set of data points were returned". InternalError: "an error occurred".

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html
    """
    some = len(result["values"]) // 2 if status == "PartialData" else 0
    result.update(status_code=status, timestamps=result["timestamps"][:some], values=result["values"][:some])


def reported(get_metric_data):
    """What was put with PutMetricData wins."""

    def get(self, queries, start_time, end_time, scan_by="TimestampAscending"):
        answer = get_metric_data(self, queries, start_time, end_time, scan_by)
        place = Place(DEFAULT_ACCOUNT_ID, self.region_name)
        of_nodes = any(query.get("MetricStat", {}).get("Metric", {}).get("Namespace") == NAMESPACE for query in queries)
        fault = next_fault("metric-data") if of_nodes else None
        for query in queries:
            stat = query.get("MetricStat", {})
            metric = stat.get("Metric", {})
            node = node_of(metric.get("Dimensions", []))
            result = next((r for r in answer if r["id"] == query["Id"]), None)
            known = metric.get("Namespace") == NAMESPACE and metric.get("MetricName") in METRICS
            if not known or not node or not result or result["values"]:
                continue
            of_stat = (metric["MetricName"], stat["Stat"], int(stat["Period"]))
            timestamps, values = series(place, node, *of_stat, aware(start_time), aware(end_time))
            step = -1 if scan_by == "TimestampDescending" else 1
            result["timestamps"], result["values"] = timestamps[::step], values[::step]
            if fault:
                lacking(result, fault["status"])
        return answer

    return get


def install():
    wrap(CloudWatchBackend, "get_metric_data", reported)
