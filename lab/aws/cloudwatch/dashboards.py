"""Dashboards: the limits of their widgets.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
"""

import json

from moto.cloudwatch.exceptions import DashboardInvalidInputError

from aws.wrapping import wrap

MOST_WIDGETS = 500
MOST_ALARMS = 100
# Metrics and expressions of one widget, and metrics of all widgets.
MOST_LINES = 500
MOST_METRICS = 2500


def problems(body: dict):
    widgets = body.get("widgets", [])
    if len(widgets) > MOST_WIDGETS:
        yield f"/widgets: {len(widgets)} widgets, at most {MOST_WIDGETS}"
    for i, widget in enumerate(widgets):
        properties = widget.get("properties", {})
        if widget.get("type") == "alarm" and not 1 <= len(properties.get("alarms", [])) <= MOST_ALARMS:
            yield f"/widgets/{i}/properties/alarms: {len(properties.get('alarms', []))} ARNs, 1 to {MOST_ALARMS}"
        if len(properties.get("metrics", [])) > MOST_LINES:
            yield f"/widgets/{i}/properties/metrics: {len(properties['metrics'])} metrics and expressions, at most {MOST_LINES}"
    metrics = sum(
        1
        for widget in widgets
        for line in widget.get("properties", {}).get("metrics", [])
        if not any(isinstance(part, dict) and "expression" in part for part in line)
    )
    if metrics > MOST_METRICS:
        yield f"/widgets: {metrics} metrics, at most {MOST_METRICS}"


def within_limits(put_dashboard):
    def put(self, name: str, body: str):
        found = list(problems(json.loads(body)))
        if found:
            raise DashboardInvalidInputError(f"The dashboard body is invalid, there are {len(found)} validation errors: {'; '.join(found)}")
        return put_dashboard(self, name, body)

    return put


def install():
    from moto.cloudwatch.models import CloudWatchBackend

    wrap(CloudWatchBackend, "put_dashboard", within_limits)
