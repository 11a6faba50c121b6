from tests.conformance.harness import Lab


def test_the_network_is_the_same_each_time(lab: Lab):
    network = lab.control("network")
    assert lab.control("network") == network
    lab.reset()
    assert lab.control("network") == network


def test_its_subnets_lie_in_different_availability_zones(lab: Lab):
    network = lab.control("network")
    subnets = lab.call("ec2.describe_subnets", SubnetIds=network["privateSubnetIds"])["Subnets"]
    assert {s["VpcId"] for s in subnets} == {network["vpcId"]}
    assert len({s["AvailabilityZone"] for s in subnets}) == len(subnets) == 3


def test_what_is_made_afterwards_is_not_the_same_each_time(lab: Lab):
    made = set()
    for _ in range(2):
        lab.reset()
        lab.control("network")
        made.add(lab.call("ec2.create_vpc", CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"])
    assert len(made) == 2
