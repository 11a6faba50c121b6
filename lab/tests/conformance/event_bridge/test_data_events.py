"""Requests to objects in S3 reach EventBridge where a trail records them, denied ones too."""

import pytest
from botocore.exceptions import ClientError

from tests.conformance.event_bridge.test_api_calls import WATCHED, Watcher, trail
from tests.conformance.harness import Lab
from tests.conformance.s3.given import allow, bucket, obj, with_policy

OBJECTS = "arn:aws:s3:::vault/"


def selecting(lab: Lab, *fields: dict):
    trail(lab)
    data = [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]
    selectors = [{"Name": "objects", "FieldSelectors": [*data, *fields]}]
    lab.call("cloudtrail.put_event_selectors", TrailName="trail", AdvancedEventSelectors=selectors)


def vault(lab: Lab):
    for step in (bucket("vault"), obj("vault")):
        step(lab)


def test_a_denied_deletion(lab: Lab):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html"""
    vault(lab)
    selecting(lab, {"Field": "resources.ARN", "StartsWith": [OBJECTS]})
    watcher = Watcher(lab, {**WATCHED, "source": ["aws.s3"], "detail": {"errorCode": ["AccessDenied"]}})
    with_policy("vault", allow("*", "s3:DeleteObject", on=[f"{OBJECTS}*"], effect="Deny"))(lab)
    lab.call("s3.get_object", Bucket="vault", Key="key")
    with pytest.raises(ClientError, match="AccessDenied"):
        lab.call("s3.delete_object", Bucket="vault", Key="key")
    [event] = watcher.events()
    detail = event["detail"]
    assert (detail["eventName"], detail["readOnly"], detail["eventCategory"]) == ("DeleteObject", False, "Data")
    assert detail["requestParameters"] == {"bucketName": "vault", "key": "key"}
    assert detail["resources"][0] == {"type": "AWS::S3::Object", "ARN": f"{OBJECTS}key"}


@pytest.mark.parametrize(
    "fields",
    [
        [{"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::another/"]}],
        [{"Field": "readOnly", "Equals": ["false"]}],
        [{"Field": "eventName", "NotEquals": ["GetObject"]}],
    ],
)
def test_what_no_selector_selects(lab: Lab, fields: list[dict]):
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html"""
    vault(lab)
    selecting(lab, *fields)
    watcher = Watcher(lab, {**WATCHED, "source": ["aws.s3"]})
    lab.call("s3.get_object", Bucket="vault", Key="key")
    assert watcher.heard() == []


def test_trails_are_named_by_their_arn_as_well(lab: Lab):
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html"""
    trail(lab)
    arn = lab.call("cloudtrail.get_trail", Name="trail")["Trail"]["TrailARN"]
    lab.call("cloudtrail.stop_logging", Name=arn)
    assert not lab.call("cloudtrail.get_trail_status", Name=arn)["IsLogging"]
    lab.call("cloudtrail.start_logging", Name=arn)
    assert lab.call("cloudtrail.get_trail_status", Name=arn)["IsLogging"]
    lab.call("cloudtrail.delete_trail", Name=arn)
    assert lab.call("cloudtrail.describe_trails")["trailList"] == []


def test_without_data_events(lab: Lab):
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html: not by default."""
    vault(lab)
    trail(lab)
    watcher = Watcher(lab, {**WATCHED, "source": ["aws.s3"]})
    lab.call("s3.get_object", Bucket="vault", Key="key")
    assert watcher.heard() == []


def test_a_copy_and_an_upload_are_told_apart(lab: Lab):
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: the same request with x-amz-copy-source."""
    vault(lab)
    selecting(lab, {"Field": "readOnly", "Equals": ["false"]})
    watcher = Watcher(lab, {**WATCHED, "source": ["aws.s3"]})
    lab.call("s3.put_object", Bucket="vault", Key="one", Body="x")
    lab.call("s3.copy_object", Bucket="vault", Key="two", CopySource="vault/one")
    assert [event["detail"]["eventName"] for event in watcher.events()] == ["PutObject", "CopyObject"]
