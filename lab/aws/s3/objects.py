"""Objects that AWS itself writes: exported backups, replicas."""

from moto.moto_api._internal import mock_random
from moto.s3.models import FakeBucket, FakeKey

from aws.s3.checksums import crc64nvme


def put(bucket: FakeBucket, name: str, value: bytes, version_id: str | None = None) -> FakeKey:
    """A new version of an object, with the bucket's default encryption and a checksum."""
    default = (bucket.encryption or {}).get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
    key = FakeKey(
        name=name,
        bucket_name=bucket.name,
        value=value,
        account_id=bucket.account_id,
        region_name=bucket.region_name,
        is_versioned=bucket.is_versioned,
        version_id=version_id or (str(mock_random.uuid4()) if bucket.is_versioned else "null"),
        encryption=default.get("SSEAlgorithm", "AES256"),
        kms_key_id=default.get("KMSMasterKeyID"),
        checksum_value=crc64nvme(value),
        checksum_type="FULL_OBJECT",
    )
    key.checksum_algorithm = "CRC64NVME"
    bucket.keys.setlist(name, [*(bucket.keys.getlist(name, []) if bucket.is_versioned else []), key])
    return key


def versions_of(bucket: FakeBucket) -> list[FakeKey]:
    return [version for _, versions in bucket.keys.lists() for version in versions if isinstance(version, FakeKey)]
