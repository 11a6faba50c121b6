"""How the statements of policies decide a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from aws.iam.conditions import as_list, conditions_hold
from aws.iam.patterns import like, matches


class Decision(Enum):
    ALLOWED = "allowed"
    EXPLICIT_DENY = "with an explicit deny"
    NO_ALLOW = "because no policy allows the action"


@dataclass(frozen=True)
class Request:
    action: str
    resource: str
    # Lower-case condition keys; see conditions.py.
    context: Mapping = field(default_factory=dict)


def statements_of(documents: Iterable[str | Mapping]) -> list[dict]:
    return [s for d in documents for s in as_list((json.loads(d) if isinstance(d, str) else d).get("Statement", []))]


def names_action(statement: Mapping, action: str) -> bool:
    def named(element: str) -> bool:
        return any(like(action.lower(), pattern.lower()) for pattern in as_list(statement[element]))

    return named("Action") if "Action" in statement else "NotAction" in statement and not named("NotAction")


def names_resource(statement: Mapping, request: Request) -> bool:
    def named(element: str) -> bool:
        return any(matches(request.resource, pattern, request.context) for pattern in as_list(statement[element]))

    if "NotResource" in statement:
        return not named("NotResource")
    # A trust policy has no Resource.
    return "Resource" not in statement or named("Resource")


def applies(statement: Mapping, request: Request) -> bool:
    return (
        names_action(statement, request.action)
        and names_resource(statement, request)
        and conditions_hold(statement.get("Condition"), request.context)
    )


def decide(statements: Iterable[Mapping], request: Request) -> Decision:
    effects = {s["Effect"] for s in statements if applies(s, request)}
    if "Deny" in effects:
        return Decision.EXPLICIT_DENY
    return Decision.ALLOWED if "Allow" in effects else Decision.NO_ALLOW


def names_principal(statement: Mapping, kind: str, name: str) -> bool:
    """`names_principal(s, "Service", "scheduler.amazonaws.com")`; everybody is `*` or {"AWS": "*"}."""
    principal = statement.get("Principal")
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    return name in as_list(principal.get(kind, [])) or "*" in as_list(principal.get("AWS", []))


def grants(document: str | Mapping, request: Request, kind: str, name: str) -> bool:
    """Whether the policy of a resource lets a principal do it."""
    return decide([s for s in statements_of([document]) if names_principal(s, kind, name)], request) is Decision.ALLOWED
