"""Who makes a request: the credentials of an account, a user, a role that was assumed, or a service of AWS."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from moto.core import DEFAULT_ACCOUNT_ID

from aws.iam.conditions import as_list

# Whose request a thread answers, where moto asks again in the middle of it (DeleteObjects).
CURRENT = threading.local()


@dataclass(frozen=True)
class Principal:
    account: str
    # Of a role, not of its session: that is what aws:PrincipalArn says. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    arn: str
    # For example ap-northeast-1.elasticache-snapshot.amazonaws.com
    service: str = ""

    @property
    def is_role(self) -> bool:
        return ":role/" in self.arn


def account(number: str = DEFAULT_ACCOUNT_ID) -> Principal:
    """Credentials that belong to no role and no user: an administrator."""
    return Principal(number, f"arn:aws:iam::{number}:root")


def service(name: str) -> Principal:
    return Principal("", "", name)


def by_access_key(key: str) -> Principal:
    from moto.iam.models import iam_backends

    for number, backends in list(iam_backends.items()):
        found = backends["aws"].access_keys.get(key)
        if found is not None:
            who = found.role_arn or f"arn:aws:iam::{number}:user/{found.user_name}"
            return Principal(who.split(":")[4], who)
    return account()


def of_request(environ: Mapping) -> Principal:
    role = environ.get("HTTP_X_LAB_ROLE")
    if role:
        # A state machine calls as its role, with the credentials of the lab (event_bridge/callers.py).
        return Principal(role.split(":")[4], role)
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2]
    return by_access_key(scope.partition("/")[0])


def names_directly(statement: Mapping, principal: Principal) -> bool:
    """The principal itself, or everybody."""
    element = statement.get("Principal")
    if element == "*":
        return True
    if not isinstance(element, Mapping):
        return False
    if principal.service:
        return principal.service in as_list(element.get("Service", [])) or "*" in as_list(element.get("AWS", []))
    return bool({principal.arn, "*"} & set(as_list(element.get("AWS", []))))


def names_account(statement: Mapping, principal: Principal) -> bool:
    """The account of the principal, which then decides by its own policies.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
    """
    element = statement.get("Principal")
    named = as_list(element.get("AWS", [])) if isinstance(element, Mapping) else []
    return bool(principal.account) and bool({principal.account, f"arn:aws:iam::{principal.account}:root"} & set(named))


def exists(named: str) -> bool:
    """Whether an ARN in a policy is there. Of an account nobody here knows more than its number."""
    from moto.iam.models import iam_backends

    found = re.fullmatch(r"arn:aws:iam::(\d{12}):(?:root|(user|role)/(.+))", named)
    if named == "*" or re.fullmatch(r"\d{12}", named) or (found and not found[2]):
        return True
    if not found:
        return False
    backend = iam_backends[found[1]]["aws"]
    name = found[3].rsplit("/", 1)[-1]
    table = backend.users if found[2] == "user" else {role.name: role for role in backend.get_roles()}
    return name in table and table[name].arn == named
