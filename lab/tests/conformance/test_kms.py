from tests.conformance.harness import Lab, Row, conformance

API = "https://docs.aws.amazon.com/kms/latest/APIReference"
UNKNOWN = "00000000-0000-0000-0000-000000000000"


def key_by(member: str):
    def arguments(lab: Lab) -> dict:
        keys = lab.call("kms.list_keys")["Keys"]
        return {"KeyId": keys[0][{"Arn": "KeyArn", "KeyId": "KeyId"}[member]]}

    return arguments


def key(lab: Lab):
    lab.call("kms.create_key")


def on_the_key(action: str, **arguments):
    def call(lab: Lab):
        lab.call(f"kms.{action}", **key_by("Arn")(lab), **arguments)

    return call


def scheduled(days: int):
    return lambda lab: {**key_by("Arn")(lab), "PendingWindowInDays": days}


STATE = "KeyMetadata.[KeyState, Enabled]"

test_keys = conformance(
    [
        Row(
            "a key is disabled by its ARN",
            given=[key, on_the_key("disable_key")],
            call="kms.describe_key",
            arguments=key_by("KeyId"),
            answers={STATE: ["Disabled", False]},
            source=f"{API}/API_DisableKey.html",
        ),
        Row(
            "a disabled key is enabled",
            given=[key, on_the_key("disable_key"), on_the_key("enable_key")],
            call="kms.describe_key",
            arguments=key_by("KeyId"),
            answers={STATE: ["Enabled", True]},
            source=f"{API}/API_EnableKey.html",
        ),
        Row(
            "a deletion is scheduled, and answers the key's ARN",
            given=[key],
            call="kms.schedule_key_deletion",
            arguments=scheduled(7),
            answers={"KeyId": lambda arn: arn.startswith("arn:aws:kms:"), "KeyState": "PendingDeletion", "PendingWindowInDays": 7},
            source=f"{API}/API_ScheduleKeyDeletion.html",
        ),
        Row(
            "a key whose deletion is scheduled cannot be used",
            given=[key, on_the_key("schedule_key_deletion")],
            call="kms.describe_key",
            arguments=key_by("KeyId"),
            answers={STATE: ["PendingDeletion", False], "KeyMetadata.DeletionDate": bool},
            source="https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html",
        ),
        Row(
            "a deletion in less than a week",
            given=[key],
            call="kms.schedule_key_deletion",
            arguments=scheduled(6),
            refused="ValidationException",
            source=f"{API}/API_ScheduleKeyDeletion.html",
        ),
        Row(
            "a deletion that is scheduled already",
            given=[key, on_the_key("schedule_key_deletion")],
            call="kms.schedule_key_deletion",
            arguments=key_by("Arn"),
            refused="KMSInvalidStateException",
            source="https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html",
        ),
        Row(
            "a deletion that is cancelled leaves the key disabled",
            given=[key, on_the_key("schedule_key_deletion"), on_the_key("cancel_key_deletion")],
            call="kms.describe_key",
            arguments=key_by("Arn"),
            answers={STATE: ["Disabled", False]},
            source=f"{API}/API_CancelKeyDeletion.html",
        ),
        Row(
            "a key that is not there",
            call="kms.describe_key",
            arguments={"KeyId": UNKNOWN},
            refused="NotFoundException",
            source=f"{API}/API_DescribeKey.html",
        ),
    ]
)
