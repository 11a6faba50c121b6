"""State machines that let somebody in and shut them out again."""

from tests.conformance.harness import Lab
from tests.conformance.state_machines import ACCOUNT, ANYTHING, REGION, Execution, executions, statement, task

API = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference"
REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html"
NAMES = "https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html"
ANY_GROUP = f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/*"
FIND = statement("ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules")


def groups(lab: Lab):
    vpc = lab.call("ec2.create_vpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for name in ("cache", "client"):
        lab.call("ec2.create_security_group", GroupName=name, Description=name, VpcId=vpc)


def step(call: str, arguments: dict, then: str | None, **more) -> dict:
    follows = {"Next": then, "End": None} if then else {}
    body = {**task(call, arguments)["Task"], **follows, **more}
    return {name: value for name, value in body.items() if value is not None}


def group_ids(then: str) -> dict:
    wanted = {"Filters": [{"Name": "group-name", "Values": ["cache", "client"]}]}
    found = {name: f"{{% $states.result.SecurityGroups[GroupName = '{name}'].GroupId %}}" for name in ("cache", "client")}
    return step("ec2:describeSecurityGroups", wanted, then, Assign=found)


def authorize(then: str | None) -> dict:
    pair = {"GroupId": "{% $client %}", "Description": "a validator"}
    permission = {"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379, "UserIdGroupPairs": [pair]}
    return step("ec2:authorizeSecurityGroupIngress", {"GroupId": "{% $cache %}", "IpPermissions": [permission]}, then)


def rules(then: str | None, **more) -> dict:
    return step("ec2:describeSecurityGroupRules", {"Filters": [{"Name": "group-id", "Values": ["{% $cache %}"]}]}, then, **more)


INGRESS = "{% [$states.result.SecurityGroupRules[IsEgress = false]] %}"
OPENED = {"Groups": group_ids("Open"), "Open": authorize("Rules"), "Rules": rules(None, Output=INGRESS)}
CLOSED = {
    "Groups": group_ids("Open"),
    "Open": authorize("Rules"),
    "Rules": rules("Close", Assign={"open": "{% [$states.result.SecurityGroupRules[IsEgress = false].SecurityGroupRuleId] %}"}),
    "Close": step("ec2:revokeSecurityGroupIngress", {"GroupId": "{% $cache %}", "SecurityGroupRuleIds": "{% $open %}"}, "Left"),
    "Left": rules(None, Output="{% $count($states.result.SecurityGroupRules[IsEgress = false]) %}"),
}

test_rows = executions(
    [
        Execution(
            "a security group is let in, with a description",
            given=[groups],
            states=OPENED,
            allow=[FIND, statement("ec2:AuthorizeSecurityGroupIngress", on=ANY_GROUP)],
            answers={
                "[0].Description": "a validator",
                "[0].FromPort": 6379,
                "[0].ReferencedGroupInfo.GroupId": lambda value: value.startswith("sg-"),
            },
            source=f"{API}/API_AuthorizeSecurityGroupIngress.html",
        ),
        Execution(
            "letting in needs the right to change that group",
            given=[groups],
            states=OPENED,
            allow=[FIND, statement("ec2:AuthorizeSecurityGroupIngress", on=f"{ANY_GROUP[:-1]}sg-0123456789abcdef0")],
            error="Ec2.Ec2Exception",
            cause="ec2:AuthorizeSecurityGroupIngress on resource: arn:aws:ec2:eu-west-1:123456789012:security-group/sg-",
            source=REFERENCE,
        ),
        Execution(
            "a rule is removed by its id",
            given=[groups],
            states=CLOSED,
            allow=[FIND, statement("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", on=ANY_GROUP)],
            output=0,
            source=f"{API}/API_RevokeSecurityGroupIngress.html",
        ),
        Execution(
            "removing needs the right to change that group",
            given=[groups],
            states=CLOSED,
            allow=[FIND, statement("ec2:AuthorizeSecurityGroupIngress", on=ANY_GROUP)],
            error="Ec2.Ec2Exception",
            cause="ec2:RevokeSecurityGroupIngress on resource",
            source=REFERENCE,
        ),
        Execution(
            "errors of EC2 have one name, which its model lists none of",
            given=[groups],
            states={**OPENED, "Rules": authorize(None)},
            allow=[ANYTHING],
            error="Ec2.Ec2Exception",
            cause="already exists",
            source=NAMES,
        ),
    ]
)
