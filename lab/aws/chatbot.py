"""AWS Chatbot (Amazon Q Developer in chat applications): Slack channel configurations, which moto has none of."""

import re

from moto.core import DEFAULT_ACCOUNT_ID

from aws.registry import on_reset, service

SLACK: dict[str, dict] = {}
on_reset(SLACK.clear)


@service("chatbot")
def chatbot(method: str, path: str, body: dict, region: str) -> tuple[int, dict]:
    name = body.get("ConfigurationName")
    arn = body.get("ChatConfigurationArn") or f"arn:aws:chatbot::{DEFAULT_ACCOUNT_ID}:chat-configuration/slack-channel/{name}"
    if path == "/create-slack-channel-configuration":
        team, channel = body.get("SlackTeamId", ""), body.get("SlackChannelId", "")
        if not re.fullmatch(r"[0-9A-Z]{1,255}", team) or not re.fullmatch(r"[A-Za-z0-9]+", channel):
            return 400, {"__type": "InvalidParameterException", "message": f"Invalid Slack team or channel id: {body}"}
        if arn in SLACK:
            return 409, {"__type": "ConflictException", "message": f"{arn} exists."}
        SLACK[arn] = {
            "ChatConfigurationArn": arn,
            "SlackTeamName": "team",
            "SlackChannelName": "channel",
            "LoggingLevel": "NONE",
            "UserAuthorizationRequired": False,
            "GuardrailPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
            "SnsTopicArns": [],
            "State": "ENABLED",
            **body,
        }
        return 201, {"ChannelConfiguration": SLACK[arn]}
    if path == "/update-slack-channel-configuration" and arn in SLACK:
        SLACK[arn].update(body)
        return 200, {"ChannelConfiguration": SLACK[arn]}
    if path == "/describe-slack-channel-configurations":
        found = [c for a, c in SLACK.items() if body.get("ChatConfigurationArn") in (None, a)]
        return 200, {"SlackChannelConfigurations": found}
    if path == "/delete-slack-channel-configuration" and arn in SLACK:
        del SLACK[arn]
        return 204, {}
    if path == "/list-tags-for-resource":
        tags = SLACK.get(body.get("ResourceARN"), {}).get("Tags", [])
        return 200, {"Tags": [{"TagKey": t.get("TagKey"), "TagValue": t.get("TagValue")} for t in tags]}
    return 404, {"__type": "ResourceNotFoundException", "message": f"{arn} not found."}
