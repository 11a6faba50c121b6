"""Caches that start with files in S3: SnapshotArns.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html
AWS documents no codes for these refusals; CreateReplicationGroup declares InvalidParameterValue and InvalidParameterCombination only.
"""

import json
import re

from aws.elasticache.exports import MAGIC, check_granted
from aws.elasticache.refusals import refuse_combination, refuse_value
from aws.elasticache.restore import Target, check_engine
from aws.elasticache.slots import requested_slots
from aws.elasticache.state import Place
from aws.s3.bucket_policies import bucket_named

# "Grant ElastiCache read access to the .rdb file": https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html#backups-seeding-redis-grant-access
NEEDED = {"READ": (("s3:ListBucket",), ("s3:GetObject",)), "READ_ACP": (("s3:GetBucketAcl",), ())}


def seed_of(place: Place, arns: list[str], target: Target, configured: list[dict]) -> dict | None:
    """What the files hold, after all that AWS refuses."""
    if not arns:
        return None
    files = [read(place, arn) for arn in arns]
    for file in files:
        if file["sharded"] and not target.cluster_enabled:
            refuse_combination("A backup that was taken with cluster mode enabled cannot be restored with cluster mode disabled.")
        check_engine({"SnapshotName": file["of"], "Engine": file["engine"], "EngineVersion": file["version"]}, target)
        if file["engine"] != target.engine:
            refuse_combination(f"A backup of {file['engine']} cannot be restored into {target.engine}.")
    if not target.cluster_enabled and len(files) > 1:
        refuse_combination("With cluster mode disabled one file can be restored.")
    if target.cluster_enabled:
        requested_slots(configured, from_files=True)
    return {"SnapshotName": ",".join(arns), "size": files[0]["size"]}


def read(place: Place, arn: str) -> dict:
    found = re.fullmatch(r"arn:aws:s3:::([a-z0-9.-]{3,63})/([^,]+)", arn)
    if not found:
        refuse_value(f"Invalid ARN of an object in S3: {arn}. The name of the object cannot contain a comma.")
    name, key = found.groups()
    bucket = bucket_named(name)
    if bucket is None:
        refuse_value(f"The S3 bucket {name} does not exist.")
    if bucket.region_name != place.region:
        refuse_value(f"The S3 bucket {name} is outside of the region.")
    check_granted(place.region, bucket, NEEDED, key)
    versions = bucket.keys.getlist(key, [])
    # An ARN carries no version: the current one is read, and a delete marker is none.
    current = versions[-1] if versions else None
    if current is None or not hasattr(current, "value"):
        refuse_value(f"Unable to fetch metadata from S3 for bucket: {name} and object: {key}. The object does not exist.")
    if current.encryption not in (None, "AES256"):
        refuse_value(f"The object {key} is encrypted with a KMS key, which ElastiCache does not support.")
    content = current.value
    if not content.startswith(MAGIC):
        refuse_value(f"The object {key} is not a valid RDB file.")
    return json.loads(content[len(MAGIC) :])
