"""Object Lock: retention that is shortened or lifted only as AWS lets it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
"""

from datetime import datetime, timezone

from moto.core.utils import utcnow
from moto.s3.exceptions import AccessDeniedByLock
from moto.s3.models import FakeKey, S3Backend
from moto.s3.responses import S3Response

from aws.wrapping import wrap


def until(key_time: str | None) -> datetime:
    if not key_time:
        return datetime.min
    moment = datetime.fromisoformat(str(key_time).replace("Z", "+00:00"))
    return moment.astimezone(timezone.utc).replace(tzinfo=None) if moment.tzinfo else moment


def held(put_retention):
    """Compliance is never shortened, weakened or lifted, governance only by who may bypass it and says so."""

    def put(response: S3Response):
        query, name = response.querystring, response.parse_key_name()
        version = query.get("versionId", [None])[0]
        key = response.backend.get_object(response.bucket_name, name, version_id=version)
        bypass = response.headers.get("x-amz-bypass-governance-retention", "").lower() == "true"
        if isinstance(key, FakeKey) and key.lock_mode and until(key.lock_until) > utcnow():
            mode, date = response._mode_until_from_body()
            shorter = until(date) < until(key.lock_until) or (key.lock_mode == "COMPLIANCE" and mode != "COMPLIANCE")
            changed = shorter or mode != key.lock_mode
            if key.lock_mode == "COMPLIANCE" and shorter or key.lock_mode == "GOVERNANCE" and changed and not bypass:
                raise AccessDeniedByLock
        return put_retention(response)

    return put


def stays_enabled(put_bucket_versioning):
    """Versioning cannot be suspended on a bucket with Object Lock.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
    """

    def put(backend: S3Backend, bucket_name: str, status: str):
        from aws.s3.replication import Refused

        if status != "Enabled" and backend.get_bucket(bucket_name).object_lock_enabled:
            raise Refused(
                "InvalidBucketState", "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."
            )
        return put_bucket_versioning(backend, bucket_name, status)

    return put


def of_any_bucket(put_object_lock_configuration):
    """A default retention, also of a bucket with objects, which keep theirs: "You can enable Object Lock for new or existing buckets".

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
    """

    def put(backend: S3Backend, bucket_name: str, lock_enabled: bool, mode=None, days=None, years=None):
        bucket = backend.get_bucket(bucket_name)
        if not bucket.is_versioned:
            return put_object_lock_configuration(backend, bucket_name, lock_enabled, mode, days, years)
        bucket.object_lock_enabled = bucket.object_lock_enabled or lock_enabled
        bucket.default_lock_mode, bucket.default_lock_days, bucket.default_lock_years = mode, days, years
        return None

    return put


def install():
    wrap(S3Response, "put_object_retention", held)
    wrap(S3Backend, "put_object_lock_configuration", of_any_bucket)
    wrap(S3Backend, "put_bucket_versioning", stays_enabled)
