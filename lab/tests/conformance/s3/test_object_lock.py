"""The default retention of a bucket."""

from tests.conformance.harness import Lab


def default(mode: str, days: int) -> dict:
    return {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": mode, "Days": days}}}


def test_of_a_bucket_with_objects_can_be_changed_and_is_that_of_new_objects_only(lab: Lab):
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html: "applied by default to every new object"."""
    s3 = lab.client("s3")
    where = {"LocationConstraint": s3.meta.region_name}
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True, CreateBucketConfiguration=where)
    for mode, days, key in [("COMPLIANCE", 35, "old"), ("GOVERNANCE", 7, "new")]:
        s3.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration=default(mode, days))
        s3.put_object(Bucket="locked", Key=key, Body=b"x")
    rule = s3.get_object_lock_configuration(Bucket="locked")["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert (rule["Mode"], rule["Days"]) == ("GOVERNANCE", 7)
    modes = [s3.head_object(Bucket="locked", Key=key)["ObjectLockMode"] for key in ("old", "new")]
    assert modes == ["COMPLIANCE", "GOVERNANCE"]
