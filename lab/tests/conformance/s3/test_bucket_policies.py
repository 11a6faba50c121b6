"""Bucket policies are evaluated for every principal, with their conditions."""

import pytest
from botocore.exceptions import ClientError

from tests.conformance.harness import Lab, Row, conformance
from tests.conformance.s3.given import GUIDE, OTHER, allow, assuming, both, bucket, obj, other_account, policy, with_policy
from tests.conformance.state_machines import ACCOUNT, role, statement

IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
OURS = f"arn:aws:iam::{ACCOUNT}:role/ours"

test_policies = conformance(
    [
        Row(
            "a policy that names a role that is not there",
            given=[bucket("vault")],
            call="s3.put_bucket_policy",
            arguments=policy("vault", allow({"AWS": f"arn:aws:iam::{ACCOUNT}:role/nobody"}, "s3:GetObject", on=both("vault"))),
            refused="MalformedPolicy",
            message="Invalid principal in policy",
            source=f"{IAM}/reference_policies_elements_principal.html#principal-roles",
        ),
        Row(
            "a policy that names an account",
            given=[bucket("vault")],
            call="s3.put_bucket_policy",
            arguments=policy("vault", allow({"AWS": OTHER}, "s3:GetObject", on=both("vault"))),
            answers={"ResponseMetadata.HTTPStatusCode": lambda code: code in (200, 204)},
            source=f"{IAM}/reference_policies_elements_principal.html#principal-accounts",
        ),
        Row(
            "a policy for another bucket",
            given=[bucket("vault")],
            call="s3.put_bucket_policy",
            arguments=policy("vault", allow("*", "s3:GetObject", on=both("another"))),
            refused="MalformedPolicy",
            message="Policy has invalid resource",
            source=f"{GUIDE}/s3-bucket-user-policy-specifying-principal-intro.html",
        ),
        *(
            Row(
                f"a policy of {what} 20 KB",
                given=[bucket("vault")],
                call="s3.put_bucket_policy",
                arguments=policy(
                    "vault",
                    allow({"AWS": OTHER}, "s3:GetObject", on=[f"arn:aws:s3:::vault/{i:0100d}" for i in range(count)]),
                ),
                **expected,
                source=f"{GUIDE}/using-iam-policies.html",
            )
            for what, count, expected in (
                ("less than", 165, {"answers": {"ResponseMetadata.HTTPStatusCode": lambda code: code in (200, 204)}}),
                ("more than", 175, {"refused": "MalformedPolicy", "message": "maximum allowed document size"}),
            )
        ),
        Row(
            "an explicit deny for everybody holds for the owner too",
            given=[bucket("vault"), obj("vault"), with_policy("vault", allow("*", "s3:GetObject", on=both("vault"), effect="Deny"))],
            call="s3.get_object",
            arguments={"Bucket": "vault", "Key": "key"},
            refused="AccessDenied",
            message="explicit deny",
            source=f"{IAM}/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        ),
        Row(
            "a deny whose condition does not hold",
            given=[
                bucket("vault"),
                obj("vault"),
                with_policy(
                    "vault",
                    allow("*", "s3:*", on=both("vault"), condition={"Bool": {"aws:SecureTransport": "false"}}, effect="Deny"),
                ),
            ],
            call="s3.get_object",
            arguments={"Bucket": "vault", "Key": "key"},
            answers={"ContentLength": 4},
            source=f"{GUIDE}/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS",
        ),
        Row(
            "one version is read and deleted by actions of their own",
            given=[bucket("vault"), obj("vault"), with_policy("vault", allow("*", "s3:GetObjectVersion", on=both("vault"), effect="Deny"))],
            call="s3.get_object",
            arguments=lambda lab: {
                "Bucket": "vault",
                "Key": "key",
                "VersionId": lab.call("s3.list_object_versions", Bucket="vault")["Versions"][0]["VersionId"],
            },
            refused="AccessDenied",
            message="s3:GetObjectVersion",
            source=f"{GUIDE}/using-with-s3-policy-actions.html",
        ),
        *(
            Row(
                f"{what} is deleted by {action}",
                given=[bucket("vault"), obj("vault"), with_policy("vault", allow("*", action, on=both("vault"), effect="Deny"))],
                call="s3.delete_object",
                arguments={"Bucket": "vault", "Key": "key", **version},
                refused="AccessDenied",
                message=action,
                source=f"{GUIDE}/using-with-s3-policy-actions.html",
            )
            for what, action, version in (
                ("an object", "s3:DeleteObject", {}),
                ("a version of an object", "s3:DeleteObjectVersion", {"VersionId": "any"}),
            )
        ),
        Row(
            "an upload in parts is given up by an action of its own",
            given=[bucket("vault"), with_policy("vault", allow("*", "s3:AbortMultipartUpload", on=both("vault"), effect="Deny"))],
            call="s3.abort_multipart_upload",
            arguments={"Bucket": "vault", "Key": "key", "UploadId": "any"},
            refused="AccessDenied",
            message="s3:AbortMultipartUpload",
            source=f"{GUIDE}/using-with-s3-policy-actions.html",
        ),
        Row(
            "objects that are deleted together are judged one by one",
            given=[bucket("vault"), obj("vault"), with_policy("vault", allow("*", "s3:DeleteObject", on=both("vault"), effect="Deny"))],
            call="s3.delete_objects",
            arguments={"Bucket": "vault", "Delete": {"Objects": [{"Key": "key"}]}},
            answers={"Errors[0].Code": "AccessDenied", "Deleted": None},
            source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html",
        ),
    ]
)


def code_of(call) -> str:
    with pytest.raises(ClientError) as refusal:
        call()
    return refusal.value.response["Error"]["Code"]


def test_another_account_needs_the_policy_of_the_bucket(lab: Lab):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"""
    bucket("vault")(lab)
    obj("vault")(lab)
    theirs = other_account(lab)
    assert code_of(lambda: theirs.get_object(Bucket="vault", Key="key")) == "AccessDenied"
    with_policy("vault", allow({"AWS": f"arn:aws:iam::{OTHER}:root"}, "s3:GetObject", on=both("vault")))(lab)
    assert theirs.get_object(Bucket="vault", Key="key")["Body"].read() == b"data"
    assert code_of(lambda: theirs.put_object(Bucket="vault", Key="key", Body=b"garbage")) == "AccessDenied"


def test_a_condition_on_the_principal_is_evaluated(lab: Lab):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn"""
    bucket("vault")(lab)
    obj("vault")(lab)
    condition = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/readers-*"}}
    with_policy("vault", allow({"AWS": OTHER}, "s3:GetObject", on=both("vault"), condition=condition))(lab)
    assert code_of(lambda: other_account(lab).get_object(Bucket="vault", Key="key")) == "AccessDenied"
    reader = assuming(lab, f"arn:aws:iam::{OTHER}:role/readers-1")
    assert reader.get_object(Bucket="vault", Key="key")["ContentLength"] == 4


def test_a_role_is_held_to_its_policies_and_a_bucket_may_allow_more(lab: Lab):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html"""
    bucket("vault")(lab)
    obj("vault")(lab)
    role(lab, "ours", "ec2.amazonaws.com", [statement("s3:ListBucket")])
    ours = assuming(lab, OURS)
    assert ours.list_objects_v2(Bucket="vault")["KeyCount"] == 1
    assert code_of(lambda: ours.get_object(Bucket="vault", Key="key")) == "AccessDenied"
    with_policy("vault", allow({"AWS": ACCOUNT}, "s3:GetObject", on=both("vault")))(lab)
    assert code_of(lambda: ours.get_object(Bucket="vault", Key="key")) == "AccessDenied"
    with_policy("vault", allow({"AWS": OURS}, "s3:GetObject", on=both("vault")))(lab)
    assert ours.get_object(Bucket="vault", Key="key")["ContentLength"] == 4
