"""Event patterns, by the examples of the user guide and of AWS's own matcher, without a server."""

import json

import pytest

from aws.event_bridge.patterns import InvalidPattern, matches, parsed

GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html"
RULER = "https://github.com/aws/event-ruler#ruler-by-example"
EVENT = {
    "source": "aws.ec2",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
    "detail": {
        "c-count": 5,
        "x-limit": 301.8,
        "source-ip": "10.0.0.33",
        "state": "running",
        "sub": {"c1": 100},
        "tags": [{"k": "a", "v": 1}, {"k": "b"}],
        "none": [],
        "null": None,
    },
}


def detail(**pattern) -> dict:
    return {"detail": {key.replace("_", "-"): value for key, value in pattern.items()}}


@pytest.mark.parametrize(
    ("pattern", "expected", "source"),
    [
        ({"source": ["aws.ec2"]}, True, RULER),
        ({"source": ["aws.ec2", "aws.rds"]}, True, RULER),
        ({"source": ["aws.rds"]}, False, RULER),
        # Of an array in the event one element is enough.
        ({"resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"]}, True, RULER),
        ({"resources": [{"prefix": "arn:aws:ec2:"}]}, True, RULER),
        (detail(tags={"k": ["b"]}), True, RULER),
        (detail(tags={"k": ["c"]}), False, RULER),
        ({"source": ["aws.ec2"], "detail": {"state": ["stopped"]}}, False, RULER),
        (detail(state=[{"prefix": "run"}]), True, GUIDE),
        (detail(state=[{"prefix": "RUN"}]), False, GUIDE),
        (detail(state=[{"prefix": {"equals-ignore-case": "RUN"}}]), True, GUIDE),
        (detail(state=[{"suffix": "ning"}]), True, GUIDE),
        (detail(state=[{"suffix": {"equals-ignore-case": "NING"}}]), True, GUIDE),
        (detail(state=[{"equals-ignore-case": "RUNNING"}]), True, GUIDE),
        (detail(state=[{"wildcard": "r*n*g"}]), True, GUIDE),
        (detail(state=[{"wildcard": "r?nning"}]), False, GUIDE),
        (detail(state=[{"anything-but": "initializing"}]), True, GUIDE),
        (detail(state=[{"anything-but": ["running", "stopped"]}]), False, GUIDE),
        (detail(state=[{"anything-but": {"prefix": "run"}}]), False, GUIDE),
        (detail(state=[{"anything-but": {"prefix": "stop"}}]), True, GUIDE),
        (detail(state=[{"anything-but": {"equals-ignore-case": "RUNNING"}}]), False, GUIDE),
        # A field that is absent is not anything but: it is not there.
        (detail(absent=[{"anything-but": "x"}]), False, RULER),
        (detail(absent=[{"exists": False}, {"anything-but": "x"}]), True, GUIDE),
        (detail(state=[{"exists": False}, {"anything-but": ["running"]}]), False, GUIDE),
        (detail(state=[{"exists": True}]), True, GUIDE),
        (detail(absent=[{"exists": True}]), False, GUIDE),
        # Only leaves exist.
        (detail(sub=[{"exists": True}]), False, RULER),
        (detail(none=[{"exists": False}]), True, RULER),
        (detail(null=[None]), True, GUIDE),
        (detail(c_count=[{"numeric": [">", 0, "<=", 5]}]), True, GUIDE),
        (detail(c_count=[{"numeric": ["<", 5]}]), False, GUIDE),
        (detail(x_limit=[{"numeric": ["=", 301.8]}]), True, GUIDE),
        (detail(state=[{"numeric": ["<", 5]}]), False, RULER),
        # A number is not the text of it.
        (detail(c_count=["5"]), False, GUIDE),
        (detail(c_count=[5]), True, GUIDE),
        (detail(source_ip=[{"cidr": "10.0.0.0/24"}]), True, GUIDE),
        (detail(source_ip=[{"cidr": "10.0.1.0/24"}]), False, GUIDE),
        ({"detail": {"$or": [{"state": ["stopped"]}, {"c-count": [5]}]}}, True, GUIDE),
        ({"detail": {"$or": [{"state": ["stopped"]}, {"c-count": [6]}]}}, False, GUIDE),
        ({"source": ["aws.rds"], "$or": [{"detail": {"state": ["running"]}}, {"account": ["1"]}]}, False, GUIDE),
    ],
)
def test_matching(pattern, expected, source):
    assert matches(parsed(json.dumps(pattern)), EVENT) is expected, source


@pytest.mark.parametrize(
    ("pattern", "source"),
    [
        ("{", RULER),
        ("[]", RULER),
        ("{}", RULER),
        ('{"source": "aws.ec2"}', RULER),
        ('{"source": []}', RULER),
        ('{"detail": {}}', RULER),
        ('{"source": [{"starts-with": "aws"}]}', GUIDE),
        ('{"source": [{"prefix": "aws", "suffix": "ec2"}]}', RULER),
        ('{"source": [{"prefix": ""}]}', RULER),
        ('{"detail": {"a": [{"exists": "no"}]}}', RULER),
        ('{"detail": {"a": [{"anything-but": []}]}}', RULER),
        ('{"detail": {"a": [{"anything-but": ["x", 1]}]}}', RULER),
        ('{"detail": {"a": [{"numeric": ["<"]}]}}', RULER),
        ('{"detail": {"a": [{"numeric": ["<", "5"]}]}}', RULER),
        ('{"detail": {"$or": [{"a": [1]}]}}', RULER),
        ('{"source": [{"wildcard": "a**"}]}', RULER),
        (json.dumps({"source": ["x" * 2048]}), "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"),
    ],
)
def test_refused(pattern, source):
    with pytest.raises(InvalidPattern):
        parsed(pattern)
        pytest.fail(source)
