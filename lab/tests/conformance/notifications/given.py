"""What rows of notifications begin with."""

from tests.conformance.harness import REGION, Lab

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:reader"
EMAIL = {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "oncall@example.com"}
SNAPSHOT_FAILED = '{"ElastiCache:SnapshotFailed":[{"exists":true}]}'


def topic(lab: Lab):
    lab.call("sns.create_topic", Name="alerts")


def by_email(lab: Lab):
    lab.call("sns.subscribe", **EMAIL)


def by_queue(**attributes):
    def subscribe(lab: Lab):
        lab.call("sqs.create_queue", QueueName="reader")
        lab.call("sns.subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE, Attributes=attributes)

    return subscribe


def publish(message: str):
    def call(lab: Lab):
        lab.call("sns.publish", TopicArn=TOPIC, Message=message)

    return call


def confirm(lab: Lab):
    lab.control("confirm-subscriptions", endpoint="oncall@example.com")


def the_subscription(lab: Lab) -> dict:
    """The ARN of the only subscription, which only Subscribe tells while it is pending."""
    return {"SubscriptionArn": lab.call("sns.subscribe", **EMAIL, ReturnSubscriptionArn=True)["SubscriptionArn"]}


def queue_url(lab: Lab) -> dict:
    return {"QueueUrl": lab.call("sqs.get_queue_url", QueueName="reader")["QueueUrl"]}


def without_queue(lab: Lab):
    lab.call("sqs.delete_queue", **queue_url(lab))
