"""A network for caches, so that nobody has to make one before the first deploy."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.ec2.models.vpcs import VPC
from moto.moto_api._internal import mock_random

from aws.control import control_call

NAME = "lab"
CIDR = "10.0.0.0/16"
SUBNETS = ("10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24")
# Ids are drawn from it, so that a values file that names them holds for every lab.
SEED = "network"


def made(region: str) -> VPC:
    ec2 = ec2_backends[DEFAULT_ACCOUNT_ID][region]
    zones = [zone.name for zone in ec2.describe_availability_zones()]
    mock_random.seed(SEED)
    try:
        vpc = ec2.create_vpc(CIDR)
        vpc.add_tags({"Name": NAME})
        # A Region has two Availability Zones at least.
        subnets = [ec2.create_subnet(vpc.id, cidr, availability_zone=zone) for cidr, zone in zip(SUBNETS, zones, strict=False)]
        for subnet in subnets:
            subnet.add_tags({"Name": f"{NAME}-private-{subnet.availability_zone}"})
    finally:
        mock_random.seed()
    return vpc


def tagged(vpc: VPC) -> bool:
    return any(tag["key"] == "Name" and tag["value"] == NAME for tag in vpc.get_tags())


@control_call
def network(region: str) -> dict:
    """Makes a VPC with private subnets in up to three Availability Zones, with the same ids in every Region and every lab."""
    ec2 = ec2_backends[DEFAULT_ACCOUNT_ID][region]
    vpc = next((vpc for vpc in ec2.vpcs.values() if tagged(vpc)), None) or made(region)
    subnets = [s for zone in ec2.subnets.values() for s in zone.values() if s.vpc_id == vpc.id]
    return {
        "vpcId": vpc.id,
        "cidr": vpc.cidr_block,
        "privateSubnetIds": [s.id for s in sorted(subnets, key=lambda s: s.cidr_block)],
    }
