"""Rules and their targets: an event goes to every rule of its bus that is enabled and matches it, and on to the rule's targets.

An SNS topic has to let EventBridge in by its own policy; another bus needs a role of the target:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
"""

import json
import uuid
from datetime import datetime, timezone

from moto.core import DEFAULT_ACCOUNT_ID
from moto.events.exceptions import InvalidEventPatternException, ValidationException
from moto.events.models import EventsBackend, Rule, events_backends

from aws.cloudwatch.metrics import measure
from aws.event_bridge import patterns, transforming
from aws.iam.authorize import may
from aws.iam.policies import Request, grants
from aws.iam.roles import trusts

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
MOST_RULES = 300
MOST_TARGETS = 5
MOST_RULES_WITH_WILDCARDS = 30


def event_of(source: str, detail_type: str, detail: dict, region: str, resources: list[str] | None = None) -> dict:
    """https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html"""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": DEFAULT_ACCOUNT_ID,
        "time": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": resources or [],
        "detail": detail,
    }


def has_rules(region: str) -> bool:
    return bool(events_backends[DEFAULT_ACCOUNT_ID][region].event_buses["default"].rules)


def put_on_bus(event: dict, region: str, bus: str = "default"):
    """An event of an AWS service arrives. It reaches the targets of the rules that there are at this moment."""
    for rule in list(events_backends[DEFAULT_ACCOUNT_ID][region].event_buses[bus].rules.values()):
        if rule.state != "DISABLED" and rule.event_pattern.dump() and patterns.matches(json.loads(rule.event_pattern.dump()), event):
            for target in list(rule.targets):
                deliver(rule, target, event)


def deliver(rule: Rule, target: dict, event: dict):
    service = target["Arn"].split(":")[2]
    delivered = {"sns": to_topic, "sqs": to_queue, "events": to_bus}[service](rule, target, event)
    if not delivered:
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
        measure("AWS/Events", rule.region_name, {"RuleName": rule.name}, FailedInvocations=1)


def account_of(arn: str) -> str:
    return arn.split(":")[4]


def lets_in(policy, action: str, resource: str, rule: Rule) -> bool:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"""
    context = {"aws:sourcearn": rule.arn, "aws:sourceaccount": account_of(rule.arn), "aws:principalisawsservice": "true"}
    return grants(policy, Request(action, resource, context), "Service", "events.amazonaws.com")


def to_topic(rule: Rule, target: dict, event: dict) -> bool:
    from moto.sns.models import sns_backends

    backend = sns_backends[account_of(target["Arn"])][target["Arn"].split(":")[3]]
    topic = backend.topics.get(target["Arn"])
    # An AWS managed key lets no service in: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    if topic is None or (topic.kms_master_key_id or "").endswith("alias/aws/sns"):
        return False
    policy = topic.policy if isinstance(topic.policy, dict) else json.loads(topic.policy)
    if not lets_in(policy, "sns:Publish", topic.arn, rule):
        return False
    backend.publish(message=transforming.transformed(target.get("InputTransformer"), event, rule), arn=topic.arn)
    return True


def to_queue(rule: Rule, target: dict, event: dict) -> bool:
    from moto.sqs.models import sqs_backends

    *_, region, account, name = target["Arn"].split(":")
    backend = sqs_backends[account][region]
    queue = backend.queues.get(name)
    if queue is None or not lets_in(queue.policy or {}, "sqs:SendMessage", target["Arn"], rule):
        return False
    backend.send_message(queue_name=name, message_body=transforming.transformed(target.get("InputTransformer"), event, rule))
    return True


def to_bus(rule: Rule, target: dict, event: dict) -> bool:
    """The event stays as it is: its Region is the one it came from."""
    role, region = target.get("RoleArn", ""), target["Arn"].split(":")[3]
    if not trusts(role, "events.amazonaws.com", rule.arn) or not may(role, "events:PutEvents", target["Arn"], region):
        return False
    put_on_bus(event, region, target["Arn"].rpartition("/")[2])
    return True


def install():
    put_rule, put_targets = EventsBackend.put_rule, EventsBackend.put_targets

    def rule_is_put(backend: EventsBackend, name: str, **given) -> Rule:
        text = given.get("event_pattern")
        present = backend.event_buses["default"].rules
        if text:
            try:
                patterns.parsed(text)
            except patterns.InvalidPattern as error:
                raise InvalidEventPatternException(reason=str(error)) from None
        others = [r.event_pattern.dump() or "" for other, r in list(present.items()) if other != name]
        if name not in present and len(present) >= MOST_RULES:
            raise ValidationException(f"LimitExceededException: the bus has {MOST_RULES} rules, the most it may have.")
        if '"wildcard"' in (text or "") and sum('"wildcard"' in other for other in others) >= MOST_RULES_WITH_WILDCARDS:
            raise ValidationException(f"LimitExceededException: {MOST_RULES_WITH_WILDCARDS} rules of a bus may contain wildcards.")
        return put_rule(backend, name, **given)

    def targets_are_put(backend: EventsBackend, name: str, event_bus_arn, targets: list[dict]):
        for target in targets:
            if target.get("InputTransformer"):
                try:
                    transforming.check(target["InputTransformer"])
                except transforming.InvalidTemplate as error:
                    raise ValidationException(str(error)) from None
        rule = backend.event_buses["default"].rules.get(name)
        if rule and len({t["Id"] for t in rule.targets} | {t["Id"] for t in targets}) > MOST_TARGETS:
            raise ValidationException(f"LimitExceededException: a rule may have {MOST_TARGETS} targets.")
        put_targets(backend, name, event_bus_arn, targets)

    def sent(rule: Rule, event: dict, transform_input: bool = True):
        """What PutEvents put on the bus."""
        if rule.state == "DISABLED" or not rule.event_pattern.dump():
            return
        if patterns.matches(json.loads(rule.event_pattern.dump()), event):
            at = datetime.fromtimestamp(event["time"], timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            plain = {key: value for key, value in event.items() if key != "ingestion-time"} | {"time": at}
            for target in list(rule.targets):
                deliver(rule, target, plain)

    EventsBackend.put_rule = rule_is_put
    EventsBackend.put_targets = targets_are_put
    Rule.send_to_targets = sent
