import json

from tests.conformance.harness import REGION, Row, conformance

STRUCTURE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"
LIMITS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"


def alarms(count: int) -> dict:
    arns = [f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:{i}" for i in range(count)]
    return {"type": "alarm", "properties": {"title": "Alarms", "alarms": arns}}


def chart(metrics: int, expressions: int = 0) -> dict:
    lines = [["N", f"m{i}", {"id": f"m{i}"}] for i in range(metrics)] + [[{"expression": f"m{i} * 2"}] for i in range(expressions)]
    return {"type": "metric", "properties": {"metrics": lines, "region": REGION}}


def row(name: str, widgets: list, source: str = STRUCTURE, **outcome) -> Row:
    body = json.dumps({"widgets": widgets})
    arguments = {"DashboardName": "one", "DashboardBody": body}
    return Row(name, call="cloudwatch.put_dashboard", arguments=arguments, source=source, **outcome)


test_dashboards = conformance(
    [
        row("a hundred alarms in a widget", [alarms(100)], answers={"DashboardValidationMessages": []}),
        row("more than a hundred are refused", [alarms(101)], refused="InvalidParameterInput"),
        row("a widget without alarms is refused", [alarms(0)], refused="InvalidParameterInput"),
        row("500 metrics and expressions in a widget", [chart(250, 250)], answers={"DashboardValidationMessages": []}),
        row("more than 500 are refused", [chart(251, 250)], refused="InvalidParameterInput"),
        row("2,500 metrics on a dashboard", [chart(500)] * 5, source=LIMITS, answers={"DashboardValidationMessages": []}),
        row("more than 2,500 are refused", [chart(500)] * 5 + [chart(1)], source=LIMITS, refused="InvalidParameterInput"),
        row("more than 500 widgets are refused", [chart(1)] * 501, source=LIMITS, refused="InvalidParameterInput"),
    ]
)
