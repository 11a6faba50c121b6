"""Metric data: what services put, and what a period of an alarm amounts to."""

from collections.abc import Callable
from datetime import datetime, timezone

from moto.core import DEFAULT_ACCOUNT_ID


def measure(namespace: str, region: str, dimensions: dict, **values: float):
    from moto.cloudwatch.models import cloudwatch_backends

    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    data = [{"MetricName": name, "Value": value, "Dimensions": named} for name, value in values.items()]
    cloudwatch_backends[DEFAULT_ACCOUNT_ID][region].put_metric_data(namespace, data)


def points(region: str, namespace: str, name: str, dimensions, low: datetime, high: datetime) -> list[float]:
    from moto.cloudwatch.models import cloudwatch_backends

    wanted = {(d.name, d.value) for d in dimensions or []}
    if (namespace, name) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible"):  # a gauge: what the queue holds now
        from moto.sqs.models import sqs_backends

        queues = sqs_backends[DEFAULT_ACCOUNT_ID][region].queues.values()
        return [float(q.approximate_number_of_messages) for q in queues if ("QueueName", q.name) in wanted]
    return [
        float(m.value)
        for m in cloudwatch_backends[DEFAULT_ACCOUNT_ID][region].metric_data
        if m.namespace == namespace
        and m.name == name
        and {(d.name, d.value) for d in m.dimensions} == wanted
        and low <= m.timestamp.replace(tzinfo=timezone.utc) < high
    ]


STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Minimum": min,
    "Maximum": max,
    "Average": lambda values: sum(values) / len(values),
    "SampleCount": len,
}


def statistic(name: str, values: list[float]) -> float | None:
    return STATISTICS[name](values) if values else None
