"""Which actions an API operation needs, where the reference and the API name them differently.

Most operations are an action of their own name. Those of S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

import json
from pathlib import Path

from aws.models import service_model

# IAM prefixes that are not the endpoint prefix of the API's model.
PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag", "api.ecr": "ecr"}

S3 = json.loads(Path(__file__).with_name("s3_actions.json").read_text())


# Reading or deleting one version is an action of its own.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
OF_A_VERSION = {"s3:GetObject": "s3:GetObjectVersion", "s3:DeleteObject": "s3:DeleteObjectVersion"}


def prefix_of(service: str) -> str:
    """`sfn`, as Step Functions names the service, is `states` in IAM."""
    endpoint = service_model(service).endpoint_prefix
    return PREFIXES.get(endpoint, endpoint)


def action_of(service: str, operation: str) -> str:
    name = operation[:1].upper() + operation[1:]
    prefix = prefix_of(service)
    return f"{prefix}:{S3.get(name, name) if prefix == 's3' else name}"
