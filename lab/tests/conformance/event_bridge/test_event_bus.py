from tests.conformance.harness import Row, conformance

API = "https://docs.aws.amazon.com/eventbridge/latest/APIReference"
RESULT = f"{API}/API_PutEventsResultEntry.html"
OWN = {"Source": "com.example", "DetailType": "a backup", "Detail": "{}"}
AWS = {**OWN, "Source": "aws.config"}

test_putting = conformance(
    [
        Row(
            "an event of one's own",
            call="events.put_events",
            arguments={"Entries": [OWN]},
            answers={"FailedEntryCount": 0, "Entries[0].EventId": bool},
            source=f"{API}/API_PutEvents.html",
        ),
        Row(
            "an event in the name of a service of AWS",
            call="events.put_events",
            arguments={"Entries": [AWS]},
            answers={"FailedEntryCount": 1, "Entries[0].ErrorCode": "NotAuthorizedForSourceException"},
            source=RESULT,
        ),
        Row(
            "each entry is accepted or refused by itself, in their order",
            call="events.put_events",
            arguments={"Entries": [AWS, OWN]},
            answers={"FailedEntryCount": 1, "Entries[0].EventId": None, "Entries[1].EventId": bool},
            source=RESULT,
        ),
        Row(
            "an event without a type",
            call="events.put_events",
            arguments={"Entries": [{**OWN, "DetailType": ""}]},
            answers={"Entries[0].ErrorCode": "InvalidArgument"},
            source=RESULT,
        ),
        Row(
            "an event whose detail is no JSON",
            call="events.put_events",
            arguments={"Entries": [{**OWN, "Detail": "{"}]},
            answers={"Entries[0].ErrorCode": "MalformedDetail"},
            source=RESULT,
        ),
        Row(
            "a rule that is not there",
            call="events.describe_rule",
            arguments={"Name": "none"},
            refused="ResourceNotFoundException",
            source=f"{API}/API_DescribeRule.html",
        ),
    ]
)
