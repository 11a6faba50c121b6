"""Calls that are counted, and calls that fail or are slow because a control call said so."""

import re
import time
from collections import Counter
from urllib.parse import parse_qs

from aws.control import control_call
from aws.errors import error_body
from aws.registry import on_reset

CALLS: Counter[str] = Counter()
FAULTS: list[dict] = []


@control_call
def calls() -> dict:
    """Counts the calls of each API action since the start or the last reset."""
    return dict(CALLS)


@control_call
def fail(action: str, times: int = 1, code: str = "", http: int = 0, seconds: float = 0, status: str = "") -> dict:
    """Makes the next calls of an API action, of any service, take some seconds and then fail.

    Without code and http they are only slow. What was set for the action before is forgotten, so `--times 0` ends it.
    Three actions are none of an API: `snapshot`, whose next ones end as `--status` says (failed), `replication-group`, whose next
    ones end as create-failed or restore-failed instead of available, and `metric-data`: the next answers of GetMetricData with metrics of
    nodes are PartialData or InternalError.
    """
    FAULTS[:] = [f for f in FAULTS if f["action"] != action]
    FAULTS.append({"action": action, "times": times, "code": code, "http": http, "seconds": seconds, "status": status})
    return {"faults": FAULTS}


@on_reset
def forget():
    CALLS.clear()
    FAULTS.clear()


def next_fault(action: str) -> dict | None:
    """Uses up one of the faults set for an action."""
    fault = next((f for f in FAULTS if f["action"] == action and f["times"] > 0), None) if action else None
    if fault:
        fault["times"] -= 1
    return fault


def action_of(environ: dict, body: bytes) -> str:
    """The API action of a request, by its protocol: JSON, RPC v2, query. None is told by the path of a REST request."""
    target, path = environ.get("HTTP_X_AMZ_TARGET", ""), environ["PATH_INFO"]
    if target:
        return target.rsplit(".", 1)[-1]
    rpc = re.search(r"/operation/(\w+)$", path)
    return rpc[1] if rpc else parse_qs(body.decode("latin-1")).get("Action", [""])[0]


def failed_answer(environ: dict, body: bytes) -> tuple[str, str, str] | None:
    """Counts the call. Status, content type and body of its failure when it shall fail, else None."""
    action = action_of(environ, body)
    CALLS[action] += 1
    fault = next_fault(action)
    if not fault:
        return None
    time.sleep(fault["seconds"])
    if not fault["code"] and not fault["http"]:
        return None
    http, code, message = fault["http"] or 400, fault["code"] or "InternalFailure", f"The lab was told to fail {action}."
    return f"{http} Fault", *error_body(environ, code, message)
