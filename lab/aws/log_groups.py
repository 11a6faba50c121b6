"""Log groups: their class, protection against deletion, and changes of their key, which moto has not.

hashicorp/aws reads both since 6.25.0 (internal/service/logs/group.go) and changes the protection by PutLogGroupDeletionProtection.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
"""

import json

from moto.core.exceptions import JsonRESTError
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogGroup, LogsBackend
from moto.logs.responses import LogsResponse


def group_named(backend: LogsBackend, identifier: str) -> LogGroup:
    """By name or ARN."""
    name = identifier.partition(":log-group:")[2].removesuffix(":*") if identifier.startswith("arn:") else identifier
    if name not in backend.groups:
        raise ResourceNotFoundException()
    return backend.groups[name]


def put_log_group_deletion_protection(response: LogsResponse) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html"""
    group = group_named(response.logs_backend, response._get_param("logGroupIdentifier"))
    group.deletion_protection = bool(response._get_param("deletionProtectionEnabled"))
    return json.dumps({})


def associate_kms_key(response: LogsResponse) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html

    Only the form that names a log group. The lab does not try whether the key lets CloudWatch Logs use it.
    """
    group = group_named(response.logs_backend, response._get_param("logGroupName"))
    group.kms_key_id = response._get_param("kmsKeyId")
    return json.dumps({})


def disassociate_kms_key(response: LogsResponse) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html"""
    group_named(response.logs_backend, response._get_param("logGroupName")).kms_key_id = None
    return json.dumps({})


def install():
    created, described, delete = LogsResponse.create_log_group, LogGroup.to_describe_dict, LogsBackend.delete_log_group

    def create_log_group(response: LogsResponse) -> str:
        answer = created(response)
        group = response.logs_backend.groups[response._get_param("logGroupName")]
        group.log_group_class = response._get_param("logGroupClass") or "STANDARD"
        group.deletion_protection = bool(response._get_param("deletionProtectionEnabled"))
        return answer

    def to_describe_dict(group: LogGroup) -> dict:
        return described(group) | {
            "logGroupClass": getattr(group, "log_group_class", "STANDARD"),
            "deletionProtectionEnabled": getattr(group, "deletion_protection", False),
        }

    def delete_log_group(backend: LogsBackend, name: str):
        if getattr(backend.groups.get(name), "deletion_protection", False):
            # Of the errors that DeleteLogGroup declares, the one for a request that the state of the log group forbids.
            raise JsonRESTError("ValidationException", f"The log group {name} has deletion protection enabled.")
        return delete(backend, name)

    LogsResponse.create_log_group = create_log_group
    LogsResponse.put_log_group_deletion_protection = put_log_group_deletion_protection
    LogsResponse.associate_kms_key = associate_kms_key
    LogsResponse.disassociate_kms_key = disassociate_kms_key
    LogGroup.to_describe_dict = to_describe_dict
    LogsBackend.delete_log_group = delete_log_group
