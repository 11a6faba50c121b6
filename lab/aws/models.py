"""What AWS's own API models say (botocore's data files): operations, members, required ones, enums, bounds, pages, errors.

And the names that Step Functions gives to members, which are not the API's.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape

# Where Step Functions and botocore name a service differently.
BOTOCORE_NAMES = {"sfn": "stepfunctions", "cloudwatchlogs": "logs"}


@functools.cache
def service_model(service: str) -> ServiceModel:
    """@raises botocore.exceptions.UnknownServiceError"""
    return botocore.session.get_session().get_service_model(BOTOCORE_NAMES.get(service.lower(), service.lower()))


@functools.cache
def paginators(service: str) -> dict:
    """By operation: input_token, output_token, limit_key, result_key."""
    name = BOTOCORE_NAMES.get(service.lower(), service.lower())
    return botocore.session.get_session().get_component("data_loader").load_service_model(name, "paginators-1")["pagination"]


@functools.cache
def operation_named(service: str, action: str) -> OperationModel | None:
    """An operation by its name in any case: Step Functions writes describeSnapshots."""
    model = service_model(service)
    found = next((o for o in model.operation_names if o.lower() == action.lower()), None)
    return model.operation_model(found) if found else None


def operation_of(service: str, action: str) -> OperationModel:
    operation = operation_named(service, action)
    if operation is None:
        raise KeyError(f"{service} has no operation {action}")
    return operation


def members(shape: Shape | None) -> dict[str, Shape]:
    return dict(shape.members) if shape is not None and shape.type_name == "structure" else {}


def error_codes(operation: OperationModel) -> set[str]:
    """The codes of the errors that an operation declares, as they are on the wire."""
    return {shape.metadata.get("error", {}).get("code", shape.name) for shape in operation.error_shapes}


def documentation(operation: OperationModel, member: str) -> str:
    return operation.input_shape.members[member].documentation


def page_bounds(operation: OperationModel) -> tuple[int, int, int]:
    """Default, minimum and maximum of MaxRecords. Only the member's text has them: "Default: 50 Constraints: minimum 20; maximum 50."."""
    text = re.sub(r"<[^>]+>", " ", documentation(operation, "MaxRecords"))
    default, low, high = (re.search(rf"{word}:? *(\d+)", text) for word in ("Default", "minimum", "maximum"))
    return int(default[1]) if default else 50, int(low[1]) if low else 1, int(high[1]) if high else 100


@dataclass(frozen=True)
class Problem:
    kind: Literal["missing", "invalid"]
    member: str
    value: object = None
    rule: str = ""


def problems(shape: Shape, given: dict) -> Iterator[Problem]:
    """Where arguments do not fit a shape: members that are missing, values out of an enum, out of bounds, or not of a pattern."""
    for name in shape.required_members:
        if given.get(name) in (None, "", []):
            yield Problem("missing", name)
    for name, value in given.items():
        if name in shape.members and value is not None:
            yield from problems_of_value(name, shape.members[name], value)


def problems_of_value(name: str, shape: Shape, value) -> Iterator[Problem]:
    if shape.type_name == "structure" and isinstance(value, dict):
        yield from problems(shape, value)
    elif shape.type_name == "list" and isinstance(value, list):
        if len(value) < shape.metadata.get("min", 0):
            yield Problem("invalid", name, value, f"At least {shape.metadata['min']} must be given.")
        for item in value:
            yield from problems_of_value(name, shape.member, item)
    elif shape.type_name == "string" and isinstance(value, str):
        yield from problems_of_string(name, shape, value)


def problems_of_string(name: str, shape: Shape, value: str) -> Iterator[Problem]:
    bounds, allowed = shape.metadata, getattr(shape, "enum", [])
    if allowed and value not in allowed:
        yield Problem("invalid", name, value, f"Valid values: {', '.join(allowed)}.")
    if not bounds.get("min", 0) <= len(value) <= bounds.get("max", len(value)):
        yield Problem("invalid", name, value, f"Its length must be {bounds.get('min', 0)} to {bounds.get('max', 'any')}.")
    if "pattern" in bounds and not re.fullmatch(bounds["pattern"], value, re.DOTALL):
        yield Problem("invalid", name, value, f"It must match {bounds['pattern']}.")


# -- Step Functions' names


def shown(name: str) -> str:
    """A member as Step Functions names it: as the AWS SDK for Java 2 does, then capitalised.

    There a leading run of capitals is one word (aws-sdk-java-v2, codegen, Utils.unCapitalize): ARN is Arn, DBInstances is DbInstances
    (aws-samples/step-functions-workflows-collection, sfn-rds-to-aurora-migrate-postgres-cdk). MultiAZEnabled stays.
    What Java has a method for gets "Value" (DefaultNamingStrategy.rewriteInvalidMemberName; of its words, one is a member here).
    """
    if name == "Equals":
        return "EqualsValue"
    end = 1
    while end < len(name) and name[end].isupper() and not name[end + 1 : end + 2].islower():
        end += 1
    return name[:1].upper() + name[1:end].lower() + name[end:]


def as_shown(value, shape: Shape | None):
    """An answer with its members so named. The keys of a map are data, and stay."""
    kind = getattr(shape, "type_name", None)
    if kind == "structure" and isinstance(value, dict):
        return {shown(k): as_shown(v, shape.members.get(k)) for k, v in value.items()}
    if kind == "list" and isinstance(value, list):
        return [as_shown(v, shape.member) for v in value]
    if kind == "map" and isinstance(value, dict):
        return {k: as_shown(v, shape.value) for k, v in value.items()}
    return value


def as_asked(given, shape: Shape | None):
    """The other way: the arguments of a state machine under the names of the API."""
    kind = getattr(shape, "type_name", None)
    if kind == "structure" and isinstance(given, dict):
        names = {shown(m): m for m in shape.members}
        return {names.get(k, k): as_asked(v, shape.members.get(names.get(k, k))) for k, v in given.items()}
    if kind == "list" and isinstance(given, list):
        return [as_asked(v, shape.member) for v in given]
    return given


def unknown_arguments(service: str, action: str, given) -> list[str]:
    """Developer guide, 'Integrating services': parameters are in PascalCase, and ones that the API does not have are refused."""
    operation = operation_named(service, action)
    if operation is None:
        return [f"{service}:{action}"]
    known = {shown(m) for m in members(operation.input_shape)}
    return [k for k in given if k not in known] if isinstance(given, dict) else []
