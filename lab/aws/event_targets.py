"""Events that a rule of EventBridge sends to a topic of SNS, when the topic's policy lets it: moto has no such target.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
"""

import json

from moto.events.models import Rule

from aws.iam.policies import Request, grants
from aws.wrapping import wrap


def to_topics(send_to_targets):
    def send(rule: Rule, original_event: dict, transform_input: bool = True):
        from moto.events.models import EventTemplateParser

        topics = [t for t in rule.targets if t["Arn"].split(":")[2] == "sns"]
        if topics and rule.event_pattern.matches_event(original_event):
            for target in topics:
                transformer = target.get("InputTransformer", {})
                template, paths = transformer.get("InputTemplate"), transformer.get("InputPathsMap", {})
                event = EventTemplateParser.parse(input_template=template, input_paths_map=paths, event=original_event)
                publish(rule, target["Arn"], event)
        others, rule.targets = rule.targets, [t for t in rule.targets if t not in topics]
        try:
            return send_to_targets(rule, original_event, transform_input)
        finally:
            rule.targets = others

    return send


def publish(rule: Rule, arn: str, event):
    from moto.sns.models import sns_backends

    topic = sns_backends[rule.account_id][arn.split(":")[3]].topics.get(arn)
    context = {"aws:sourceaccount": rule.account_id, "aws:sourcearn": rule.arn, "aws:principalisawsservice": "true"}
    if topic is None or not grants(topic.policy, Request("sns:Publish", arn, context), "Service", "events.amazonaws.com"):
        return
    text = event if isinstance(event, str) else json.dumps(event, default=str)
    sns_backends[rule.account_id][arn.split(":")[3]].publish(message=text, arn=arn)


def install():
    wrap(Rule, "send_to_targets", to_topics)
