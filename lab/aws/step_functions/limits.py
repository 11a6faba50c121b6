"""Quotas of Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

import json

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from aws.step_functions.failures import DATA_LIMIT, RUNTIME, failure
from aws.step_functions.times import plain
from aws.wrapping import wrap

# 'Maximum input or output size for a task, state, or execution', and of the variables of one Assign.
DATA = 256 * 1024
# 'Maximum total size of variables' of an execution. https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-limits
VARIABLES = 10 * 1024 * 1024
# 'Maximum execution history size' of a STANDARD execution.
EVENTS = 25_000
EXPRESS_SECONDS = 5 * 60
STANDARD_SECONDS = 365 * 24 * 3600

ENDINGS = {
    HistoryEventType.ExecutionSucceeded,
    HistoryEventType.ExecutionFailed,
    HistoryEventType.ExecutionTimedOut,
    HistoryEventType.ExecutionAborted,
}


def size(value) -> int:
    """Bytes of its JSON in UTF-8."""
    return len(json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"), default=str).encode())


def check_size(env, value, what: str):
    if size(value) > DATA:
        raise failure(
            env, DATA_LIMIT, f"The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit."
        )


def check_assigned(env, fresh: dict):
    """256 KiB for the variables of one Assign together, 10 MiB for all of an execution."""
    if size(fresh) > DATA:
        raise failure(env, DATA_LIMIT, "The combined size of the variables of an Assign field exceeds the maximum of 256 KiB.")
    store = env.variable_store
    if size({**store._outer_scope, **store._inner_scope, **fresh}) > VARIABLES:
        raise failure(env, DATA_LIMIT, "The total size of the variables of the execution exceeds the maximum of 10 MiB.")


def checked_result(eval_execution):
    """The combined result of a Map or Parallel state is a state's output like any other."""

    def checked(self, env):
        eval_execution(self, env)
        check_size(env, env.stack[-1], self.name)

    return checked


def counted(add_event):
    """Event 25,000 must end the execution: https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html"""

    def add(self, context, event_type, **more):
        env = getattr(self, "lab_root", None)
        if env is None or not env.is_standard_workflow() or event_type in ENDINGS or self._event_id_gen._next_id < EVENTS:
            return add_event(self, context, event_type, **more)
        if env.is_running():
            cause = f"The execution reached the maximum number of history events ({EVENTS})."
            env.set_error(ExecutionFailedEventDetails(error=RUNTIME.to_name(), cause=cause))
        return context.last_published_event_id

    return add


def install():
    for owner in (StateMap, StateParallel):
        wrap(owner, "_eval_execution", checked_result)
    wrap(EventManager, "add_event", counted)
