"""AWS's two tables, and what its text says beside them. Points are written as there: oldest first, X breaching, 0 not, - missing.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

import pytest

from aws.cloudwatch.evaluation import evaluate

RETAINED = "the state before"
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"
# Datapoints to alarm, points, and the state for each treatment of missing data. Evaluation periods are 3, the range is 5.
ROWS = [
    (3, "0 - X - X", OK, OK, OK, OK),
    (3, "0 - - - -", OK, OK, OK, OK),
    (3, "- - - - -", INSUFFICIENT, RETAINED, ALARM, OK),
    (3, "0 X X - X", ALARM, ALARM, ALARM, ALARM),
    (3, "- - X - -", ALARM, RETAINED, ALARM, OK),
    (2, "0 - X - X", ALARM, ALARM, ALARM, ALARM),
    (2, "0 0 X 0 X", ALARM, ALARM, ALARM, ALARM),
    (2, "0 - X - -", OK, OK, ALARM, OK),
    (2, "- - - - 0", OK, OK, ALARM, OK),
    (2, "- - - X -", ALARM, RETAINED, ALARM, OK),
    # 'the alarm does not go immediately into ALARM state when the data is either'
    (3, "- - - - X", RETAINED, RETAINED, ALARM, OK),
    (3, "- - - X -", RETAINED, RETAINED, ALARM, OK),
    # Without missing points the older ones are not needed.
    (3, "X X 0 0 0", OK, OK, OK, OK),
    (3, "0 0 X X X", ALARM, ALARM, ALARM, ALARM),
    # 'the most recent real data points', from farther back where needed
    (3, "X X - - X", ALARM, ALARM, ALARM, ALARM),
]
CASES = [
    pytest.param(needed, points, treatment, state, id=f"{needed} of 3, {points}, {treatment}")
    for needed, points, *states in ROWS
    for treatment, state in zip(TREATMENTS, states, strict=True)
]


@pytest.mark.parametrize(("needed", "points", "treatment", "state"), CASES)
def test_state(needed: int, points: str, treatment: str, state: str):
    newest_first = [{"X": True, "0": False, "-": None}[point] for point in reversed(points.split())]
    assert evaluate(newest_first, 3, needed, treatment, RETAINED) == state
