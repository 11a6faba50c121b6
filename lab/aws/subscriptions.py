"""SNS subscriptions: by email, pending until their owner confirms them, where moto confirms them at once; and their filters.

https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html, and the attributes PendingConfirmation and
ConfirmationWasAuthenticated of https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
"""

import json

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.sns.exceptions import SNSException, SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, sns_backends
from moto.sns.responses import SNSResponse

from aws.cloudwatch.metrics import measure
from aws.control import control_call
from aws.wrapping import wrap

PENDING = "PendingConfirmation"


SCOPES = ("MessageAttributes", "MessageBody")


def check(attribute: str, value: str):
    """What moto does not look at. The rest of a filter policy it refuses as AWS does.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html
    https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
    """
    if attribute == "FilterPolicyScope" and value not in SCOPES:
        raise SNSInvalidParameter(f"Invalid parameter: FilterPolicyScope: Invalid value [{value}]. Use {' or '.join(SCOPES)}.")
    if attribute == "FilterPolicy":
        try:
            json.loads(value)
        except ValueError:
            raise SNSInvalidParameter("Invalid parameter: FilterPolicy: failed to parse JSON.") from None


class FilterPolicyLimitExceeded(SNSException):
    code = "FilterPolicyLimitExceeded"


FILTER_POLICIES_OF_A_TOPIC = 200


def check_number(backend: SNSBackend, subscription_arn: str):
    """A topic has 200 filter policies at most, unless the quota was raised.

    https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
    """
    own = backend.subscriptions.get(subscription_arn)
    others = [s for s in list(backend.subscriptions.values()) if own and s.topic is own.topic and s is not own]
    if sum("FilterPolicy" in s.attributes for s in others) >= FILTER_POLICIES_OF_A_TOPIC:
        raise FilterPolicyLimitExceeded(f"The topic has {FILTER_POLICIES_OF_A_TOPIC} filter policies already.")


def keys_of(policy: dict) -> list[str]:
    """The keys of a filter policy, those of the alternatives of $or too."""
    return [key for name, value in policy.items() for key in ((k for one in value for k in one) if is_or(name, value) else [name])]


def is_or(name: str, value) -> bool:
    return name == "$or" and isinstance(value, list) and len(value) > 1 and all(isinstance(one, dict) for one in value)


def with_alternatives(validate):
    """A filter policy has five keys at most, and 150 combinations of values; the alternatives of $or are added up, not multiplied.

    The limit of keys is read strictly: the guide does not say that those of alternatives do not count.
    https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
    https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html, and what was measured for https://github.com/localstack/localstack/pull/10691
    """

    def check_policy(backend: SNSBackend, value, scope):
        if not isinstance(value, dict) or not is_or("$or", value.get("$or")):
            return validate(backend, value, scope)
        if len(keys_of(value)) > 5:
            raise SNSInvalidParameter("Invalid parameter: FilterPolicy: Filter policy can not have more than 5 keys")
        rest = {name: rules for name, rules in value.items() if name != "$or"}
        for alternative in value["$or"]:
            validate(backend, {**rest, **alternative}, scope)

    return check_policy


def is_pending(subscription: Subscription) -> bool:
    return subscription.attributes.get(PENDING) is True


@control_call
def confirm_subscriptions(region: str, endpoint: str = "") -> dict:
    """Confirms subscriptions by email, as their owner does by the link in the message: those of an address, or all of the Region."""
    confirmed = []
    for subscription in list(sns_backends[DEFAULT_ACCOUNT_ID][region].subscriptions.values()):
        if is_pending(subscription) and endpoint in ("", subscription.endpoint):
            # Without authentication, as everybody does who follows the link.
            subscription.attributes |= {PENDING: False, "ConfirmationWasAuthenticated": False}
            confirmed.append(subscription.arn)
    return {"confirmed": confirmed}


def shown(subscription: Subscription) -> dict:
    """As lists have it: words stand in the place of the ARN while it is pending."""
    return {
        "SubscriptionArn": PENDING if is_pending(subscription) else subscription.arn,
        "Owner": subscription.account_id,
        "Protocol": subscription.protocol,
        "Endpoint": subscription.endpoint,
        "TopicArn": subscription.topic.arn,
    }


def install():
    subscribe, unsubscribe = SNSBackend.subscribe, SNSBackend.unsubscribe
    set_attributes = SNSBackend.set_subscription_attributes
    answer, topic_attributes = SNSResponse.subscribe, SNSResponse.get_topic_attributes
    deliver = Subscription.publish

    def subscribed(backend: SNSBackend, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
        known = backend._find_subscription(topic_arn, endpoint, protocol)
        subscription = subscribe(backend, topic_arn, endpoint, protocol)
        if known is None and protocol in ("email", "email-json"):
            subscription.attributes |= {PENDING: True, "ConfirmationWasAuthenticated": False}
        return subscription

    def unsubscribed(backend: SNSBackend, subscription_arn: str):
        """hashicorp/aws knows the refusal by these words: internal/service/sns/topic_subscription.go, resourceTopicSubscriptionDelete."""
        subscription = backend.subscriptions.get(subscription_arn)
        if subscription and is_pending(subscription):
            raise SNSInvalidParameter(
                "Invalid parameter: SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation"
            )
        return unsubscribe(backend, subscription_arn)

    def set_subscription_attributes(backend: SNSBackend, arn: str, name: str, value: str):
        check(name, value)
        if name == "FilterPolicy":
            check_number(backend, arn)
        return set_attributes(backend, arn, name, value)

    def answered(response: SNSResponse) -> ActionResult:
        """https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html (ReturnSubscriptionArn)

        moto makes the subscription before it looks at its attributes; what is refused leaves none.
        """
        before = set(response.backend.subscriptions)
        try:
            result = answer(response)
        except SNSException:
            for arn in set(response.backend.subscriptions) - before:
                del response.backend.subscriptions[arn]
            raise
        subscription = response.backend.subscriptions[result.result["SubscriptionArn"]]
        if is_pending(subscription) and not response._get_bool_param("ReturnSubscriptionArn"):
            return ActionResult({"SubscriptionArn": "pending confirmation"})
        return result

    def counted(response: SNSResponse) -> ActionResult:
        """https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html"""
        topic = response.backend.get_topic(response._get_param("TopicArn"))
        pending = [is_pending(s) for s in list(response.backend.subscriptions.values()) if s.topic is topic]
        topic.subscriptions_pending, topic.subscriptions_confimed = sum(pending), len(pending) - sum(pending)
        return topic_attributes(response)

    def listed(method):
        def lists(response: SNSResponse) -> ActionResult:
            result = method(response).result
            return ActionResult({**result, "Subscriptions": [shown(s) for s in result["Subscriptions"]]})

        return lists

    def delivered(subscription: Subscription, *arguments, **named):
        """A publisher never learns of an endpoint that is gone, e.g. a queue that was deleted.

        https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
        https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
        """
        try:
            deliver(subscription, *arguments, **named)
        except ServiceException:
            *_, region, _account, topic = subscription.topic.arn.split(":")
            measure("AWS/SNS", region, {"TopicName": topic}, NumberOfNotificationsFailed=1)

    Subscription.publish = delivered
    wrap(SNSBackend, "_validate_filter_policy", with_alternatives)
    SNSBackend.subscribe = subscribed
    SNSBackend.unsubscribe = unsubscribed
    SNSBackend.set_subscription_attributes = set_subscription_attributes
    SNSResponse.subscribe = answered
    SNSResponse.get_topic_attributes = counted
    SNSResponse.list_subscriptions = listed(SNSResponse.list_subscriptions)
    SNSResponse.list_subscriptions_by_topic = listed(SNSResponse.list_subscriptions_by_topic)
