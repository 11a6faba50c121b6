"""Roles: their policies, and who may assume them."""

from moto.core import DEFAULT_ACCOUNT_ID

from aws.iam.policies import Request, grants, statements_of


def install():
    """A list of the roles as they are now: other threads create and delete some while moto goes through them."""
    from moto.iam.models import IAMBackend

    IAMBackend.get_roles = lambda backend: list(backend.roles.values())


def account_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 and parts[4] else DEFAULT_ACCOUNT_ID


def role_named(arn: str):
    """The role, in whichever account it is."""
    from moto.iam.models import iam_backends

    return next((role for role in iam_backends[account_of(arn)]["aws"].get_roles() if role.arn == arn), None)


def statements_of_role(arn: str) -> list[dict]:
    """What its inline and attached policies say. A role that is gone may do nothing."""
    role = role_named(arn)
    return [] if role is None else statements_of([*role.policies.values(), *(p.document for p in list(role.managed_policies.values()))])


def trusts(arn: str, service: str, source: str) -> bool:
    """Whether a service may assume a role on behalf of a resource.

    Services say whom they act for, against the confused deputy problem: aws:SourceArn and aws:SourceAccount.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
    """
    role = role_named(arn)
    context = {"aws:sourceaccount": account_of(source), "aws:sourcearn": source, "aws:principalisawsservice": "true"}
    request = Request("sts:AssumeRole", arn, context)
    return role is not None and grants(role.assume_role_policy_document, request, "Service", service)


def trusts_service(arn: str, service: str) -> bool:
    """Whether a service may assume a role of any account, whatever it acts for."""
    role = role_named(arn)
    context = {"aws:sourceaccount": account_of(arn), "aws:principalisawsservice": "true"}
    return role is not None and grants(role.assume_role_policy_document, Request("sts:AssumeRole", arn, context), "Service", service)
