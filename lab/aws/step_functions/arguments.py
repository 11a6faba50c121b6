"""The arguments of a task against the API's model, before AWS is called.

Step Functions refuses members that the API does not have, missing required ones and wrong types; what a value may be is for the
service to say. https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
"""

from collections.abc import Iterator

from botocore.model import Shape

from aws.models import operation_named, shown

KINDS = {
    "string": (str, "a STRING"),
    "character": (str, "a STRING"),
    "timestamp": (str, "a STRING"),
    "integer": (int, "an INTEGER"),
    "long": (int, "an INTEGER"),
    "float": ((int, float), "a NUMBER"),
    "double": ((int, float), "a NUMBER"),
    "boolean": (bool, "a BOOLEAN"),
    "structure": (dict, "an OBJECT"),
    "map": (dict, "an OBJECT"),
    "list": (list, "an ARRAY"),
}


def is_expression(value) -> bool:
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")


def problems(service: str, operation: str, arguments) -> list[str]:
    """What Step Functions says about arguments under its own names. An expression that is not evaluated yet may become anything."""
    model = operation_named(service, operation)
    if model is None:
        return [f"The resource provided arn:aws:states:::aws-sdk:{service}:{operation} is not recognized"]
    if arguments is None:
        arguments = {}
    if is_expression(arguments):
        return []
    if model.input_shape is None:
        return [f"The field '{name}' is not supported by Step Functions" for name in arguments]
    return list(misfits("Arguments", arguments, model.input_shape))


def misfits(field: str, value, shape: Shape) -> Iterator[str]:
    if is_expression(value):
        return
    expected, words = KINDS.get(shape.type_name, (object, ""))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool and expected is not object):
        yield f"The value for the field '{field}' must be {words}"
    elif shape.type_name == "structure":
        yield from members_of(value, shape)
    elif shape.type_name == "list":
        for item in value:
            yield from misfits(field, item, shape.member)
    elif shape.type_name == "map":
        for name, item in value.items():
            yield from misfits(name, item, shape.value)


def members_of(given: dict, shape: Shape) -> Iterator[str]:
    known = {shown(name): member for name, member in shape.members.items()}
    for name, value in given.items():
        if name.endswith(".$"):  # a path of JSONPath
            continue
        if name not in known:
            yield f"The field '{name}' is not supported by Step Functions"
        else:
            yield from misfits(name, value, known[name])
    for name in shape.required_members:
        if shown(name) not in given and f"{shown(name)}.$" not in given and not shape.members[name].serialization.get("idempotencyToken"):
            yield f"The field '{shown(name)}' is required but was missing"
