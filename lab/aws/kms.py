"""Keys that are disabled or scheduled for deletion, by their ARN too, which moto takes for an id.

https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html (KeyId: "the key ID or key ARN")
"""

import json

from moto.core.exceptions import JsonRESTError
from moto.kms.models import KmsBackend
from moto.kms.responses import KmsResponse

# https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
WINDOW_DAYS = range(7, 31)


def by_any_id(method):
    def with_key_id(backend: KmsBackend, key_id: str, *arguments):
        return method(backend, backend.any_id_to_key_id(key_id), *arguments)

    return with_key_id


def schedule_key_deletion(response: KmsResponse) -> str:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""
    given, days = response._get_param("KeyId"), response._get_param("PendingWindowInDays") or 30
    response._validate_cmk_id(given)
    backend = response.kms_backend
    key = backend.keys[backend.any_id_to_key_id(given)]
    if days not in WINDOW_DAYS:
        raise JsonRESTError("ValidationException", f"PendingWindowInDays is {days}. It is a number from 7 to 30.")
    if key.key_state == "PendingDeletion":
        raise JsonRESTError("KMSInvalidStateException", f"{key.arn} is pending deletion.")
    date = backend.schedule_key_deletion(key.id, days)
    return json.dumps({"KeyId": key.arn, "DeletionDate": date, "KeyState": key.key_state, "PendingWindowInDays": days})


def install():
    for name in ("disable_key", "enable_key", "cancel_key_deletion", "schedule_key_deletion"):
        setattr(KmsBackend, name, by_any_id(getattr(KmsBackend, name)))
    KmsResponse.schedule_key_deletion = schedule_key_deletion
