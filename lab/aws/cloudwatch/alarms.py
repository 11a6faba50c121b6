"""Alarms: their state at a moment, and whom they notify."""

import json
import re
from datetime import datetime, timedelta, timezone

from moto.cloudwatch.exceptions import ValidationError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult

from aws.cloudwatch.evaluation import EXTRA_POINTS, evaluate
from aws.cloudwatch.expressions import value_of
from aws.cloudwatch.metrics import points, statistic
from aws.control import NotThere, control_call
from aws.iam.policies import Request, grants
from aws.wrapping import with_copied, wrap

COMPARISONS = {
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
}


@control_call
def alarm(name: str, region: str, at: str = "", steady: bool = False) -> dict:
    """Evaluates a CloudWatch alarm now, or at an ISO time, and publishes to its topics.

    With steady=true, as if the newest value had been there all along.
    """
    moment = datetime.fromisoformat(at.replace("Z", "+00:00")) if at else datetime.now(timezone.utc)
    return alarm_state(name, region, moment, steady)


def alarm_state(name: str, region: str, at: datetime, steady: bool) -> dict:
    """An ALARM is published each time it is asked for; OK and INSUFFICIENT_DATA when they are a change, also the first one."""
    from moto.cloudwatch.models import cloudwatch_backends

    alarms = cloudwatch_backends[DEFAULT_ACCOUNT_ID][region].alarms
    if name not in alarms:
        raise NotThere(f"no alarm named {name}; there are {sorted(alarms)}")
    found, values = alarms[name], []
    if found.rule:
        state = rule_state(found.rule, region, at, steady)
    else:
        values = values_of(found, region, at, steady)
        state = metric_state(found, values)
    before, found.state_value = found.state_value, state
    actions = {"ALARM": found.alarm_actions, "OK": found.ok_actions, "INSUFFICIENT_DATA": found.insufficient_data_actions}[state]
    due = found.actions_enabled and (state == "ALARM" or state != before)
    published = [publish(found, arn, before, region) for arn in actions or []] if due else []
    return {"name": name, "state": state, "values": values, "actions": published}


def period_of(found) -> int:
    queries = [q.metric_stat.period for q in found.metric_data_queries or [] if q.metric_stat]
    return int(found.period or (queries or [q.period for q in found.metric_data_queries])[0])


def values_of(found, region: str, at: datetime, steady: bool) -> list[float | None]:
    """The values of the evaluation range, newest first."""
    period, end, seen = period_of(found), at + timedelta(seconds=1), []
    for i in range(int(found.evaluation_periods) + EXTRA_POINTS):
        value = period_value(found, region, end - timedelta(seconds=period * (i + 1)), end - timedelta(seconds=period * i))
        seen.append(next((v for v in seen if v is not None), None) if value is None and steady else value)
    return seen


def period_value(found, region: str, low: datetime, high: datetime) -> float | None:
    queries = found.metric_data_queries
    if not queries:
        return statistic(found.statistic, points(region, found.namespace, found.metric_name, found.dimensions, low, high))
    values = {}
    for query in queries:
        if query.metric_stat:
            metric = query.metric_stat.metric
            found_points = points(region, metric.namespace, metric.metric_name, metric.dimensions, low, high)
            values[query.id] = statistic(query.metric_stat.stat, found_points)
    ids = [query.id for query in queries]
    for _ in queries:  # an expression may use another
        for query in queries:
            used = [i for i in ids if i != query.id and query.expression and re.search(rf"\b{i}\b", query.expression)]
            if query.expression and query.id not in values and all(i in values for i in used):
                values[query.id] = value_of(query.expression, values, low.timestamp())
    return values.get(next(q.id for q in queries if str(q.return_data).lower() == "true"))


def metric_state(found, values: list[float | None]) -> str:
    compare, periods = COMPARISONS[found.comparison_operator], int(found.evaluation_periods)
    breaches = [None if v is None else compare(v, found.threshold) for v in values]
    needed = int(found.datapoints_to_alarm or periods)
    return evaluate(breaches, periods, needed, found.treat_missing_data or "missing", found.state_value)


def rule_state(rule: str, region: str, at: datetime, steady: bool) -> str:
    """A composite alarm's rule: ALARM("name"), OK(name), INSUFFICIENT_DATA(name) with AND, OR, NOT.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    """

    def term(match: re.Match) -> str:
        child = match[2].strip(" \"'").rsplit(":alarm:", 1)[-1]
        return str(alarm_state(child, region, at, steady)["state"] == match[1])

    def word(match: re.Match) -> str:
        return match[1].capitalize() if match[1] in ("TRUE", "FALSE") else match[1].lower()

    text = re.sub(r"\b(ALARM|OK|INSUFFICIENT_DATA)\(([^()]*)\)", term, rule)
    text = re.sub(r"\b(AND|OR|NOT|TRUE|FALSE)\b", word, text)
    return "ALARM" if eval(text, {"__builtins__": {}}) else "OK"  # noqa: S307 - as above, and only True, False and operators are left


def triggering_children(found, region: str) -> list[dict]:
    """The alarms that made a composite alarm change.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    """
    from moto.cloudwatch.models import cloudwatch_backends

    alarms = cloudwatch_backends[DEFAULT_ACCOUNT_ID][region].alarms
    return [
        {"Arn": alarms[name].alarm_arn, "State": {"Value": alarms[name].state_value}}
        for name in children(found.rule)
        if alarms[name].state_value == "ALARM"
    ]


def publish(found, arn: str, before: str, region: str) -> dict:
    from moto.sns.models import sns_backends

    topic = sns_backends[DEFAULT_ACCOUNT_ID][region].topics.get(arn)
    delivered = topic is not None and lets_in_alarms(topic, found.alarm_arn)
    if delivered:
        message = {
            "AlarmName": found.name,
            "AlarmDescription": found.description,
            "AWSAccountId": DEFAULT_ACCOUNT_ID,
            "NewStateValue": found.state_value,
            "OldStateValue": before,
            "NewStateReason": "evaluated by the lab",
            "StateChangeTime": datetime.now(timezone.utc).isoformat(),
            "AlarmArn": found.alarm_arn,
            **({"AlarmRule": found.rule, "TriggeringChildren": triggering_children(found, region)} if found.rule else {}),
        }
        subject = f'{found.state_value}: "{found.name}"'[:100]
        sns_backends[DEFAULT_ACCOUNT_ID][region].publish(message=json.dumps(message), arn=arn, subject=subject)
    return {"action": arn, "delivered": delivered}


def lets_in_alarms(topic, alarm_arn: str) -> bool:
    """The topic's policy lets cloudwatch.amazonaws.com publish, or is still the default one. A topic under alias/aws/sns gets nothing.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    """
    if (topic.kms_master_key_id or "").endswith("alias/aws/sns"):
        return False
    policy = topic.policy if isinstance(topic.policy, dict) else json.loads(topic.policy)
    context = {"aws:sourcearn": alarm_arn, "aws:sourceaccount": DEFAULT_ACCOUNT_ID, "aws:sourceowner": DEFAULT_ACCOUNT_ID}
    return grants(policy, Request("sns:Publish", topic.arn, context), "Service", "cloudwatch.amazonaws.com")


def describe_alarms(self):
    """All filters together, and metric alarms only unless AlarmTypes says otherwise.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
    """
    given = self._get_param
    names, prefix, state = given("AlarmNames") or [], given("AlarmNamePrefix"), given("StateValue")
    action, types = given("ActionPrefix"), given("AlarmTypes") or ["MetricAlarm"]

    def wanted(found) -> bool:
        actions = [*(found.alarm_actions or []), *(found.ok_actions or []), *(found.insufficient_data_actions or [])]
        return (
            (not names or found.name in names)
            and (not prefix or found.name.startswith(prefix))
            and (not state or found.state_value == state)
            and (not action or any(a.startswith(action) for a in actions))
        )

    # A copy: other requests create and delete alarms meanwhile.
    present = list(self.cloudwatch_backend.alarms.values())
    alarms = sorted((a for a in present if wanted(a)), key=lambda a: a.name)
    return ActionResult(
        {
            "MetricAlarms": [a for a in alarms if a.rule is None and "MetricAlarm" in types],
            "CompositeAlarms": [a for a in alarms if a.rule is not None and "CompositeAlarm" in types],
        }
    )


def insufficient_at_first(put):
    """A new alarm is INSUFFICIENT_DATA until it is evaluated; an update leaves the state as it is.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """

    def put_alarm(self, *args, **kwargs):
        name = kwargs.get("name", args[0] if args else None)
        before = self.alarms.get(name)
        made = put(self, *args, **kwargs)
        made.state_value = before.state_value if before else "INSUFFICIENT_DATA"
        return made

    return put_alarm


CHILD = re.compile(r"\b(?:ALARM|OK|INSUFFICIENT_DATA)\(([^()]*)\)")


def children(rule: str) -> list[str]:
    """The names of the alarms in the rule of a composite alarm, which may be ARNs and in quotes."""
    return list(dict.fromkeys(found.strip(" \"'").rsplit(":alarm:", 1)[-1] for found in CHILD.findall(rule)))


def with_children_that_exist(put):
    """A rule has 100 alarms at most, and they exist.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    https://github.com/awsdocs/aws-cloudformation-user-guide/issues/911
    """

    def put_alarm(self, *args, **kwargs):
        names = children(kwargs.get("rule") or "")
        absent = [name for name in names if name not in self.alarms]
        if len(names) > 100:
            raise ValidationError(f"AlarmRule has {len(names)} alarms, more than 100.")
        if absent:
            raise ValidationError(f"Could not save the composite alarm as alarms [{', '.join(absent)}] in the alarm rule do not exist")
        return put(self, *args, **kwargs)

    return put_alarm


def unless_needed(delete):
    """An alarm that a composite alarm evaluates is not deleted.

    https://github.com/hashicorp/terraform-provider-aws/issues/34807
    """

    def delete_alarms(self, alarm_names: list[str]):
        stay = [a for a in self.alarms.values() if a.rule and a.name not in alarm_names]
        needed = sorted({name for a in stay for name in children(a.rule)} & set(alarm_names))
        if needed:
            raise ValidationError(f"Cannot delete {','.join(needed)} as there are composite alarm(s) depending on it.")
        return delete(self, alarm_names)

    return delete_alarms


def install():
    from moto.cloudwatch.models import CloudWatchBackend
    from moto.cloudwatch.responses import CloudWatchResponse

    wrap(CloudWatchBackend, "__init__", with_copied("alarms"))
    wrap(CloudWatchBackend, "put_metric_alarm", insufficient_at_first)
    wrap(CloudWatchBackend, "put_metric_alarm", with_children_that_exist)
    wrap(CloudWatchBackend, "delete_alarms", unless_needed)

    CloudWatchResponse.put_composite_alarm = lambda self: self.put_metric_alarm()  # moto keeps AlarmRule there, and has no action for it
    CloudWatchResponse.describe_alarms = describe_alarms
