import json
import time

import pytest

from tests.conformance.harness import Lab, Row, conformance
from tests.conformance.s3.given import bucket
from tests.conformance.state_machines import ANYTHING, MACHINE_ARN, Execution, execute, executions, machine, output, task
from tests.conformance.step_functions.test_catching import caught

QUOTAS = "https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"
VARIABLES = "https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-limits"
ERRORS = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"
HISTORY = "https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html"
TOO_LARGE = "States.DataLimitExceeded"


def text(kib: int) -> str:
    """An expression whose value is that many KiB of JSON, less its two quotes."""
    return f"{{% $pad('', {kib} * 1024 - 2, 'x') %}}"


def assigns(rounds: int, kib: int) -> dict:
    """Assigns a new variable of that size each time."""
    names = [f"v{i}" for i in range(rounds)]
    states = {
        name: {"Type": "Pass", "Assign": {name: text(kib)}, "Next": following}
        for name, following in zip(names, [*names[1:], "Done"], strict=True)
    }
    return {**states, "Done": {"Type": "Succeed", "Output": "done"}}


READ = task("s3:getObject", {"Bucket": "here", "Key": "key"})
READ_EACH = {
    "Map": {
        "Type": "Map",
        "Items": [1, 2],
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Task", "States": READ},
        "End": True,
    }
}


def written(kib: int):
    """An object of that many KiB."""

    def step(lab: Lab):
        lab.call("s3.put_object", Bucket="here", Key="key", Body=b"x" * kib * 1024)

    return step


test_sizes = executions(
    [
        Execution("an output of 256 KiB", states=output(text(256)), answers={"length(@)": 256 * 1024 - 2}, source=QUOTAS),
        Execution("an output of more", states=output(text(257)), error=TOO_LARGE, source=QUOTAS),
        Execution(
            "256 KiB are counted in bytes",
            states=output("{% $pad('', 128 * 1024, '\u00fc') %}"),
            error=TOO_LARGE,
            source=QUOTAS,
        ),
        Execution(
            "arguments of more than 256 KiB",
            states={
                "Task": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::aws-sdk:sqs:sendMessage",
                    "Arguments": {"QueueUrl": "https://sqs/123456789012/q", "MessageBody": text(257)},
                    "End": True,
                }
            },
            error=TOO_LARGE,
            source=QUOTAS,
        ),
        Execution(
            "a result of a call of less than 256 KiB",
            given=[bucket("here"), written(255)],
            states=task("s3:getObject", {"Bucket": "here", "Key": "key"}, Output="small"),
            output="small",
            source=ERRORS,
        ),
        Execution(
            "a result of a call of more than 256 KiB, though the output is small",
            given=[bucket("here"), written(257)],
            states=task("s3:getObject", {"Bucket": "here", "Key": "key"}, Output="small"),
            error=TOO_LARGE,
            source=ERRORS,
        ),
        Execution(
            "States.ALL does not catch a result of a call that is too large",
            given=[bucket("here"), written(257)],
            states=caught(READ, "States.ALL"),
            error=TOO_LARGE,
            source=ERRORS,
        ),
        Execution(
            "its own name catches a result of a call that is too large",
            given=[bucket("here"), written(257)],
            states=caught(READ, TOO_LARGE, "States.ALL"),
            output=f"{TOO_LARGE} caught by {TOO_LARGE}",
            source=ERRORS,
        ),
        Execution(
            "what fails in an iteration so is caught by its Map",
            given=[bucket("here"), written(257)],
            states=caught(READ_EACH, TOO_LARGE, "States.ALL"),
            output=f"{TOO_LARGE} caught by {TOO_LARGE}",
            source=ERRORS,
        ),
        Execution(
            "results of the branches of a Map of more than 256 KiB together, though the output is small",
            states={
                "Map": {
                    "Type": "Map",
                    "Items": [1, 2, 3],
                    "ItemProcessor": {
                        "ProcessorConfig": {"Mode": "INLINE"},
                        "StartAt": "Large",
                        "States": {"Large": {"Type": "Pass", "Output": text(100), "End": True}},
                    },
                    "Output": "small",
                    "End": True,
                }
            },
            error=TOO_LARGE,
            source=QUOTAS,
        ),
        Execution(
            "the variables of one Assign of more than 256 KiB together",
            states={
                "Pass": {"Type": "Pass", "Assign": {"a": text(150), "b": text(150)}, "Output": 1, "End": True},
            },
            error=TOO_LARGE,
            source=VARIABLES,
        ),
        Execution("ten MiB of variables", states=assigns(40, 255), output="done", source=VARIABLES),
        Execution("more than ten MiB of variables", states=assigns(42, 255), error=TOO_LARGE, source=VARIABLES),
        Execution(
            "States.ALL does not catch States.DataLimitExceeded",
            states={
                "Map": {
                    "Type": "Map",
                    "Items": [1, 2, 3],
                    "ItemProcessor": {
                        "ProcessorConfig": {"Mode": "INLINE"},
                        "StartAt": "Large",
                        "States": {"Large": {"Type": "Pass", "Output": text(100), "End": True}},
                    },
                    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
                    "End": True,
                },
                "Caught": {"Type": "Succeed"},
            },
            error=TOO_LARGE,
            source=ERRORS,
        ),
    ]
)


def large_input(lab: Lab):
    machine(lab, output(1), [ANYTHING])


test_input = conformance(
    [
        Row(
            "an input of more than 256 KiB",
            given=[large_input],
            call="stepfunctions.start_execution",
            arguments={"stateMachineArn": MACHINE_ARN, "input": json.dumps("x" * 256 * 1024)},
            refused="InvalidExecutionInput",
            source="https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html",
        )
    ]
)


def loop(rounds: int) -> dict:
    """Four events each time around: entering and leaving two states."""
    return {
        "Start": {"Type": "Pass", "Assign": {"i": 0}, "Next": "Count"},
        "Count": {"Type": "Pass", "Assign": {"i": "{% $i + 1 %}"}, "Next": "More"},
        "More": {"Type": "Choice", "Choices": [{"Condition": f"{{% $i < {rounds} %}}", "Next": "Count"}], "Default": "Done"},
        "Done": {"Type": "Succeed"},
    }


# ExecutionStarted, two of Start, two of Done, ExecutionSucceeded: six events beside the loop.
@pytest.mark.parametrize(("rounds", "status"), [(6248, "SUCCEEDED"), (6249, "FAILED")])
def test_an_execution_has_25_000_events_at_most(lab: Lab, rounds: int, status: str):
    """https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html"""
    ended = execute(lab, machine(lab, loop(rounds), [ANYTHING]), seconds=240)
    assert ended["status"] == status, ended
    if status == "FAILED":
        assert "maximum number of history events (25000)" in ended["cause"]


def express_status(lab: Lab, states: dict) -> str:
    """An EXPRESS execution cannot be described; the metrics of its machine tell."""
    name = machine(lab, states, [ANYTHING], express=True)
    lab.call("stepfunctions.start_execution", stateMachineArn=name, input="{}")
    until = time.time() + 60
    while time.time() < until:
        for status in ("Succeeded", "TimedOut", "Failed"):
            metric = lab.call(
                "cloudwatch.get_metric_statistics",
                Namespace="AWS/States",
                MetricName=f"Executions{status}",
                Dimensions=[{"Name": "StateMachineArn", "Value": name}],
                StartTime=time.time() - 600,
                EndTime=time.time() + 60,
                Period=60,
                Statistics=["Sum"],
            )
            if sum(point["Sum"] for point in metric["Datapoints"]) > 0:
                return status
        time.sleep(0.1)
    raise AssertionError("the execution has not ended")


@pytest.mark.parametrize(("seconds", "status"), [(290, "Succeeded"), (310, "TimedOut")])
def test_an_express_execution_ends_after_five_minutes(lab: Lab, seconds: int, status: str):
    """https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
    states = {"Wait": {"Type": "Wait", "Seconds": seconds, "End": True}}
    assert express_status(lab, states) == status


def test_a_timeout_counts_the_time_that_waits_stand_for(lab: Lab):
    """https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
    states = {"Wait": {"Type": "Wait", "Seconds": 120, "End": True}}
    ended = execute(lab, machine(lab, states, [ANYTHING], TimeoutSeconds=60))
    assert (ended["status"], ended["error"]) == ("TIMED_OUT", "States.Timeout")
