"""CloudTrail: a trail is named by its name or its ARN, in every call.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html (Name: "the name or the CloudTrail ARN of the trail")
"""

from moto.cloudtrail.models import CloudTrailBackend

from aws.wrapping import wrap


def named(call):
    """moto's own fail on an ARN, DeleteTrail by doing nothing."""

    def act(backend: CloudTrailBackend, name: str):
        return call(backend, backend.get_trail(name).trail_name)

    return act


def install():
    for call in ("start_logging", "stop_logging", "delete_trail"):
        wrap(CloudTrailBackend, call, named)
