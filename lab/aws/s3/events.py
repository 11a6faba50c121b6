"""EventBridge hears of objects that are deleted, and of delete markers.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html (Object Deleted)
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-mapping-troubleshooting.html (deletion-type)
"""

import re

from moto.core.utils import unix_time
from moto.events.models import events_backends
from moto.moto_api._internal import mock_random
from moto.s3.models import FakeBucket, FakeDeleteMarker, S3Backend
from moto.s3.responses import S3Response

from aws.s3 import principals
from aws.wrapping import wrap


def tell(bucket: FakeBucket, name: str, version_id: str, deletion: str):
    configured = bucket.notification_configuration
    if configured is None or configured.event_bridge is None:
        return
    principal = getattr(principals.CURRENT, "principal", None)
    event = {
        "version": "0",
        "id": str(mock_random.uuid4()),
        "detail-type": "Object Deleted",
        "source": "aws.s3",
        "account": bucket.account_id,
        "time": unix_time(),
        "ingestion-time": unix_time(),
        "region": bucket.region_name,
        "resources": [bucket.arn],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": {"key": name, "version-id": version_id},
            "requester": principal.account if principal else bucket.account_id,
            "reason": "DeleteObject",
            "deletion-type": deletion,
        },
    }
    announce(bucket, event)


def announce(bucket: FakeBucket, event: dict):
    """To the rules of the bucket's account and Region."""
    for rule in list(events_backends[bucket.account_id][bucket.region_name].event_buses["default"].rules.values()):
        if rule.state == "ENABLED":
            rule.send_to_targets(event)


def told(delete_object):
    def delete(backend: S3Backend, bucket_name: str, key_name: str, version_id: str | None = None, bypass: bool = False):
        bucket = backend.get_bucket(bucket_name)
        before = [v.version_id for v in bucket.keys.getlist(key_name, [])]
        deleted, answer = delete_object(backend, bucket_name, key_name, version_id=version_id, bypass=bypass)
        after = bucket.keys.getlist(key_name, [])
        if deleted and len(after) > len(before) and isinstance(after[-1], FakeDeleteMarker):
            tell(bucket, key_name, after[-1].version_id, "Delete Marker Created")
        elif deleted and len(after) < len(before):
            tell(bucket, key_name, version_id or before[-1], "Permanently Deleted")
        return deleted, answer

    return delete


def shown(get_bucket_notification):
    """EventBridgeConfiguration, which moto forgets.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
    """

    def get(response: S3Response):
        status, headers, body = get_bucket_notification(response)
        configured = response.backend.get_bucket_notification_configuration(response.bucket_name)
        if configured is not None and configured.event_bridge is not None:
            text = body.decode() if isinstance(body, bytes) else body
            found = re.search(
                r"<(?P<root>NotificationConfiguration)(?P<attributes>[^>]*?)(?:/>|>(?P<inside>.*)</NotificationConfiguration>)", text, re.S
            )
            root = f"<{found['root']}{found['attributes']}>"
            body = f"{root}{found['inside'] or ''}<EventBridgeConfiguration/></{found['root']}>"
        return status, headers, body

    return get


def install():
    # moto frees what it deletes last of a key, and expects an object; AWS deletes a delete marker as any other version.
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManagingDelMarkers.html
    FakeDeleteMarker.dispose = lambda _marker, garbage=False: None
    wrap(S3Backend, "delete_object", told)
    wrap(S3Response, "get_bucket_notification", shown)
