"""What hashicorp/aws reads of each resource beyond its own Describe call: PROVIDER.md."""

from tests.conformance.harness import REGION, Lab, Row, conformance

ACCOUNT = "123456789012"
TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
DEFINITION = '{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}'
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:check"
BUCKET = "arn:aws:s3:::vault"
EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference"
IAM = "https://docs.aws.amazon.com/IAM/latest/APIReference"
STATES = "https://docs.aws.amazon.com/step-functions/latest/apireference"
SCHEDULER = "https://docs.aws.amazon.com/scheduler/latest/APIReference"
SECRETS = "https://docs.aws.amazon.com/secretsmanager/latest/apireference"


def vpc(lab: Lab):
    lab.call("ec2.create_vpc", CidrBlock="10.9.0.0/16")


def the_vpc(lab: Lab) -> str:
    return lab.call("ec2.describe_vpcs", Filters=[{"Name": "cidr", "Values": ["10.9.0.0/16"]}])["Vpcs"][0]["VpcId"]


def attribute(name: str):
    return lambda lab: {"VpcId": the_vpc(lab), "Attribute": name}


def role(lab: Lab):
    lab.call("iam.create_role", RoleName="check", AssumeRolePolicyDocument=TRUST)


def machine(lab: Lab):
    role(lab)
    lab.call(
        "stepfunctions.create_state_machine",
        name="check",
        definition=DEFINITION,
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/check",
        type="EXPRESS",
        tags=[{"key": "Stack", "value": "redis-dev"}],
    )


def schedule_group(lab: Lab):
    lab.call("scheduler.create_schedule_group", Name="redis", Tags=[{"Key": "Stack", "Value": "redis-dev"}])


def secret(lab: Lab):
    lab.call("secretsmanager.create_secret", Name="token")


def bucket(lab: Lab):
    lab.call("s3.create_bucket", Bucket="vault", CreateBucketConfiguration={"LocationConstraint": REGION})


def tagged_bucket(lab: Lab):
    bucket(lab)
    lab.call("s3control.tag_resource", AccountId=ACCOUNT, ResourceArn=BUCKET, Tags=[{"Key": "Stack", "Value": "redis-vault"}])


test_start = conformance(
    [
        Row(
            "the provider asks whose credentials it was given",
            call="sts.get_caller_identity",
            answers={"Account": ACCOUNT},
            source="https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
        ),
    ]
)

test_network = conformance(
    [
        Row(
            f"a VPC's {name}",
            given=[vpc],
            call="ec2.describe_vpc_attribute",
            arguments=attribute(name),
            answers={f"{name[0].upper()}{name[1:]}.Value": value},
            source=f"{EC2}/API_DescribeVpcAttribute.html",
        )
        for name, value in (("enableDnsSupport", True), ("enableDnsHostnames", False), ("enableNetworkAddressUsageMetrics", False))
    ]
    + [
        Row(
            "a VPC's main route table",
            given=[vpc],
            call="ec2.describe_route_tables",
            arguments=lambda lab: {
                "Filters": [{"Name": "vpc-id", "Values": [the_vpc(lab)]}, {"Name": "association.main", "Values": ["true"]}]
            },
            answers={"length(RouteTables)": 1, "RouteTables[0].Associations[0].Main": True},
            source=f"{EC2}/API_DescribeRouteTables.html",
        ),
    ]
)

test_roles = conformance(
    [
        Row(
            "a role that is not there",
            call="iam.get_role",
            arguments={"RoleName": "none"},
            refused="NoSuchEntity",
            source=f"{IAM}/API_GetRole.html",
        ),
        Row(
            "a role's own policies",
            given=[role],
            call="iam.list_role_policies",
            arguments={"RoleName": "check"},
            answers={"PolicyNames": []},
            source=f"{IAM}/API_ListRolePolicies.html",
        ),
        Row(
            "a role's managed policies",
            given=[role],
            call="iam.list_attached_role_policies",
            arguments={"RoleName": "check"},
            answers={"AttachedPolicies": []},
            source=f"{IAM}/API_ListAttachedRolePolicies.html",
        ),
        Row(
            "the instance profiles of a role that is to be deleted",
            given=[role],
            call="iam.list_instance_profiles_for_role",
            arguments={"RoleName": "check"},
            answers={"InstanceProfiles": []},
            source=f"{IAM}/API_ListInstanceProfilesForRole.html",
        ),
        Row(
            "a policy of a role that is not there",
            given=[role],
            call="iam.get_role_policy",
            arguments={"RoleName": "check", "PolicyName": "none"},
            refused="NoSuchEntity",
            source=f"{IAM}/API_GetRolePolicy.html",
        ),
    ]
)

test_state_machines = conformance(
    [
        Row(
            "a definition is validated at plan",
            call="stepfunctions.validate_state_machine_definition",
            arguments={"definition": DEFINITION, "type": "EXPRESS"},
            answers={"result": "OK", "diagnostics": []},
            source=f"{STATES}/API_ValidateStateMachineDefinition.html",
        ),
        Row(
            "a definition that is wrong",
            call="stepfunctions.validate_state_machine_definition",
            arguments={"definition": '{"StartAt":"A","States":{}}', "type": "STANDARD"},
            answers={"result": "FAIL", "diagnostics[0].severity": "ERROR"},
            source=f"{STATES}/API_ValidateStateMachineDefinition.html",
        ),
        Row(
            "a machine's versions",
            given=[machine],
            call="stepfunctions.list_state_machine_versions",
            arguments={"stateMachineArn": MACHINE},
            answers={"stateMachineVersions": []},
            source=f"{STATES}/API_ListStateMachineVersions.html",
        ),
        Row(
            "a machine's tags",
            given=[machine],
            call="stepfunctions.list_tags_for_resource",
            arguments={"resourceArn": MACHINE},
            answers={"tags": [{"key": "Stack", "value": "redis-dev"}]},
            source=f"{STATES}/API_ListTagsForResource.html",
        ),
        Row(
            "a machine that is not there",
            call="stepfunctions.describe_state_machine",
            arguments={"stateMachineArn": MACHINE},
            refused="StateMachineDoesNotExist",
            source=f"{STATES}/API_DescribeStateMachine.html",
        ),
    ]
)

test_schedules = conformance(
    [
        Row(
            "a schedule group's tags",
            given=[schedule_group],
            call="scheduler.list_tags_for_resource",
            arguments={"ResourceArn": f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/redis"},
            answers={"Tags": [{"Key": "Stack", "Value": "redis-dev"}]},
            source=f"{SCHEDULER}/API_ListTagsForResource.html",
        ),
        Row(
            "a schedule group that was deleted",
            given=[schedule_group, lambda lab: lab.call("scheduler.delete_schedule_group", Name="redis")],
            call="scheduler.get_schedule_group",
            arguments={"Name": "redis"},
            refused="ResourceNotFoundException",
            source=f"{SCHEDULER}/API_GetScheduleGroup.html",
        ),
        Row(
            "a schedule that is not there",
            given=[schedule_group],
            call="scheduler.get_schedule",
            arguments={"Name": "none", "GroupName": "redis"},
            refused="ResourceNotFoundException",
            source=f"{SCHEDULER}/API_GetSchedule.html",
        ),
    ]
)

test_others = conformance(
    [
        Row(
            "a secret without a policy",
            given=[secret],
            call="secretsmanager.get_resource_policy",
            arguments={"SecretId": "token"},
            answers={"Name": "token", "ResourcePolicy": None},
            source=f"{SECRETS}/API_GetResourcePolicy.html",
        ),
        Row(
            "a secret that was deleted without recovery",
            given=[secret, lambda lab: lab.call("secretsmanager.delete_secret", SecretId="token", ForceDeleteWithoutRecovery=True)],
            call="secretsmanager.describe_secret",
            arguments={"SecretId": "token"},
            refused="ResourceNotFoundException",
            source=f"{SECRETS}/API_DeleteSecret.html",
        ),
        Row(
            "a queue that is not there",
            call="sqs.get_queue_attributes",
            arguments={"QueueUrl": f"http://127.0.0.1/{ACCOUNT}/none", "AttributeNames": ["All"]},
            refused="AWS.SimpleQueueService.NonExistentQueue",
            source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html",
        ),
        Row(
            "a bucket's tags, of S3 Control, with the account in the host name",
            given=[tagged_bucket],
            call="s3control.list_tags_for_resource",
            arguments={"AccountId": ACCOUNT, "ResourceArn": BUCKET},
            answers={"Tags": [{"Key": "Stack", "Value": "redis-vault"}]},
            source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListTagsForResource.html",
        ),
        Row(
            "a bucket without tags",
            given=[bucket],
            call="s3control.list_tags_for_resource",
            arguments={"AccountId": ACCOUNT, "ResourceArn": BUCKET},
            answers={"Tags": []},
            source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListTagsForResource.html",
        ),
    ]
)
