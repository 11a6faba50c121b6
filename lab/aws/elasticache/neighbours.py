"""What ElastiCache needs of other services: subnets, security groups, topics, log groups, keys."""

import json

from aws.elasticache.engines import number
from aws.elasticache.refusals import refuse, refuse_combination, refuse_value
from aws.elasticache.state import Place

# "Subnets per subnet group", which AWS raises on request: https://docs.aws.amazon.com/general/latest/gr/elasticache-service.html
MOST_SUBNETS = 20


def subnets(place: Place, wanted: list[str]) -> dict:
    """VpcId and Subnets of a subnet group."""
    from moto.ec2.models import ec2_backends

    have = {s.id: s for by_zone in ec2_backends[place.account][place.region].subnets.values() for s in list(by_zone.values())}
    missing = [s for s in wanted if s not in have]
    if missing or not wanted:
        refuse("InvalidSubnet", f"Some input subnets are invalid: {missing or 'none given'}")
    if len({have[s].vpc_id for s in wanted}) > 1:
        refuse("InvalidSubnet", "The subnets are not all in the same VPC")
    if len(wanted) > MOST_SUBNETS:
        refuse("CacheSubnetQuotaExceededFault", f"A subnet group can have at most {MOST_SUBNETS} subnets.")
    return {
        "VpcId": have[wanted[0]].vpc_id,
        "Subnets": [{"SubnetIdentifier": s, "SubnetAvailabilityZone": {"Name": have[s].availability_zone}} for s in wanted],
    }


def check_security_groups(place: Place, groups: list[str], vpc: str):
    from moto.ec2.models import ec2_backends

    known = {g.id: g for by_vpc in ec2_backends[place.account][place.region].groups.values() for g in list(by_vpc.values())}
    for group in groups:
        if group not in known or known[group].vpc_id != vpc:
            refuse_value(f"Invalid security group {group} for VPC {vpc}")


def guard_security_groups():
    """A security group of a cache node cannot be deleted: every node has a network interface with it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html (DependencyViolation)
    """
    from moto.ec2.exceptions import DependencyViolationError
    from moto.ec2.models.security_groups import SecurityGroupBackend

    from aws.elasticache.lifecycle import settled

    delete = SecurityGroupBackend.delete_security_group

    def guarded(self, name=None, group_id=None):
        clusters = settled(Place(self.account_id, self.region_name)).clusters.values()
        if group_id in {g["SecurityGroupId"] for c in clusters for g in c["SecurityGroups"]}:
            raise DependencyViolationError(f"resource {group_id} has a dependent object")
        return delete(self, name, group_id)

    SecurityGroupBackend.delete_security_group = guarded


def notification(place: Place, arn: str | None) -> dict | None:
    """A topic of this account, which turns inactive at once when ElastiCache may not publish to it.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.SNS.html: an encrypted topic, or one whose policy does not name the
    owner by aws:SourceOwner, is shown as inactive. Topics created today get a default policy by aws:SourceAccount, which does not count.
    moto's default is the older one, so it is left out.
    """
    from moto.sns.models import sns_backends

    if not arn:
        return None
    topics = sns_backends[place.account][place.region].topics
    if arn not in topics:
        refuse_value(f"Invalid notification topic ARN: {arn}")
    topic = topics[arn]
    policy = json.loads(topic.policy) if isinstance(topic.policy, str) else topic.policy
    names_owner = any(
        "sourceowner" in key.lower()
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow" and statement.get("Sid") != "__default_statement_ID"
        for keys in statement.get("Condition", {}).values()
        for key in keys
    )
    return {"TopicArn": arn, "TopicStatus": "active" if names_owner and not topic.kms_master_key_id else "inactive"}


# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html (Redis OSS versions; Valkey has both)
LOGS_SINCE = {"slow-log": (6, 0), "engine-log": (6, 2)}


def log_deliveries(place: Place, wanted: list[dict], engine: str, version: str) -> list[dict]:
    """What DescribeReplicationGroups answers for the requested deliveries. Those that are disabled are left out."""
    from moto.logs.models import logs_backends

    groups, enabled = logs_backends[place.account][place.region].groups, []
    for delivery in wanted:
        kind = delivery.get("LogType")
        if kind in LOGS_SINCE and delivery.get("Enabled") is False:
            continue
        name = ((delivery.get("DestinationDetails") or {}).get("CloudWatchLogsDetails") or {}).get("LogGroup")
        if delivery.get("DestinationType") == "cloudwatch-logs" and name not in groups:
            refuse_value(f"Log group {name} does not exist")
        if kind not in LOGS_SINCE or delivery.get("LogFormat") not in ("json", "text"):
            refuse_value(f"Invalid log delivery configuration: {delivery}")
        if engine == "redis" and number(version) < LOGS_SINCE[kind]:
            refuse_value(f"{kind} is not supported for {engine} {version}")
        enabled.append({**{k: v for k, v in delivery.items() if k != "Enabled"}, "Status": "active"})
    return enabled


def key_arn(place: Place, key: str | None) -> str | None:
    """The ARN of a KMS key, whatever it was given as."""
    from moto.kms.models import kms_backends

    if not key:
        return None
    backend = kms_backends[place.account][place.region]
    known = backend.any_id_to_key_id(key)
    if known not in backend.keys:
        refuse_value(f"The KMS key supplied is not valid: {key}")
    return backend.keys[known].arn


def check_key(at_rest: bool, key: str | None):
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html"""
    if key and not at_rest:
        refuse_combination("A KMS key can only be given when encryption at rest is enabled")
