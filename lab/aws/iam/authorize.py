"""Whether a role may make a call.

Where the reference leaves open if a condition key is absent or filled with a default, the call must be allowed both ways: nobody
should learn on AWS which of the two it is.
"""

from collections.abc import Mapping
from itertools import product

from aws.iam.conditions import keys_of
from aws.iam.facts import tags_of
from aws.iam.keys import global_keys, keys_of_call
from aws.iam.permissions import Permission, permissions_of
from aws.iam.policies import Decision, Request, decide, names_action
from aws.iam.roles import statements_of_role


class AccessDenied(Exception):
    """The message is AWS's, and what the lab adds in parentheses."""


def authorize(role: str, service: str, operation: str, arguments: Mapping, region: str):
    """@raises AccessDenied, UnknownAction"""
    statements = statements_of_role(role)
    for permission in permissions_of(service, operation, arguments, region):
        refusal = refusal_of(statements, role, permission, region)
        if refusal:
            raise AccessDenied(refusal)


def refusal_of(statements: list[dict], role: str, permission: Permission, region: str) -> str | None:
    action, resource = permission.action, permission.resource
    certain, defaults = keys_of_call(action, resource, permission.arguments, tags_of(resource.arn, region))
    context = {**global_keys(role, region), **certain, **permission.context}
    relevant = [s for s in statements if names_action(s, action.full_name)]
    asked = set().union(*(keys_of(s.get("Condition")) for s in relevant)) if relevant else set()
    unsettled = sorted(set(defaults) & asked)
    decisions = {}
    for filled in product((False, True), repeat=len(unsettled)):
        keys = {key: defaults[key] for key, is_filled in zip(unsettled, filled, strict=True) if is_filled}
        request = Request(action.full_name, resource.arn, {**context, **keys})
        decisions[tuple(keys)] = with_resource_policy(decide(relevant, request), role, request)
    refused = {keys: decision for keys, decision in decisions.items() if decision is not Decision.ALLOWED}
    if not refused:
        return None
    keys, decision = next(iter(refused.items()))
    note = permission.reason
    if len(refused) < len(decisions):
        absent = [key for key in unsettled if key not in keys]
        how = [f"AWS fills in its default {key} = {defaults[key]}" for key in keys] + [f"{key} is absent" for key in absent]
        note = f"refused when {' and '.join(how)}, allowed otherwise; the service authorization reference leaves open which it is"
    user = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
    return f"User: {user}/lab is not authorized to perform: {action.full_name} on resource: {resource.arn} {decision.value}" + (
        f" (lab: {note})" if note else ""
    )


def with_resource_policy(identity: Decision, role: str, request: Request) -> Decision:
    """The policy of a bucket has its say too. Those of other resources are judged where they are used, or not by the lab."""
    if not request.action.startswith("s3:"):
        return identity
    from aws.s3.bucket_policies import combined
    from aws.s3.principals import Principal

    return combined(identity, Principal(role.split(":")[4], role), request)


def may(role: str, action: str, resource: str, region: str) -> bool:
    """One action on one resource, without arguments: what a service checks before it acts with a role."""
    return decide(statements_of_role(role), Request(action, resource, global_keys(role, region))) is Decision.ALLOWED
