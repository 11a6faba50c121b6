"""Security group rules, where moto loses what the provider reads back: a rule whose source is a group keeps its description.

Without it, aws_vpc_security_group_ingress_rule plans its description again for ever.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
"""

from moto.ec2.models.security_groups import SecurityGroupRule


def described(rule: SecurityGroupRule) -> str | None:
    return rule.ip_range.get("Description") or rule.source_group.get("Description")


def without_description(source: dict) -> dict:
    return {k: v for k, v in source.items() if k != "Description"}


def install():
    same = SecurityGroupRule.__eq__

    def same_permission(rule: SecurityGroupRule, other: SecurityGroupRule) -> bool:
        """A description makes no other permission: AWS answers InvalidPermission.Duplicate.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
        """
        kept = rule.source_group, other.source_group
        rule.source_group, other.source_group = map(without_description, kept)
        try:
            return same(rule, other)
        finally:
            rule.source_group, other.source_group = kept

    SecurityGroupRule.description = property(described)
    SecurityGroupRule.__eq__ = same_permission
