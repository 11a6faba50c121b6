"""Executions: how they are named, started, stopped and described, and the metrics that they leave."""

import copy
import json
import time
import uuid

from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from aws.cloudwatch.metrics import measure
from aws.step_functions.limits import DATA
from aws.wrapping import wrap

METRICS = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def start_named(start_execution):
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html"""

    def start(self, state_machine_arn, name, execution_input, *rest, **more):
        if len((execution_input or "").encode()) > DATA:
            raise JsonRESTError("InvalidExecutionInput", f"Invalid execution input: its size exceeds the maximum of {DATA} bytes")
        return start_execution(self, state_machine_arn, name or str(uuid.uuid4()), execution_input, *rest, **more)

    return start


def named(init):
    """An EXPRESS execution has an ARN of its own kind."""

    def create(self, *args, **given):
        init(self, *args, **given)
        if self.sm_type == "EXPRESS":
            self.exec_arn = self.execution_arn = f"{self.exec_arn.replace(':execution:', ':express:')}:{uuid.uuid4()}"

    return create


def measured(terminated):
    """AWS/States by StateMachineArn: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html"""

    def ended(self):
        terminated(self)
        execution = self.execution
        status = execution.exec_status.value
        counts = {name: float(status == ending) for ending, name in METRICS.items()}
        dimensions = {"StateMachineArn": execution.state_machine_arn}
        measure("AWS/States", execution.region_name, dimensions, ExecutionsStarted=1.0, **counts)
        if status == "TIMED_OUT":
            execution.error = "States.Timeout"

    return ended


def described(describe_execution):
    """The output is JSON text, so a string is in its quotes; moto leaves them out."""

    def describe(self):
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        answer = describe_execution(self)
        if execution.status == "SUCCEEDED":
            answer._result["output"] = json.dumps(execution.output)
        return answer

    return describe


def standard_only(action):
    """DescribeExecution, StopExecution, ListExecutions and GetExecutionHistory are not for EXPRESS state machines.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
    """

    def checked(self):
        execution, machine = self._get_param("executionArn"), self._get_param("stateMachineArn")
        if ":express:" in (execution or ""):
            message = f"Invalid Arn: 'Resource type not valid in this context: express' ({execution})"
            raise JsonRESTError("InvalidArn", message)
        if machine and self.stepfunction_backend.describe_state_machine(machine).type == "EXPRESS":
            message = f"This operation is not supported by this type of state machine: {machine}"
            raise JsonRESTError("StateMachineTypeNotSupported", message)
        return action(self)

    return checked


def stopped(stop_execution):
    """moto answers before the execution's thread has noticed, and forgets error and cause."""

    def stop(self):
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        was_running = execution.status == "RUNNING"
        answer = stop_execution(self)
        until = time.time() + 5
        while execution.status == "RUNNING" and time.time() < until:
            time.sleep(0.02)
        if was_running:
            execution.error, execution.cause = self._get_param("error"), self._get_param("cause")
        return answer

    return stop


def paged_history(get_execution_history):
    """moto answers all events, oldest first.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
    """

    def page(self):
        answer = get_execution_history(self)
        events = answer._result["events"]
        if self._get_param("reverseOrder"):
            events = events[::-1]
        first, most = int(self._get_param("nextToken") or 0), int(self._get_param("maxResults") or 100)
        answer._result["events"] = events[first : first + most]
        if first + most < len(events):
            answer._result["nextToken"] = str(first + most)
        return answer

    return page


def events_so_far(self):
    """moto copies each event with what it holds, of which a page has the fewest: seconds for an execution with thousands."""
    with self._mutex:
        return list(self._history_event_list)


def install():
    EventManager.get_event_history = events_so_far
    StateMachine.__deepcopy__ = lambda self, memo: copy.copy(self)  # moto copies a machine with its earlier, uncopyable executions
    wrap(StepFunctionsParserBackend, "start_execution", start_named)
    wrap(Execution, "__init__", named)
    wrap(BaseExecutionWorkerCommunication, "terminated", measured)
    wrap(StepFunctionResponse, "stop_execution", stopped)
    wrap(StepFunctionResponse, "describe_execution", described)
    wrap(StepFunctionResponse, "get_execution_history", paged_history)
    for action in ("describe_execution", "stop_execution", "list_executions", "get_execution_history"):
        wrap(StepFunctionResponse, action, standard_only)
