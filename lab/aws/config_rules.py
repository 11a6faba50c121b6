"""AWS Config's managed rules: a Region has not all of them, and asking for one rule that does not exist is refused."""

from moto.config.exceptions import InvalidParameterValueException, NoSuchConfigRuleException
from moto.config.models import ConfigBackend

GUIDE = "https://docs.aws.amazon.com/config/latest/developerguide"
# The Regions that have not the rule: "AWS Region" on the rule's page of the developer guide.
UNAVAILABLE = {
    # {GUIDE}/elasticache-automatic-backup-check-enabled.html
    "ELASTICACHE_AUTOMATIC_BACKUP_CHECK_ENABLED": {
        "ap-southeast-6",
        "ap-east-2",
        "ca-west-1",
        "cn-north-1",
        "cn-northwest-1",
        "mx-central-1",
    },
    # {GUIDE}/elasticache-redis-cluster-automatic-backup-check.html
    "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK": {"ap-east-2"},
}


def install():
    put, describe = ConfigBackend.put_config_rule, ConfigBackend.describe_config_rules

    def put_config_rule(backend: ConfigBackend, config_rule: dict, tags=None):
        source = config_rule.get("Source", {})
        identifier = source.get("SourceIdentifier", "")
        if source.get("Owner") == "AWS" and backend.region_name in UNAVAILABLE.get(identifier, ()):
            raise InvalidParameterValueException(
                f"The sourceIdentifier {identifier} is invalid. Please refer to the documentation for a list of valid "
                "sourceIdentifiers that can be used when AWS is the Owner."
            )
        return put(backend, config_rule, tags)

    def describe_config_rules(backend: ConfigBackend, config_rule_names, next_token):
        """https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigRules.html (Errors)"""
        for name in config_rule_names or []:
            if name not in backend.config_rules:
                raise NoSuchConfigRuleException(name)
        return describe(backend, config_rule_names, next_token)

    ConfigBackend.put_config_rule = put_config_rule
    ConfigBackend.describe_config_rules = describe_config_rules
