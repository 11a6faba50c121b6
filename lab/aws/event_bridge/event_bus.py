"""EventBridge: only AWS publishes events of AWS's services.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html: a source that begins with "aws." is AWS's own.
An entry that is refused fails alone: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
"""

from moto.events.models import EventsBackend

REFUSED = {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}


def install():
    put = EventsBackend.put_events

    def put_events(backend: EventsBackend, events: list[dict]) -> list[dict]:
        allowed = [e for e in events if not (e.get("Source") or "").startswith("aws.")]
        # moto needs at least one of them, and a bus in this Region.
        answers = iter(put(backend, allowed) if allowed else [])
        return [REFUSED if (e.get("Source") or "").startswith("aws.") else next(answers) for e in events]

    EventsBackend.put_events = put_events
