"""CloudFormation, whose moto needs packages that the lab does not install: no stack exists, so no resource belongs to one.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
"""

from urllib.parse import parse_qs

from aws.errors import error_body


def answer(environ: dict, body: bytes) -> tuple[str, str, str]:
    """Status, content type and body. The words are AWS's: https://github.com/aws/aws-cli/issues/2887"""
    given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    asked = given.get("PhysicalResourceId") or given.get("StackName")
    if given.get("Action") != "DescribeStackResources" or not asked:
        return "400 Bad Request", *error_body(environ, "LabLacksThis", f"The lab cannot answer {given.get('Action')} of CloudFormation.")
    return "400 Bad Request", *error_body(environ, "ValidationError", f"Stack for {asked} does not exist")
