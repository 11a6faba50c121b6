"""The events of a cluster: DescribeEvents, and the messages to the cluster's topic."""

import json
from datetime import datetime, timedelta, timezone

from moto.core.responses import ActionResult

from aws.elasticache.clock import now
from aws.elasticache.refusals import refuse_combination
from aws.elasticache.state import Place

# https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html
KEPT = timedelta(days=14)
DEFAULT_MINUTES = 60


def record(place: Place, source: str, kind: str, message: str, at: datetime):
    """The texts are the lab's own, but for the success of a snapshot, which is in the example of DescribeEvents:
    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html
    """
    place.state.events.append({"SourceIdentifier": source, "SourceType": kind, "Date": at, "Message": message})


def tell(place: Place, group: dict, event: str, node: str):
    """Publishes `{"ElastiCache:<event>": "<node>"}` while the topic is active.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
    """
    from moto.sns.models import sns_backends

    topic = place.state.clusters[group["MemberClusters"][0]]["NotificationConfiguration"]
    if topic and topic["TopicStatus"] == "active":
        message = json.dumps({f"ElastiCache:{event}": node})
        sns_backends[place.account][place.region].publish(message=message, arn=topic["TopicArn"])


class EventActions:
    def describe_events(self) -> ActionResult:
        """The events between StartTime and EndTime, or of the last Duration minutes."""
        present, source, kind = now(), self.get("SourceIdentifier"), self.get("SourceType")
        if source and not kind:
            refuse_combination("SourceIdentifier needs a SourceType")
        duration = timedelta(minutes=self.get("Duration", DEFAULT_MINUTES))
        low = max(moment(self.get("StartTime")) or present - duration, present - KEPT)
        high = moment(self.get("EndTime")) or present + timedelta(seconds=1)
        return self.page(
            [
                event
                for event in self.state.events
                if low <= event["Date"] <= high and source in (None, event["SourceIdentifier"]) and kind in (None, event["SourceType"])
            ]
        )


def moment(given) -> datetime | None:
    at = datetime.fromisoformat(str(given).replace("Z", "+00:00")) if given else None
    return at.replace(tzinfo=timezone.utc) if at and not at.tzinfo else at
