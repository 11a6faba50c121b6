"""Wildcards and variables in the elements of a policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (wildcards)
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import functools
import re
from collections.abc import Mapping

VARIABLE = re.compile(r"\$\{([^}]*)\}")
# What a variable stands for is literal. In a pattern, these private characters are the * and ? of its value.
LITERAL = {"*": "\ue000", "?": "\ue001"}
TO_REGEX = {"*": ".*", "?": ".", **{mark: re.escape(character) for character, mark in LITERAL.items()}}


class Unresolved(Exception):
    """A variable has no value and no default. The user guide: the comparison is then false."""


@functools.lru_cache(maxsize=4096)
def regex_of(pattern: str) -> re.Pattern:
    return re.compile("".join(TO_REGEX.get(character, re.escape(character)) for character in pattern), re.DOTALL)


def like(value: str, pattern: str) -> bool:
    return regex_of(pattern).fullmatch(value) is not None


def arn_like(value: str, pattern: str) -> bool:
    """ArnLike and ArnEquals: each of the six parts is compared by itself, with wildcards.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    parts, patterns = value.split(":", 5), pattern.split(":", 5)
    if len(patterns) < 6 or len(parts) < 6:
        return pattern == "*"
    return all(like(part, wanted) for part, wanted in zip(parts, patterns, strict=True))


def resolved(text: str, context: Mapping, *, wild: bool) -> str:
    """A text of a policy with its variables replaced; `wild` when it is a pattern.

    @raises Unresolved
    """
    if "${" not in text:
        return text

    def literal(found: str) -> str:
        return "".join(LITERAL.get(character, character) for character in found) if wild else found

    def value(match: re.Match) -> str:
        inner = match[1].strip()
        if inner in ("*", "?", "$"):
            return literal(inner)
        name, _, default = (part.strip() for part in inner.partition(","))
        found = context.get(name.lower())
        if isinstance(found, list):  # a key with several values is no variable
            found = None
        if found is None and not default:
            raise Unresolved(inner)
        return literal(str(found) if found is not None else default.strip("'"))

    return VARIABLE.sub(value, text)


def matches(value: str, pattern: str, context: Mapping) -> bool:
    """Whether a pattern of a policy, variables included, matches a value."""
    try:
        return like(value, resolved(pattern, context, wild=True))
    except Unresolved:
        return False
