from aws.config_rules import UNAVAILABLE
from tests.conformance.harness import Lab, Row, conformance

GUIDE = "https://docs.aws.amazon.com/config/latest/developerguide"
API = "https://docs.aws.amazon.com/config/latest/APIReference"
ENABLED = "ELASTICACHE_AUTOMATIC_BACKUP_CHECK_ENABLED"
RETENTION = "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK"
PAGES = {identifier: f"{GUIDE}/{identifier.lower().replace('_', '-')}.html" for identifier in (ENABLED, RETENTION)}


def rule(identifier: str, name: str = "backups") -> dict:
    return {
        "ConfigRule": {
            "ConfigRuleName": name,
            "Source": {"Owner": "AWS", "SourceIdentifier": identifier},
            "InputParameters": '{"snapshotRetentionPeriod":"7"}',
        }
    }


def put(lab: Lab):
    lab.call("config.put_config_rule", **rule(RETENTION))


test_regions = conformance(
    [
        Row(
            f"{region} has no {identifier}",
            call=f"config@{region}.put_config_rule",
            arguments=rule(identifier),
            refused="InvalidParameterValueException",
            message=identifier,
            source=PAGES[identifier],
        )
        for identifier in (ENABLED, RETENTION)
        for region in sorted(UNAVAILABLE[identifier])
    ]
    + [
        Row(
            f"{region} has {identifier}",
            call=f"config@{region}.put_config_rule",
            arguments=rule(identifier),
            then=[(f"config@{region}.describe_config_rules", {}, {"ConfigRules[].ConfigRuleName": ["backups"]})],
            source=PAGES[identifier],
        )
        for region, identifier in (("eu-west-1", ENABLED), ("eu-west-1", RETENTION), ("ca-west-1", RETENTION))
    ]
)

test_rules = conformance(
    [
        Row(
            "a managed rule that does not exist",
            call="config.put_config_rule",
            arguments=rule("ELASTICACHE_BACKUPS_ARE_FINE"),
            refused="InvalidParameterValueException",
            source=f"{API}/API_PutConfigRule.html",
        ),
        Row(
            "a rule is read by its name",
            given=[put],
            call="config.describe_config_rules",
            arguments={"ConfigRuleNames": ["backups"]},
            answers={"ConfigRules[].Source.SourceIdentifier": [RETENTION], "ConfigRules[].ConfigRuleState": ["ACTIVE"]},
            source=f"{API}/API_DescribeConfigRules.html",
        ),
        Row(
            "a rule that is not there, where there is none",
            call="config.describe_config_rules",
            arguments={"ConfigRuleNames": ["backups"]},
            refused="NoSuchConfigRuleException",
            source=f"{API}/API_DescribeConfigRules.html",
        ),
        Row(
            "a rule that was deleted",
            given=[put, lambda lab: lab.call("config.delete_config_rule", ConfigRuleName="backups")],
            call="config.describe_config_rules",
            arguments={"ConfigRuleNames": ["backups"]},
            refused="NoSuchConfigRuleException",
            source=f"{API}/API_DescribeConfigRules.html",
        ),
        Row(
            "no rule that is not there can be deleted",
            call="config.delete_config_rule",
            arguments={"ConfigRuleName": "backups"},
            refused="NoSuchConfigRuleException",
            source=f"{API}/API_DeleteConfigRule.html",
        ),
    ]
)
