"""State machines that read, copy and delete versions of objects."""

from tests.conformance.harness import REGION, Lab
from tests.conformance.s3.given import bucket
from tests.conformance.state_machines import Execution, executions, statement, task

REGIONS = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html"
ACTIONS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"
COPY = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"
DELETE = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"
HERE, AWAY = "arn:aws:s3:::here", "arn:aws:s3:::away"
ELSEWHERE = "us-west-2"


def written(name: str, region: str = REGION, version: str = "1"):
    """One version of the object `key`."""

    def step(lab: Lab):
        lab.call(f"s3@{region}.put_object", Bucket=name, Key="key", Body=version.encode())

    return step


def step(call: str, arguments: dict, then: str | None = None, **more) -> dict:
    body = {**task(call, arguments)["Task"], **more}
    return {**{name: value for name, value in body.items() if name != "End"}, "Next": then} if then else body


# The first of two versions, found by listing them.
FIRST = {"first": "{% $states.result.Versions[-1].VersionId %}"}
LIST = step("s3:listObjectVersions", {"Bucket": "here", "Prefix": "key"}, "Act", Assign=FIRST)
MAY_LIST = statement("s3:ListBucketVersions", on=HERE)
TWO = [bucket("here"), written("here"), written("here", version="2")]


def of_the_first(call: str, arguments: dict) -> dict:
    return {"List": LIST, "Act": step(call, arguments)}


COPIED = of_the_first(
    "s3:copyObject",
    {"Bucket": "here", "Key": "copy", "CopySource": "{% 'here/key?versionId=' & $first %}", "ChecksumAlgorithm": "CRC64NVME"},
)
DELETED = of_the_first("s3:deleteObjects", {"Bucket": "here", "Delete": {"Objects": [{"Key": "key", "VersionId": "{% $first %}"}]}})
MAY_WRITE = statement("s3:PutObject", on=f"{HERE}/copy")

test_rows = executions(
    [
        Execution(
            "a bucket of another Region cannot be listed",
            given=[bucket("away", ELSEWHERE)],
            states=task("s3:listObjectVersions", {"Bucket": "away"}),
            error="S3.S3Exception",
            cause="must be addressed using the specified endpoint",
            source=REGIONS,
        ),
        Execution(
            "an object in a bucket of another Region cannot be read",
            given=[bucket("away", ELSEWHERE), written("away", ELSEWHERE)],
            states=task("s3:getObject", {"Bucket": "away", "Key": "key"}),
            error="S3.S3Exception",
            source=REGIONS,
        ),
        Execution(
            "an object of another Region is copied by a request to the bucket of the copy",
            given=[bucket("away", ELSEWHERE), written("away", ELSEWHERE), bucket("here")],
            states=task("s3:copyObject", {"Bucket": "here", "Key": "copy", "CopySource": "away/key"}),
            allow=[statement("s3:GetObject", on=f"{AWAY}/key"), MAY_WRITE],
            answers={"length(CopyObjectResult.ETag)": 34},
            source=COPY,
        ),
        Execution(
            "a version is copied with the permission to read versions, and the answer has the checksum of the copy",
            given=TWO,
            states=COPIED,
            allow=[MAY_LIST, MAY_WRITE, statement("s3:GetObjectVersion", on=f"{HERE}/key")],
            answers={"length(CopyObjectResult.ChecksumCRC64NVME)": 12},
            source=COPY,
        ),
        Execution(
            "the permission to read the current version is not enough for another one",
            given=TWO,
            states=COPIED,
            allow=[MAY_LIST, MAY_WRITE, statement("s3:GetObject", on=f"{HERE}/key")],
            error="S3.AccessDeniedException",
            cause="s3:GetObjectVersion",
            source=ACTIONS,
        ),
        Execution(
            "versions are deleted with both permissions",
            given=TWO,
            states=DELETED,
            allow=[MAY_LIST, statement("s3:DeleteObject", "s3:DeleteObjectVersion", on=f"{HERE}/key")],
            answers={"length(Deleted)": 1, "Errors": None},
            source=DELETE,
        ),
        *(
            Execution(
                f"versions are not deleted with {given} alone",
                given=TWO,
                states=DELETED,
                allow=[MAY_LIST, statement(given, on=f"{HERE}/key")],
                error="S3.AccessDeniedException",
                source=DELETE,
            )
            for given in ("s3:DeleteObject", "s3:DeleteObjectVersion")
        ),
    ]
)
