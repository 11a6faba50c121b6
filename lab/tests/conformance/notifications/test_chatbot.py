from tests.conformance.harness import Lab, Row, conformance
from tests.conformance.notifications.given import ACCOUNT, TOPIC

API = "https://docs.aws.amazon.com/chatbot/latest/APIReference"
CREATE = f"{API}/API_CreateSlackChannelConfiguration.html"
ONE_PER_CHANNEL = "https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1155"
ARN = f"arn:aws:chatbot::{ACCOUNT}:chat-configuration/slack-channel/alerts"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def configuration(**changes) -> dict:
    arguments = {
        "ConfigurationName": "alerts",
        "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/chat",
        "SlackTeamId": "T0123456789",
        "SlackChannelId": "C0123456789",
        "SnsTopicArns": [TOPIC],
        **changes,
    }
    return {name: value for name, value in arguments.items() if value is not None}


def configured(lab: Lab):
    lab.call("chatbot.create_slack_channel_configuration", **configuration(Tags=[{"TagKey": "a", "TagValue": "b"}]))


def others(lab: Lab):
    lab.call("chatbot.create_slack_channel_configuration", **configuration(ConfigurationName="others", SlackChannelId="C9876543210"))


test_slack = conformance(
    [
        Row(
            "a configuration without guardrails may do everything",
            call="chatbot.create_slack_channel_configuration",
            arguments=configuration(),
            answers={"ChannelConfiguration.GuardrailPolicyArns": [ADMINISTRATOR]},
            source=CREATE,
        ),
        Row(
            "a channel has one configuration in an account",
            given=[configured],
            call="chatbot.create_slack_channel_configuration",
            arguments=configuration(ConfigurationName="others"),
            refused="InvalidRequestException",
            message="has already been configured for AWS account",
            source=ONE_PER_CHANNEL,
        ),
        Row(
            "another channel of the workspace has its own configuration",
            given=[configured],
            call="chatbot.create_slack_channel_configuration",
            arguments=configuration(ConfigurationName="others", SlackChannelId="C9876543210"),
            answers={"ChannelConfiguration.ConfigurationName": "others"},
            source=ONE_PER_CHANNEL,
        ),
        Row(
            "two configurations of one name",
            given=[configured],
            call="chatbot.create_slack_channel_configuration",
            arguments=configuration(SlackChannelId="C9876543210"),
            refused="ConflictException",
            source=CREATE,
        ),
        Row(
            "a workspace in small letters",
            call="chatbot.create_slack_channel_configuration",
            arguments=configuration(SlackTeamId="t0123456789"),
            refused="InvalidParameterException",
            source=CREATE,
        ),
        Row(
            "a configuration without a role",
            call="chatbot.create_slack_channel_configuration",
            arguments=configuration(IamRoleArn=None),
            refused="InvalidParameterException",
            source=CREATE,
        ),
        Row(
            "a configuration is read by its ARN",
            given=[configured],
            call="chatbot.describe_slack_channel_configurations",
            arguments={"ChatConfigurationArn": ARN},
            answers={"SlackChannelConfigurations[].SlackChannelId": ["C0123456789"]},
            source=f"{API}/API_DescribeSlackChannelConfigurations.html",
        ),
        Row(
            "a configuration that is changed",
            given=[configured],
            call="chatbot.update_slack_channel_configuration",
            arguments={"ChatConfigurationArn": ARN, "SlackChannelId": "C0123456789", "SnsTopicArns": []},
            answers={"ChannelConfiguration.SnsTopicArns": []},
            source=f"{API}/API_UpdateSlackChannelConfiguration.html",
        ),
        Row(
            "a configuration that is moved to a channel that has one",
            given=[configured, others],
            call="chatbot.update_slack_channel_configuration",
            arguments={"ChatConfigurationArn": ARN, "SlackChannelId": "C9876543210"},
            refused="InvalidRequestException",
            message="has already been configured for AWS account",
            source=ONE_PER_CHANNEL,
        ),
        Row(
            "a configuration that is deleted frees its channel",
            given=[configured],
            call="chatbot.delete_slack_channel_configuration",
            arguments={"ChatConfigurationArn": ARN},
            then=[
                (
                    "chatbot.create_slack_channel_configuration",
                    configuration(ConfigurationName="others"),
                    {"ChannelConfiguration.ConfigurationName": "others"},
                )
            ],
            source=f"{API}/API_DeleteSlackChannelConfiguration.html",
        ),
        Row(
            "the tags of a configuration",
            given=[configured],
            call="chatbot.list_tags_for_resource",
            arguments={"ResourceARN": ARN},
            answers={"Tags": [{"TagKey": "a", "TagValue": "b"}]},
            source=f"{API}/API_ListTagsForResource.html",
        ),
    ]
)
