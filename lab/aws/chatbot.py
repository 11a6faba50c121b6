"""AWS Chatbot (Amazon Q Developer in chat applications): Slack channel configurations, which moto has none of.

https://docs.aws.amazon.com/chatbot/latest/APIReference/Welcome.html
"""

import re

from botocore.model import OperationModel
from moto.core import DEFAULT_ACCOUNT_ID

from aws.models import service_model
from aws.registry import on_reset, service

SLACK: dict[str, dict] = {}
on_reset(SLACK.clear)


class Refused(Exception):
    """An error of the API, by its name."""


def operation_at(path: str) -> OperationModel:
    model = service_model("chatbot")
    return next(o for o in map(model.operation_model, model.operation_names) if o.http["requestUri"] == path)


def validate(operation: OperationModel, body: dict):
    """What the API's model asks of the members: which are required, and the pattern of each text."""
    for name in operation.input_shape.required_members:
        if name not in body:
            raise Refused("InvalidParameterException", f"{name} is required.")
    for name, shape in operation.input_shape.members.items():
        pattern = shape.metadata.get("pattern")
        if pattern and name in body and not re.fullmatch(pattern, body[name]):
            raise Refused("InvalidParameterException", f"Value at {name} failed to satisfy constraint: {pattern}")


def configuration(arn: str) -> dict:
    if arn not in SLACK:
        raise Refused("ResourceNotFoundException", f"{arn} not found.")
    return SLACK[arn]


def check_channel(arn: str, team: str, channel: str):
    """A channel has one configuration in an account.

    AWS's words: https://github.com/cloudcomponents/cdk-constructs/issues/92
    AWS on the rule: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1155
    """
    if any((c["SlackTeamId"], c["SlackChannelId"]) == (team, channel) for other, c in list(SLACK.items()) if other != arn):
        raise Refused(
            "InvalidRequestException",
            f"Invalid request provided: Slack channel with ID {channel} in Slack team {team} "
            f"has already been configured for AWS account {DEFAULT_ACCOUNT_ID}",
        )


def create(body: dict) -> dict:
    arn = f"arn:aws:chatbot::{DEFAULT_ACCOUNT_ID}:chat-configuration/slack-channel/{body['ConfigurationName']}"
    team, channel = body["SlackTeamId"], body["SlackChannelId"]
    if arn in SLACK:
        raise Refused("ConflictException", f"{arn} exists.")
    check_channel(arn, team, channel)
    SLACK[arn] = {
        "ChatConfigurationArn": arn,
        "SlackTeamName": "team",
        "SlackChannelName": "channel",
        "LoggingLevel": "NONE",
        "UserAuthorizationRequired": False,
        # "If this field is empty, AdministratorAccess is set by default": API_CreateSlackChannelConfiguration, GuardrailPolicyArns
        "GuardrailPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
        "SnsTopicArns": [],
        "State": "ENABLED",
        **body,
    }
    return {"ChannelConfiguration": SLACK[arn]}


def update(body: dict) -> dict:
    found = configuration(body["ChatConfigurationArn"])
    check_channel(found["ChatConfigurationArn"], found["SlackTeamId"], body.get("SlackChannelId", found["SlackChannelId"]))
    found.update(body)
    return {"ChannelConfiguration": found}


def describe(body: dict) -> dict:
    asked = body.get("ChatConfigurationArn")
    return {"SlackChannelConfigurations": [c for arn, c in list(SLACK.items()) if asked in (None, arn)]}


def delete(body: dict) -> dict:
    del SLACK[configuration(body["ChatConfigurationArn"])["ChatConfigurationArn"]]
    return {}


def list_tags(body: dict) -> dict:
    tags = configuration(body["ResourceARN"]).get("Tags", [])
    return {"Tags": [{"TagKey": t.get("TagKey"), "TagValue": t.get("TagValue")} for t in tags]}


def tag(body: dict) -> dict:
    found = configuration(body["ResourceARN"])
    given = {t["TagKey"] for t in body["Tags"]}
    found["Tags"] = [t for t in found.get("Tags", []) if t["TagKey"] not in given] + body["Tags"]
    return {}


def untag(body: dict) -> dict:
    found = configuration(body["ResourceARN"])
    found["Tags"] = [t for t in found.get("Tags", []) if t["TagKey"] not in body["TagKeys"]]
    return {}


ACTIONS = {
    "CreateSlackChannelConfiguration": create,
    "UpdateSlackChannelConfiguration": update,
    "DescribeSlackChannelConfigurations": describe,
    "DeleteSlackChannelConfiguration": delete,
    "ListTagsForResource": list_tags,
    "TagResource": tag,
    "UntagResource": untag,
}


@service("chatbot")
def chatbot(method: str, path: str, body: dict, region: str) -> tuple[int, dict]:
    operation = operation_at(path)
    try:
        if operation.name not in ACTIONS:
            raise Refused("InvalidRequestException", f"The lab has no {operation.name}.")
        validate(operation, body)
        return operation.http.get("responseCode", 200), ACTIONS[operation.name](body)
    except Refused as refusal:
        name, message = refusal.args
        error = next((e.metadata["error"] for e in operation.error_shapes if e.name == name), {})
        return error.get("httpStatusCode", 400), {"__type": name, "message": message}
