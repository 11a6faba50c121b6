from tests.conformance.harness import Lab, Row, conformance

API = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference"
PORT = {"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379}


def group_id(lab: Lab, name: str) -> str:
    return lab.call("ec2.describe_security_groups", Filters=[{"Name": "group-name", "Values": [name]}])["SecurityGroups"][0]["GroupId"]


def groups(lab: Lab):
    vpc = lab.call("ec2.create_vpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for name in ("cache", "client"):
        lab.call("ec2.create_security_group", GroupName=name, Description=name, VpcId=vpc)


def from_client(description: str):
    def arguments(lab: Lab) -> dict:
        source = {"GroupId": group_id(lab, "client"), "Description": description}
        return {"GroupId": group_id(lab, "cache"), "IpPermissions": [{**PORT, "UserIdGroupPairs": [source]}]}

    return arguments


def from_network(description: str):
    def arguments(lab: Lab) -> dict:
        source = {"CidrIp": "10.0.0.0/16", "Description": description}
        return {"GroupId": group_id(lab, "cache"), "IpPermissions": [{**PORT, "IpRanges": [source]}]}

    return arguments


def allowed(arguments):
    def authorize(lab: Lab):
        lab.call("ec2.authorize_security_group_ingress", **arguments(lab))

    return authorize


def from_networks(*numbers: int):
    def arguments(lab: Lab) -> dict:
        ranges = [{"CidrIp": f"10.0.{number}.0/24"} for number in numbers]
        return {"GroupId": group_id(lab, "cache"), "IpPermissions": [{**PORT, "IpRanges": ranges}]}

    return arguments


def rules_of_cache(lab: Lab) -> dict:
    return {"Filters": [{"Name": "group-id", "Values": [group_id(lab, "cache")]}]}


def ingress(lab: Lab) -> dict:
    rules = lab.call("ec2.describe_security_group_rules", **rules_of_cache(lab))["SecurityGroupRules"]
    return next(rule for rule in rules if not rule["IsEgress"])


def described(description: str):
    def modify(lab: Lab):
        rule = ingress(lab)
        changed = {**PORT, "CidrIpv4": "10.0.0.0/16", "Description": description}
        lab.call(
            "ec2.modify_security_group_rules",
            GroupId=rule["GroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": changed}],
        )

    return modify


IN = "SecurityGroupRules[?!IsEgress].Description"

test_rules = conformance(
    [
        Row(
            "a rule for a group keeps its description",
            given=[groups, allowed(from_client("clients"))],
            call="ec2.describe_security_group_rules",
            arguments=rules_of_cache,
            answers={IN: ["clients"]},
            source=f"{API}/API_SecurityGroupRule.html",
        ),
        Row(
            "a rule for a network keeps its description",
            given=[groups, allowed(from_network("clients"))],
            call="ec2.describe_security_group_rules",
            arguments=rules_of_cache,
            answers={IN: ["clients"]},
            source=f"{API}/API_SecurityGroupRule.html",
        ),
        Row(
            "a rule's description is changed",
            given=[groups, allowed(from_network("clients")), described("others")],
            call="ec2.describe_security_group_rules",
            arguments=rules_of_cache,
            answers={IN: ["others"]},
            source=f"{API}/API_ModifySecurityGroupRules.html",
        ),
        Row(
            "what allowing answers names the group and the description",
            given=[groups],
            call="ec2.authorize_security_group_ingress",
            arguments=from_client("clients"),
            answers={"SecurityGroupRules[0].Description": "clients", "SecurityGroupRules[0].ReferencedGroupInfo.UserId": "123456789012"},
            source=f"{API}/API_AuthorizeSecurityGroupIngress.html",
        ),
        Row(
            "a group that is allowed already, whatever the description",
            given=[groups, allowed(from_client("clients"))],
            call="ec2.authorize_security_group_ingress",
            arguments=from_client("others"),
            refused="InvalidPermission.Duplicate",
            source=f"{API}/errors-overview.html",
        ),
        Row(
            "a network that is allowed already, whatever the description",
            given=[groups, allowed(from_network("clients"))],
            call="ec2.authorize_security_group_ingress",
            arguments=from_network("others"),
            refused="InvalidPermission.Duplicate",
            source=f"{API}/errors-overview.html",
        ),
        *(
            Row(
                f"a rule after {rules} others",
                given=[groups, *(allowed(from_networks(number)) for number in range(rules))],
                call="ec2.authorize_security_group_ingress",
                arguments=from_networks(rules),
                **expected,
                source="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups",
            )
            for rules, expected in (
                (59, {"answers": {"Return": True}}),
                (60, {"refused": "RulesPerSecurityGroupLimitExceeded"}),
            )
        ),
        Row(
            "a rule that is not there",
            call="ec2.describe_security_group_rules",
            arguments={"SecurityGroupRuleIds": ["sgr-0123456789abcdef0"]},
            refused="InvalidSecurityGroupRuleId.NotFound",
            source=f"{API}/errors-overview.html",
        ),
        Row(
            "a group that is not there",
            call="ec2.describe_security_groups",
            arguments={"GroupIds": ["sg-0123456789abcdef0"]},
            refused="InvalidGroup.NotFound",
            source=f"{API}/errors-overview.html",
        ),
        Row(
            "what the lab lacks is an error that names the call",
            call="ec2.describe_security_group_vpc_associations",
            refused="LabLacksThis",
            message="DescribeSecurityGroupVpcAssociations",
            source=f"{API}/API_Operations.html",
        ),
    ]
)
