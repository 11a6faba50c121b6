import json

from tests.conformance.harness import Lab, Row, conformance

API = "https://docs.aws.amazon.com/secretsmanager/latest/apireference"


def secret(lab: Lab):
    lab.call("secretsmanager.create_secret", Name="token", SecretString="text")


def policy_of(length: int) -> dict:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*", "Sid": ""}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    statement["Sid"] = "x" * (length - len(json.dumps(policy)))
    return {"SecretId": "token", "ResourcePolicy": json.dumps(policy)}


test_policies = conformance(
    [
        Row(
            "a policy of 20,480 characters",
            given=[secret],
            call="secretsmanager.put_resource_policy",
            arguments=policy_of(20480),
            answers={"Name": "token"},
            source=f"{API}/API_PutResourcePolicy.html",
        ),
        Row(
            "a longer one",
            given=[secret],
            call="secretsmanager.put_resource_policy",
            arguments=policy_of(20481),
            refused="ValidationException",
            source=f"{API}/API_PutResourcePolicy.html",
        ),
    ]
)
