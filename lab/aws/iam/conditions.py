"""Condition operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

A context maps lower-case keys to a string, or to a list for keys with several values. An absent key is not in it.
"""

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation

from aws.iam.patterns import Unresolved, arn_like, like, resolved

Test = Callable[[str, str], bool]


class UnknownOperator(Exception):
    pass


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def text_of(value) -> str:
    """A value of a policy or a context as text: JSON writes true and false in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def number(compare: Callable[[Decimal, Decimal], bool]) -> Test:
    def test(have: str, wanted: str) -> bool:
        try:
            return compare(Decimal(have), Decimal(wanted))
        except InvalidOperation:
            return False

    return test


def moment(text: str) -> datetime:
    """ISO 8601, or seconds since the epoch."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return datetime.fromtimestamp(float(text), timezone.utc)
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def date(compare: Callable[[datetime, datetime], bool]) -> Test:
    def test(have: str, wanted: str) -> bool:
        try:
            return compare(moment(have), moment(wanted))
        except ValueError:
            return False

    return test


def in_network(have: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(have) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def same_bytes(have: str, wanted: str) -> bool:
    try:
        return base64.b64decode(have, validate=True) == base64.b64decode(wanted, validate=True)
    except ValueError:
        return False


# Whether the operator takes wildcards, and its test. Those with Not are their opposites, below.
OPERATORS: dict[str, tuple[bool, Test]] = {
    "stringequals": (False, lambda have, wanted: have == wanted),
    "stringequalsignorecase": (False, lambda have, wanted: have.lower() == wanted.lower()),
    "stringlike": (True, like),
    "numericequals": (False, number(lambda a, b: a == b)),
    "numericlessthan": (False, number(lambda a, b: a < b)),
    "numericlessthanequals": (False, number(lambda a, b: a <= b)),
    "numericgreaterthan": (False, number(lambda a, b: a > b)),
    "numericgreaterthanequals": (False, number(lambda a, b: a >= b)),
    "dateequals": (False, date(lambda a, b: a == b)),
    "datelessthan": (False, date(lambda a, b: a < b)),
    "datelessthanequals": (False, date(lambda a, b: a <= b)),
    "dategreaterthan": (False, date(lambda a, b: a > b)),
    "dategreaterthanequals": (False, date(lambda a, b: a >= b)),
    "bool": (False, lambda have, wanted: have.lower() == wanted.lower()),
    "binaryequals": (False, same_bytes),
    "ipaddress": (False, in_network),
    "arnequals": (True, arn_like),
    "arnlike": (True, arn_like),
}
NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}


def parsed(operator: str) -> tuple[str, str, bool]:
    """Set operator ("", "foranyvalue", "forallvalues"), operator, IfExists."""
    quantifier, _, name = operator.lower().rpartition(":")
    if_exists = name.endswith("ifexists")
    return quantifier, name.removesuffix("ifexists"), if_exists


def test_holds(operator: str, key: str, wanted: list, context: Mapping) -> bool:
    quantifier, name, if_exists = parsed(operator)
    have = context.get(key.lower())
    values = [text_of(v) for v in as_list(have)] if have is not None else []
    if name == "null":
        # "Null": {"key": "true"} holds without the key, "false" with it.
        return any((not values) == (text_of(w).lower() == "true") for w in wanted)
    negated = name in NEGATED
    if not negated and name not in OPERATORS:
        raise UnknownOperator(f"IAM has no condition operator {operator}")
    if not values:
        if quantifier == "forallvalues" or if_exists:
            return True
        # An absent key matches no operator but the negated ones.
        return negated and quantifier != "foranyvalue"
    wild, test = OPERATORS[NEGATED.get(name, name)]
    expected = []
    for w in wanted:
        try:
            expected.append(resolved(text_of(w), context, wild=wild))
        except Unresolved:
            if negated:
                return False

    def one(value: str) -> bool:
        return any(test(value, w) for w in expected) != negated

    return all(map(one, values)) if quantifier == "forallvalues" else any(map(one, values))


def conditions_hold(condition: Mapping | None, context: Mapping) -> bool:
    """All operators and all keys must hold; one value of each is enough.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
    """
    return all(
        test_holds(operator, key, as_list(wanted), context)
        for operator, tests in (condition or {}).items()
        for key, wanted in tests.items()
    )


def keys_of(condition: Mapping | None) -> set[str]:
    return {key.lower() for tests in (condition or {}).values() for key in tests}
