"""Metric math over one period, for the functions an alarm needs.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import re
from collections.abc import Callable


def over(function: Callable[[list[float]], float]) -> Callable:
    return lambda values: function([v for v in values if v is not None])


def value_of(text: str, names: dict[str, float | None], time: float) -> float | None:
    """The value in the period that begins at `time`, in seconds since 1970. An operation on a missing value gives none.

    EPOCH and TIME_SERIES are not sparse: they have a value in every period. IF makes 0 of a value that its condition chooses and that
    is missing; it drops the period where the condition does not hold and the other value is missing.
    """
    functions = {
        "FILL": lambda value, filler: filler if value is None else value,
        "IF": lambda test, yes, no=None: None if test is None else (0 if yes is None else yes) if test else no,
        "EPOCH": lambda value: time,
        "TIME_SERIES": lambda value: value,
        "SUM": over(sum),
        "MAX": over(max),
        "MIN": over(min),
        "AVG": over(lambda values: sum(values) / len(values)),
        "ABS": abs,
        "METRICS": lambda prefix="": [v for k, v in names.items() if k.startswith(prefix)],
    }
    text = re.sub(r"\bAND\b|&&", " and ", re.sub(r"\bOR\b|\|\|", " or ", text))
    try:
        value = eval(text, {"__builtins__": {}}, {**functions, **names})  # noqa: S307 - a math expression of the user who runs the lab, on loopback
    except (TypeError, ValueError):
        return None
    return None if value is None else float(value)
