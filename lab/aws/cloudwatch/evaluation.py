"""How CloudWatch evaluates an alarm when data is missing.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html

The evaluation range is wider than EvaluationPeriods; how much depends on the period, and AWS does not say how. Its example has 5
points for 3 periods, which is what the lab takes: two more.
"""

EXTRA_POINTS = 2


def evaluate(breaches: list[bool | None], periods: int, needed: int, missing: str, current: str) -> str:
    """The state by the points of the evaluation range, newest first: breaching, not breaching, or missing (None)."""
    real = [b for b in breaches if b is not None]
    if len(real) >= periods:
        # Enough of them: the newest real ones decide, and the setting for missing data is ignored.
        return "ALARM" if sum(real[:periods]) >= needed else "OK"
    absent = periods - len(real)
    if missing == "breaching":
        return "ALARM" if sum(real) + absent >= needed else "OK"
    if missing == "notBreaching":
        return "ALARM" if sum(real) >= needed else "OK"
    if not real:
        return current if missing == "ignore" else "INSUFFICIENT_DATA"
    if sum(real) >= needed:
        return "ALARM"
    if all(real):
        # Nothing but breaching and missing points ('Avoiding premature transitions to alarm state'): an alarm once the oldest of
        # them is at least as old as DatapointsToAlarm.
        oldest = max(age for age, breaching in enumerate(breaches, 1) if breaching)
        return "ALARM" if missing == "missing" and oldest >= needed else current
    return "OK"
