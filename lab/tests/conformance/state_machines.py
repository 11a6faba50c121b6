"""Rows that run a state machine, or one task of it.

ROWS = [
    Execution(
        "what is being shown",
        states=task("elasticache:describeSnapshots", {"SnapshotName": "backup"}),
        allow=[statement("elasticache:DescribeSnapshots")],
        answers={"Snapshots[0].Arn": ...},
        source="https://docs.aws.amazon.com/...",
    ),
]
test_rows = executions(ROWS)
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

import pytest

from tests.conformance.harness import REGION, Lab, Step, check

ACCOUNT = "123456789012"
MACHINE = "machine"
MACHINE_ARN = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{MACHINE}"
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def arn(kind: str, name: str) -> str:
    return f"arn:aws:elasticache:{REGION}:{ACCOUNT}:{kind}:{name}"


def statement(*actions: str, on: str | list[str] = "*", condition: dict | None = None, effect: str = "Allow") -> dict:
    body = {"Effect": effect, "Action": list(actions), "Resource": on}
    return {**body, "Condition": condition} if condition else body


def task(call: str, arguments: dict | str | None = None, **more) -> dict:
    """One state that calls AWS, its answer the output."""
    body = {"Type": "Task", "Resource": f"arn:aws:states:::aws-sdk:{call}", "Arguments": arguments or {}, "End": True, **more}
    return {"Task": body}


def output(value, **more) -> dict:
    """One state whose output is evaluated: `output("{% 1 + 1 %}")`"""
    return {"Pass": {"Type": "Pass", "Output": value, "End": True, **more}}


def definition(states: dict, **more) -> str:
    return json.dumps({"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **more})


def trust(service: str, condition: dict | None = None) -> dict:
    body = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return {**body, "Condition": condition} if condition else body


def role(lab: Lab, name: str, service: str, statements: list[dict], condition: dict | None = None) -> str:
    document = {"Version": "2012-10-17", "Statement": [trust(service, condition)]}
    created = lab.call("iam.create_role", RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    if statements:
        policy = {"Version": "2012-10-17", "Statement": statements}
        lab.call("iam.put_role_policy", RoleName=name, PolicyName="policy", PolicyDocument=json.dumps(policy))
    return created["Role"]["Arn"]


def machine(lab: Lab, states: dict, allow: list[dict], *, name: str = MACHINE, express: bool = False, **more) -> str:
    role_arn = role(lab, f"role-of-{name}", "states.amazonaws.com", allow)
    kind = "EXPRESS" if express else "STANDARD"
    text = definition(states, **more)
    return lab.call("stepfunctions.create_state_machine", name=name, definition=text, roleArn=role_arn, type=kind)["stateMachineArn"]


def execute(lab: Lab, machine_arn: str, given=None, seconds: float = 60) -> dict:
    """How an execution of a STANDARD state machine ended."""
    text = json.dumps({} if given is None else given)
    execution = lab.call("stepfunctions.start_execution", stateMachineArn=machine_arn, input=text)["executionArn"]
    until = time.time() + seconds
    while time.time() < until:
        described = lab.call("stepfunctions.describe_execution", executionArn=execution)
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.05)
    raise AssertionError(f"the execution has not ended after {seconds} s")


@dataclass(frozen=True)
class Execution:
    what: str
    states: dict
    source: str
    allow: list[dict] = field(default_factory=lambda: [ANYTHING])
    input: object = None
    given: list[Step] = field(default_factory=list)
    # The output, as a whole or by JMESPath.
    output: object = None
    answers: dict = field(default_factory=dict)
    # The error that the execution failed with, and a part of its cause.
    error: str | None = None
    cause: str = ""
    status: str = ""


def run(lab: Lab, row: Execution):
    for step in row.given:
        step(lab)
    ended = execute(lab, machine(lab, row.states, row.allow), row.input)
    if row.error:
        assert ended["status"] == "FAILED", ended
        assert ended.get("error") == row.error, ended
        assert row.cause in ended["cause"], ended
        return
    assert ended["status"] == (row.status or "SUCCEEDED"), ended
    if row.output is not None:
        assert json.loads(ended["output"]) == row.output
    if row.answers:
        check(json.loads(ended["output"]), row.answers)


def executions(rows: list[Execution]):
    for row in rows:
        assert row.source.startswith("https://"), f"{row.what}: no source"
        assert row.error or row.answers or row.output is not None or row.status, f"{row.what}: nothing is checked"
    assert len({row.what for row in rows}) == len(rows), "two rows are called the same"

    @pytest.mark.parametrize("row", [pytest.param(row, id=row.what) for row in rows])
    def test(lab: Lab, row: Execution):
        run(lab, row)

    return test
