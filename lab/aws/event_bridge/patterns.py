"""Event patterns: which ones EventBridge accepts, and which events they match.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
The order of a pattern's operators and its limits are those of AWS's own matcher: https://github.com/aws/event-ruler#ruler-by-example
"""

import fnmatch
import ipaddress
import json
import re

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html ("Event pattern size")
LONGEST = 2048
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Rule.html: only keys of the event, and its detail.
COMPARISONS = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__, "=": float.__eq__}


class InvalidPattern(Exception):
    """The message says what is wrong with it."""


def parsed(text: str) -> dict:
    """@raises InvalidPattern"""
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise InvalidPattern(f"Invalid JSON: {error}") from None
    if not isinstance(pattern, dict) or not pattern:
        raise InvalidPattern("Filter is not an object")
    if len(text) > LONGEST:
        raise InvalidPattern(f"it has {len(text)} characters, {LONGEST} are allowed")
    check(pattern)
    return pattern


def check(pattern: dict, path: str = "$"):
    for key, value in pattern.items():
        if key == "$or":
            if not (isinstance(value, list) and len(value) >= 2 and all(isinstance(v, dict) and v for v in value)):
                raise InvalidPattern(f"There must have at least 2 Objects in $or relationship at {path}")
            for alternative in value:
                check(alternative, path)
        elif isinstance(value, dict) and value:
            check(value, f"{path}.{key}")
        elif isinstance(value, list) and value:
            for matcher in value:
                check_matcher(matcher, f"{path}.{key}")
        else:
            raise InvalidPattern(f'"{key}" must be an object or an array that is not empty at {path}')


def check_matcher(matcher, path: str):
    if isinstance(matcher, list):
        raise InvalidPattern(f"Match value must be String, number, true, false, or null at {path}")
    if not isinstance(matcher, dict):
        return
    if len(matcher) != 1:
        raise InvalidPattern(f"Only one key allowed in match expression at {path}")
    ((operator, operand),) = matcher.items()
    if operator not in OPERATORS:
        raise InvalidPattern(f"Unrecognized match type {operator} at {path}")
    if not ACCEPTED[operator](operand):
        raise InvalidPattern(f"{operator} has an operand that is not allowed: {json.dumps(operand)} at {path}")


def is_text(operand) -> bool:
    return isinstance(operand, str) and operand != ""


def is_text_or_ignoring_case(operand) -> bool:
    return is_text(operand) or (
        isinstance(operand, dict) and list(operand) == ["equals-ignore-case"] and is_text(operand["equals-ignore-case"])
    )


def is_number(operand) -> bool:
    return isinstance(operand, (int, float)) and not isinstance(operand, bool)


def is_anything_but(operand) -> bool:
    """A value, a list of texts or of numbers, or one nested operator of one text: the forms that the user guide documents."""
    if isinstance(operand, list):
        return bool(operand) and (all(map(is_text, operand)) or all(map(is_number, operand)))
    if isinstance(operand, dict):
        return (
            len(operand) == 1
            and set(operand) <= {"prefix", "suffix", "equals-ignore-case", "wildcard"}
            and all(map(is_text, operand.values()))
        )
    return is_text(operand) or is_number(operand)


def is_numeric(operand) -> bool:
    return (
        isinstance(operand, list)
        and len(operand) in (2, 4)
        and all(o in COMPARISONS for o in operand[::2])
        and all(map(is_number, operand[1::2]))
    )


def is_network(operand) -> bool:
    try:
        return bool(ipaddress.ip_network(operand))
    except ValueError:
        return False


ACCEPTED = {
    "exists": lambda operand: isinstance(operand, bool),
    "prefix": is_text_or_ignoring_case,
    "suffix": is_text_or_ignoring_case,
    "equals-ignore-case": is_text,
    "wildcard": lambda operand: is_text(operand) and "**" not in operand,
    "anything-but": is_anything_but,
    "numeric": is_numeric,
    "cidr": is_network,
}


def affix(method: str):
    def holds(value, operand) -> bool:
        if isinstance(operand, dict):
            value, operand = str(value).lower(), operand["equals-ignore-case"].lower()
        return isinstance(value, str) and getattr(value, method)(operand)

    return holds


def ignoring_case(value, operand) -> bool:
    return isinstance(value, str) and value.lower() == operand.lower()


def wildcard(value, operand) -> bool:
    """A star is any number of characters. fnmatch knows more, so everything else is escaped."""
    pattern = "*".join(re.sub(r"([][?])", r"[\1]", part) for part in operand.split("*"))
    return isinstance(value, str) and fnmatch.fnmatchcase(value, pattern)


def anything_but(value, operand) -> bool:
    if isinstance(operand, dict):
        ((operator, nested),) = operand.items()
        return not OPERATORS[operator](value, nested)
    return value not in (operand if isinstance(operand, list) else [operand])


def numeric(value, operand) -> bool:
    pairs = zip(operand[::2], operand[1::2], strict=True)
    return is_number(value) and all(COMPARISONS[o](float(value), float(bound)) for o, bound in pairs)


def cidr(value, operand) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(operand)
    except ValueError:
        return False


OPERATORS = {
    "exists": None,  # judged with the field, which may be absent
    "prefix": affix("startswith"),
    "suffix": affix("endswith"),
    "equals-ignore-case": ignoring_case,
    "wildcard": wildcard,
    "anything-but": anything_but,
    "numeric": numeric,
    "cidr": cidr,
}


def matches(pattern: dict, event) -> bool:
    """Every key of the pattern has to match. Of the elements of an array in the event one is enough."""
    if isinstance(event, list):
        return any(matches(pattern, element) for element in event)
    event = event if isinstance(event, dict) else {}
    return all(
        any(matches(alternative, event) for alternative in wanted)
        if key == "$or"
        else matches(wanted, event.get(key))
        if isinstance(wanted, dict)
        else any(field_matches(matcher, key, event) for matcher in wanted)
        for key, wanted in pattern.items()
    )


def field_matches(matcher, key: str, event: dict) -> bool:
    values = leaves(event[key]) if key in event else []
    if isinstance(matcher, dict):
        ((operator, operand),) = matcher.items()
        if operator == "exists":
            return bool(values) is operand
        return any(OPERATORS[operator](value, operand) for value in values)
    return any(type(value) is type(matcher) and value == matcher for value in values)


def leaves(value) -> list:
    """The values of a field. An object is no leaf, so for `exists` it is not there; neither is an empty array."""
    if isinstance(value, list):
        return [leaf for element in value for leaf in leaves(element)]
    return [] if isinstance(value, dict) else [value]
