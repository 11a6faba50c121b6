"""Which errors the two wildcards of ErrorEquals match."""

from tests.conformance.harness import Lab
from tests.conformance.state_machines import ANYTHING, MACHINE_ARN, Execution, executions, machine, task

ERRORS = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation"
CHILD = f"{MACHINE_ARN.rsplit(':', 1)[0]}:child"
NONE = {"SnapshotName": "none"}


def caught(state: dict, *by: str) -> dict:
    """A state whose errors are caught by the first entry that matches: the output is the error's name, and the entry's."""
    (inner,) = state.values()
    catchers = [
        {"ErrorEquals": [entry], "Output": f"{{% $states.errorOutput.Error & ' caught by {entry}' %}}", "Next": "Caught"} for entry in by
    ]
    return {"Task": {**inner, "Catch": catchers}, "Caught": {"Type": "Pass", "End": True}}


def hanging(lab: Lab):
    machine(lab, {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}, [ANYTHING], name="child")


WAITING = {
    "Nested": {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Arguments": {"StateMachineArn": CHILD},
        "TimeoutSeconds": 60,
        "End": True,
    }
}


def throttled(lab: Lab):
    lab.control("fail", action="DescribeSnapshots", times=1, code="ThrottlingException")


test_wildcards = executions(
    [
        Execution(
            "States.TaskFailed catches an error of a service",
            states=caught(task("elasticache:describeSnapshots", NONE), "States.TaskFailed"),
            output="ElastiCache.SnapshotNotFoundException caught by States.TaskFailed",
            source=ERRORS,
        ),
        Execution(
            "States.TaskFailed catches errors of the language",
            states=caught(task("elasticache:describeSnapshots", {"SnapshotName": "{% $none %}"}), "States.TaskFailed"),
            output="States.QueryEvaluationError caught by States.TaskFailed",
            source=ERRORS,
        ),
        Execution(
            "States.TaskFailed does not catch States.Timeout",
            given=[hanging],
            states=caught(WAITING, "States.TaskFailed", "States.Timeout"),
            output="States.Timeout caught by States.Timeout",
            source=ERRORS,
        ),
        Execution(
            "States.ALL catches States.Timeout",
            given=[hanging],
            states=caught(WAITING, "States.ALL"),
            output="States.Timeout caught by States.ALL",
            source=ERRORS,
        ),
        Execution(
            "States.TaskFailed does not catch States.Runtime",
            states=caught(task("elasticache:deleteSnapshot", "{% {} %}"), "States.TaskFailed"),
            error="States.Runtime",
            source=ERRORS,
        ),
        Execution(
            "States.TaskFailed retries an error of a service",
            given=[throttled],
            states=task("elasticache:describeSnapshots", Retry=[{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1}]),
            answers={"Snapshots": []},
            source=ERRORS,
        ),
    ]
)
