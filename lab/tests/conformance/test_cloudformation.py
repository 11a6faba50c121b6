from tests.conformance.harness import Row, conformance

test_stacks = conformance(
    [
        Row(
            "the stack of a resource that belongs to none",
            call="cloudformation.describe_stack_resources",
            arguments={"PhysicalResourceId": "orders"},
            refused="ValidationError",
            source="https://github.com/aws/aws-cli/issues/2887",
        ),
        Row(
            "a call that the lab does not have",
            call="cloudformation.describe_stacks",
            refused="LabLacksThis",
            source="https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html",
        ),
    ]
)
