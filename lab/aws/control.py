"""The control calls: what AWS does by itself over time, on request.

A control call is a function under `@control_call`. Its name is the path: `automatic_snapshot`, or `automatic_snapshot_call`, is
`/_lab/automatic-snapshot`. Its parameters are the members of the JSON body or of the query, in camelCase. Its docstring is its help.
A parameter named `region` is optional in every request: the default is AWS_REGION. `GET /_lab/` describes them all, which is what
`npm run lab:control` reads.
"""

import inspect
import json
import os
import re
from collections.abc import Callable

from aws.registry import RESETS

CONTROL_CALLS: dict[str, Callable] = {}


class UnknownControlCall(Exception):
    pass


class InvalidArguments(Exception):
    pass


class NotThere(Exception):
    """What a control call names does not exist."""


def control_call(function: Callable) -> Callable:
    CONTROL_CALLS[function.__name__.removesuffix("_call").replace("_", "-")] = function
    return function


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda m: m[1].upper(), name)


def describe() -> list[dict]:
    """Every control call with its parameters, for the command line."""
    return [
        {
            "name": name,
            "summary": inspect.getdoc(function).split("\n")[0],
            "help": inspect.getdoc(function),
            "parameters": [
                {"name": camel(p.name), "type": p.annotation.__name__, "required": p.default is p.empty}
                for p in inspect.signature(function, eval_str=True).parameters.values()
            ],
        }
        for name, function in sorted(CONTROL_CALLS.items())
    ]


def converted(parameter: inspect.Parameter, value):
    kind = parameter.annotation
    if isinstance(value, str) and kind is bool:
        return value.lower() not in ("false", "0", "no", "")
    if isinstance(value, str) and kind in (dict, list):
        return json.loads(value)
    try:
        return kind(value) if kind in (str, int, float) else value
    except ValueError:
        raise InvalidArguments(f"{camel(parameter.name)} is not a number: {value!r}") from None


def arguments(function: Callable, given: dict) -> dict:
    expected = {camel(p.name): p for p in inspect.signature(function, eval_str=True).parameters.values()}
    unknown = sorted(set(given) - set(expected) - {"region"})
    missing = [n for n, p in expected.items() if p.default is p.empty and n not in given and n != "region"]
    if unknown or missing:
        raise InvalidArguments(f"unknown arguments: {unknown}; missing arguments: {missing}; expected: {sorted(expected)}")
    values = {p.name: converted(p, given[n]) for n, p in expected.items() if given.get(n) is not None}
    if "region" in expected:
        values.setdefault("region", os.environ.get("AWS_REGION", "us-east-1"))
    return values


def answer(path: str, given: dict):
    """What a request to /_lab/… answers.

    @raises UnknownControlCall, InvalidArguments, or what the control call raises.
    """
    name = path.removeprefix("/_lab/")
    if not name:
        return describe()
    if name not in CONTROL_CALLS:
        raise UnknownControlCall(f"there is no control call {name!r}; there are {', '.join(sorted(CONTROL_CALLS))}")
    function = CONTROL_CALLS[name]
    return function(**arguments(function, given))


@control_call
def reset() -> dict:
    """Forgets caches, snapshots, faults, delays and counted calls, as if the lab had just been started."""
    for forget in RESETS:
        forget()
    return {}


@control_call
def forget(region: str, metrics: bool = False, snapshots: bool = False) -> dict:
    """Forgets all metric data, or all snapshots, of a Region."""
    from moto.cloudwatch.models import cloudwatch_backends
    from moto.core import DEFAULT_ACCOUNT_ID

    from aws.elasticache.control import forget_snapshots

    if metrics:
        backend = cloudwatch_backends[DEFAULT_ACCOUNT_ID][region]
        backend.metric_data.clear()
        backend.paged_metric_data.clear()
    if snapshots:
        forget_snapshots(region)
    return {}
