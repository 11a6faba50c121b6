"""The policy of a secret: moto takes one of any length.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
"""

from moto.secretsmanager.exceptions import ValidationException
from moto.secretsmanager.models import SecretsManagerBackend

from aws import models


def install():
    put = SecretsManagerBackend.put_resource_policy

    def put_resource_policy(backend: SecretsManagerBackend, secret_id: str, policy: str) -> tuple[str, str]:
        shape = models.operation_of("secretsmanager", "PutResourcePolicy").input_shape
        for problem in models.problems(shape, {"SecretId": secret_id, "ResourcePolicy": policy}):
            raise ValidationException(f"1 validation error detected: {problem.member}: {problem.rule}")
        return put(backend, secret_id, policy)

    SecretsManagerBackend.put_resource_policy = put_resource_policy
