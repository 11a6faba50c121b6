import json

import pytest
from botocore.exceptions import ClientError

from tests.conformance.harness import Lab, Row, conformance
from tests.conformance.notifications.given import (
    EMAIL,
    QUEUE,
    SNAPSHOT_FAILED,
    TOPIC,
    by_email,
    by_queue,
    confirm,
    publish,
    queue_url,
    the_subscription,
    topic,
    without_queue,
)

API = "https://docs.aws.amazon.com/sns/latest/api"
GUIDE = "https://docs.aws.amazon.com/sns/latest/dg"
PROVIDER = "https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/sns/topic_subscription.go"

test_email = conformance(
    [
        Row(
            "an address must confirm its subscription",
            given=[topic, by_email],
            call="sns.get_subscription_attributes",
            arguments=the_subscription,
            answers={"Attributes.PendingConfirmation": "true", "Attributes.ConfirmationWasAuthenticated": "false"},
            source=f"{GUIDE}/sns-email-notifications.html",
        ),
        Row(
            "Subscribe has words in the place of the ARN of a pending subscription",
            given=[topic],
            call="sns.subscribe",
            arguments=EMAIL,
            answers={"SubscriptionArn": "pending confirmation"},
            source=f"{API}/API_Subscribe.html",
        ),
        Row(
            "Subscribe returns the ARN of a pending subscription on request",
            given=[topic],
            call="sns.subscribe",
            arguments={**EMAIL, "ReturnSubscriptionArn": True},
            answers={"SubscriptionArn": lambda arn: arn.startswith(f"{TOPIC}:")},
            source=f"{API}/API_Subscribe.html",
        ),
        Row(
            "a list names no ARN of a pending subscription",
            given=[topic, by_email],
            call="sns.list_subscriptions_by_topic",
            arguments={"TopicArn": TOPIC},
            answers={"Subscriptions[].[Endpoint, SubscriptionArn]": [["oncall@example.com", "PendingConfirmation"]]},
            source=f"{GUIDE}/sns-create-subscribe-endpoint-to-topic.html",
        ),
        Row(
            "the topic counts pending subscriptions",
            given=[topic, by_email],
            call="sns.get_topic_attributes",
            arguments={"TopicArn": TOPIC},
            answers={"Attributes.[SubscriptionsPending, SubscriptionsConfirmed]": ["1", "0"]},
            source=f"{API}/API_GetTopicAttributes.html",
        ),
        Row(
            "a pending subscription cannot be unsubscribed",
            given=[topic, by_email],
            call="sns.unsubscribe",
            arguments=the_subscription,
            refused="InvalidParameter",
            message="Cannot unsubscribe a subscription that is pending confirmation",
            source=PROVIDER,
        ),
        Row(
            "a confirmed subscription is not pending",
            given=[topic, by_email, confirm],
            call="sns.get_subscription_attributes",
            arguments=the_subscription,
            answers={"Attributes.PendingConfirmation": "false"},
            source=f"{API}/API_GetSubscriptionAttributes.html",
        ),
        Row(
            "a confirmed subscription can be unsubscribed",
            given=[topic, by_email, confirm],
            call="sns.unsubscribe",
            arguments=the_subscription,
            then=[("sns.list_subscriptions_by_topic", {"TopicArn": TOPIC}, {"Subscriptions": []})],
            source=f"{API}/API_Unsubscribe.html",
        ),
        Row(
            "a queue of the same account needs no confirmation",
            given=[topic, by_queue()],
            call="sns.list_subscriptions_by_topic",
            arguments={"TopicArn": TOPIC},
            answers={"Subscriptions[0].SubscriptionArn": lambda arn: arn.startswith(f"{TOPIC}:")},
            source=f"{API}/API_Subscribe.html",
        ),
        Row(
            "the attributes of a subscription that is not there",
            given=[topic],
            call="sns.get_subscription_attributes",
            arguments={"SubscriptionArn": f"{TOPIC}:00000000-0000-0000-0000-000000000000"},
            refused="NotFound",
            source=f"{API}/API_GetSubscriptionAttributes.html",
        ),
        Row(
            "the attributes of a topic that is not there",
            call="sns.get_topic_attributes",
            arguments={"TopicArn": TOPIC},
            refused="NotFound",
            source=f"{API}/API_GetTopicAttributes.html",
        ),
        Row(
            "a message is accepted although the queue of a subscription is gone",
            given=[topic, by_queue(), without_queue],
            call="sns.publish",
            arguments={"TopicArn": TOPIC, "Message": "{}"},
            answers={"MessageId": bool},
            source=f"{API}/API_Publish.html",
        ),
    ]
)

FILTERING = f"{GUIDE}/sns-message-filtering.html"
SUBSCRIBE = {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE}
ALTERNATIVES = f"{GUIDE}/and-or-logic.html"


def any_of(*events: str) -> dict:
    policy = {"$or": [{f"ElastiCache:{event}": [{"exists": True}]} for event in events]}
    return {"FilterPolicyScope": "MessageBody", "FilterPolicy": json.dumps(policy)}


FIVE = ("SnapshotFailed", "FailoverComplete", "NodeReplacementScheduled", "CacheNodeReplaceComplete", "ServiceUpdateAvailableForNode")
IN_BODY = {"FilterPolicyScope": "MessageBody", "FilterPolicy": SNAPSHOT_FAILED}


def filtered(count: int):
    """So many subscriptions of the topic with a filter policy."""

    def subscribe(lab: Lab):
        for i in range(count):
            lab.call("sns.subscribe", **{**SUBSCRIBE, "Endpoint": f"{QUEUE}-{i}"}, Attributes=IN_BODY)

    return subscribe


def refused_filter(lab: Lab):
    with pytest.raises(ClientError):
        lab.call("sns.subscribe", **{**SUBSCRIBE, "Attributes": {"FilterPolicy": "{"}})


test_filters = conformance(
    [
        Row(
            "a filter on the body is read back",
            given=[topic],
            call="sns.subscribe",
            arguments={**EMAIL, "Attributes": IN_BODY, "ReturnSubscriptionArn": True},
            answers={"SubscriptionArn": lambda arn: arn.startswith(TOPIC)},
            source=f"{GUIDE}/sns-message-filtering-scope.html",
        ),
        Row(
            "a filter policy that is no JSON",
            given=[topic],
            call="sns.subscribe",
            arguments={**SUBSCRIBE, "Attributes": {"FilterPolicy": "{"}},
            refused="InvalidParameter",
            message="FilterPolicy",
            source=FILTERING,
        ),
        Row(
            "a filter policy with a value that is no list",
            given=[topic],
            call="sns.subscribe",
            arguments={**SUBSCRIBE, "Attributes": {"FilterPolicy": '{"store":"a"}'}},
            refused="InvalidParameter",
            message="FilterPolicy",
            source=f"{GUIDE}/subscription-filter-policy-constraints.html",
        ),
        Row(
            "a nested filter policy on the message's attributes",
            given=[topic],
            call="sns.subscribe",
            arguments={**SUBSCRIBE, "Attributes": {"FilterPolicy": '{"a":{"b":["c"]}}'}},
            refused="InvalidParameter",
            source=f"{GUIDE}/subscription-filter-policy-constraints.html",
        ),
        Row(
            "a topic has 200 filter policies, and a subscription without one more than that",
            given=[topic, filtered(200)],
            call="sns.subscribe",
            arguments=SUBSCRIBE,
            answers={"SubscriptionArn": lambda arn: arn.startswith(TOPIC)},
            source=f"{GUIDE}/subscription-filter-policy-constraints.html",
        ),
        Row(
            "one of 199 others may have the 200th",
            given=[topic, filtered(199)],
            call="sns.subscribe",
            arguments={**SUBSCRIBE, "Attributes": IN_BODY},
            answers={"SubscriptionArn": lambda arn: arn.startswith(TOPIC)},
            source=f"{GUIDE}/subscription-filter-policy-constraints.html",
        ),
        Row(
            "the 201st filter policy of a topic",
            given=[topic, filtered(200)],
            call="sns.subscribe",
            arguments={**SUBSCRIBE, "Attributes": IN_BODY},
            refused="FilterPolicyLimitExceeded",
            source=f"{GUIDE}/subscription-filter-policy-constraints.html",
        ),
        Row(
            "what is refused for its filter policy leaves no subscription",
            given=[topic, refused_filter],
            call="sns.list_subscriptions_by_topic",
            arguments={"TopicArn": TOPIC},
            answers={"Subscriptions": []},
            source=f"{API}/API_Subscribe.html",
        ),
        Row(
            "a scope that is none",
            given=[topic],
            call="sns.subscribe",
            arguments={**SUBSCRIBE, "Attributes": {"FilterPolicyScope": "Body"}},
            refused="InvalidParameter",
            source=f"{GUIDE}/sns-message-filtering-scope.html",
        ),
        Row(
            "a message that the filter on the body matches is delivered",
            given=[topic, by_queue(**IN_BODY), publish('{"ElastiCache:SnapshotFailed":"cache-002"}')],
            call="sqs.receive_message",
            arguments=queue_url,
            answers={"length(Messages)": 1},
            source=f"{GUIDE}/sns-message-filtering-scope.html",
        ),
        Row(
            "a message that one of five alternatives matches is delivered",
            given=[topic, by_queue(**any_of(*FIVE)), publish('{"ElastiCache:FailoverComplete":"cache-002"}')],
            call="sqs.receive_message",
            arguments=queue_url,
            answers={"length(Messages)": 1},
            source=ALTERNATIVES,
        ),
        Row(
            "a message that none of the alternatives matches is not delivered",
            given=[topic, by_queue(**any_of(*FIVE)), publish('{"ElastiCache:SnapshotComplete":"cache-002"}')],
            call="sqs.receive_message",
            arguments=queue_url,
            answers={"Messages": None},
            source=ALTERNATIVES,
        ),
        Row(
            "a filter policy with six keys",
            given=[topic],
            call="sns.subscribe",
            arguments={**SUBSCRIBE, "Attributes": any_of(*FIVE, "SnapshotComplete")},
            refused="InvalidParameter",
            message="more than 5 keys",
            source=f"{GUIDE}/subscription-filter-policy-constraints.html",
        ),
        Row(
            "a message that the filter on the body does not match is not delivered",
            given=[topic, by_queue(**IN_BODY), publish('{"ElastiCache:SnapshotComplete":"cache-002"}')],
            call="sqs.receive_message",
            arguments=queue_url,
            answers={"Messages": None},
            source=f"{GUIDE}/sns-message-filtering-scope.html",
        ),
    ]
)
