"""The names that Step Functions gives to services and errors: those of the AWS SDK for Java 2.

Developer guide, 'Integrating services': https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
aws-sdk-java-v2: codegen, DefaultNamingStrategy; utils, CodegenNamingUtils. Those of members are in models.py.
"""

import re

from botocore.exceptions import ClientError

from aws.models import service_model


def words(text: str) -> list[str]:
    """CodegenNamingUtils.splitOnWordBoundaries"""
    text = re.sub(r"[^A-Za-z0-9]+", " ", text)
    text = re.sub(r"([^a-z]{2,})v([0-9]+)", r"\1 v\2 ", text)
    text = re.sub(r"([^A-Z]{2,})V([0-9]+)", r"\1 V\2 ", text)
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-zA-Z0-9])", " ", text)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", text)
    return re.sub(r"([0-9])([a-zA-Z])", r"\1 \2", text).split()


def pascal_case(text: str) -> str:
    return "".join(word.lower().capitalize() for word in words(text))


def service_name(service: str) -> str:
    """`elasticache` is ElastiCache, `dynamodb` DynamoDb, `sns` Sns (DefaultNamingStrategy.getServiceName)."""
    return pascal_case(service_model(service).service_id).removeprefix("Amazon").removeprefix("Aws").removesuffix("Service")


def exception_name(shape: str) -> str:
    """SnapshotNotFoundFault is SnapshotNotFoundException (DefaultNamingStrategy.getExceptionName)."""
    if shape.endswith("Fault"):
        return pascal_case(shape.removesuffix("Fault")) + "Exception"
    return pascal_case(shape) if shape.endswith("Exception") else pascal_case(shape) + "Exception"


def error_name(service: str, error: Exception) -> str:
    """`ElastiCache.SnapshotNotFoundException` for an error in the API's model.

    Any other, throttling and missing permission included, is the service's own: `ElastiCache.ElastiCacheException`.
    """
    name = service_name(service)
    shape = service_model(service).shape_for_error_code(error.response["Error"]["Code"]) if isinstance(error, ClientError) else None
    return f"{name}.{exception_name(shape.name)}" if shape else f"{name}.{name}Exception"


def access_denied_code(service: str) -> str:
    """SNS has an error of its own for it, in its model; most services do not."""
    codes = {shape.metadata.get("error", {}).get("code", shape.name) for shape in service_model(service).error_shapes}
    return next((code for code in ("AuthorizationError", "AccessDeniedException") if code in codes), "AccessDenied")
