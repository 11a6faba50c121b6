import json
import time
from collections.abc import Callable

from tests.conformance.harness import Lab, Row, conformance
from tests.conformance.state_machines import (
    ACCOUNT,
    ANYTHING,
    MACHINE_ARN,
    REGION,
    Execution,
    definition,
    executions,
    machine,
    output,
    role,
    statement,
    task,
)

API = "https://docs.aws.amazon.com/step-functions/latest/apireference"
CREATE = f"{API}/API_CreateStateMachine.html"
VALIDATE = f"{API}/API_ValidateStateMachineDefinition.html"
LANGUAGE = "https://states-language.net/spec.html"
DEPUTY = "https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html#prevent-cross-service-confused-deputy"
LOGS = "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"
NESTED = "https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/role"


def trusted(service: str = "states.amazonaws.com", condition: dict | None = None, allow: list[dict] | None = None):
    def create(lab: Lab):
        role(lab, "role", service, allow or [], condition)

    return create


def created(states: dict, **more) -> dict:
    return {"name": "machine", "roleArn": ROLE, "definition": definition(states), **more}


def logging(group: str) -> dict:
    return {"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]}


def log_group(lab: Lab):
    lab.call("logs.create_log_group", logGroupName="group")


GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:group"

test_creating = conformance(
    [
        Row(
            "a role that trusts Step Functions",
            given=[trusted()],
            call="stepfunctions.create_state_machine",
            arguments=created(output(1)),
            answers={"stateMachineArn": MACHINE_ARN},
            source=CREATE,
        ),
        Row(
            "a role that trusts another service",
            given=[trusted("lambda.amazonaws.com")],
            call="stepfunctions.create_state_machine",
            arguments=created(output(1)),
            refused="ValidationException",
            source=CREATE,
        ),
        Row(
            "a role that trusts Step Functions for this state machine",
            given=[trusted(condition={"ArnLike": {"aws:SourceArn": MACHINE_ARN}, "StringEquals": {"aws:SourceAccount": ACCOUNT}})],
            call="stepfunctions.create_state_machine",
            arguments=created(output(1)),
            answers={"stateMachineArn": MACHINE_ARN},
            source=DEPUTY,
        ),
        Row(
            "a role that trusts Step Functions for another state machine",
            given=[trusted(condition={"ArnEquals": {"aws:SourceArn": MACHINE_ARN + "-other"}})],
            call="stepfunctions.create_state_machine",
            arguments=created(output(1)),
            refused="ValidationException",
            source=DEPUTY,
        ),
        Row(
            "a role that trusts another account's state machines",
            given=[trusted(condition={"StringEquals": {"aws:SourceAccount": "999999999999"}})],
            call="stepfunctions.create_state_machine",
            arguments=created(output(1)),
            refused="ValidationException",
            source=DEPUTY,
        ),
        Row(
            "an argument that the API does not have",
            given=[trusted()],
            call="stepfunctions.create_state_machine",
            arguments=created(task("elasticache:describeSnapshots", {"Name": "backup"})),
            refused="InvalidDefinition",
            message="The field 'Name' is not supported by Step Functions",
            source=CREATE,
        ),
        Row(
            "a required argument that is missing",
            given=[trusted()],
            call="stepfunctions.create_state_machine",
            arguments=created(task("elasticache:deleteSnapshot", {})),
            refused="InvalidDefinition",
            message="The field 'SnapshotName' is required but was missing",
            source=CREATE,
        ),
        Row(
            "an expression may become anything",
            given=[trusted()],
            call="stepfunctions.create_state_machine",
            arguments=created(task("elasticache:describeSnapshots", {"MaxRecords": "{% 20 %}"})),
            answers={"stateMachineArn": MACHINE_ARN},
            source=CREATE,
        ),
        Row(
            "an operation that the API does not have",
            given=[trusted()],
            call="stepfunctions.create_state_machine",
            arguments=created(task("elasticache:describeBackups")),
            refused="InvalidDefinition",
            message="is not recognized",
            source=CREATE,
        ),
        Row(
            "a service that AWS does not have",
            given=[trusted()],
            call="stepfunctions.create_state_machine",
            arguments=created(task("elasticcache:describeSnapshots")),
            refused="InvalidDefinition",
            message="is not recognized",
            source=CREATE,
        ),
        Row(
            "a next state that does not exist",
            given=[trusted()],
            call="stepfunctions.create_state_machine",
            arguments=created({"Pass": {"Type": "Pass", "Next": "None"}}),
            refused="InvalidDefinition",
            message="MISSING_TRANSITION_TARGET",
            source=f"{LANGUAGE}#transition",
        ),
        Row(
            "a state without an end",
            given=[trusted()],
            call="stepfunctions.create_state_machine",
            arguments=created({"Pass": {"Type": "Pass"}}),
            refused="InvalidDefinition",
            source=f"{LANGUAGE}#transition",
        ),
        Row(
            "the arguments of a state in a Map are looked at too",
            given=[trusted()],
            call="stepfunctions.create_state_machine",
            arguments=created(
                {
                    "Map": {
                        "Type": "Map",
                        "Items": [1],
                        "ItemProcessor": {"StartAt": "Task", "States": task("elasticache:describeSnapshots", {"Name": "backup"})},
                        "End": True,
                    }
                }
            ),
            refused="InvalidDefinition",
            message="The field 'Name' is not supported by Step Functions",
            source=CREATE,
        ),
        Row(
            "validation says what creation would",
            call="stepfunctions.validate_state_machine_definition",
            arguments={"definition": definition(task("elasticache:describeSnapshots", {"Name": "backup"}))},
            answers={"result": "FAIL", "diagnostics[0].severity": "ERROR"},
            source=VALIDATE,
        ),
        Row(
            "validation of a definition that is right",
            call="stepfunctions.validate_state_machine_definition",
            arguments={"definition": definition(output(1))},
            answers={"result": "OK", "diagnostics": []},
            source=VALIDATE,
        ),
        Row(
            "a log group is named with :*",
            given=[trusted(allow=[ANYTHING]), log_group],
            call="stepfunctions.create_state_machine",
            arguments=created(output(1), loggingConfiguration=logging(GROUP)),
            refused="InvalidLoggingConfiguration",
            source=LOGS,
        ),
        Row(
            "a role that may not set up log delivery",
            given=[trusted(allow=[statement("logs:CreateLogDelivery")]), log_group],
            call="stepfunctions.create_state_machine",
            arguments=created(output(1), loggingConfiguration=logging(f"{GROUP}:*")),
            refused="AccessDeniedException",
            message="not authorized to access the Log Destination",
            source=LOGS,
        ),
        Row(
            "a role that may",
            given=[trusted(allow=[ANYTHING]), log_group],
            call="stepfunctions.create_state_machine",
            arguments=created(output(1), loggingConfiguration=logging(f"{GROUP}:*")),
            answers={"stateMachineArn": MACHINE_ARN},
            source=LOGS,
        ),
        Row(
            "a machine that waits for others needs a rule of EventBridge",
            given=[trusted(allow=[statement("states:*")])],
            call="stepfunctions.create_state_machine",
            arguments=created(
                {
                    "Nested": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::states:startExecution.sync:2",
                        "Arguments": {"StateMachineArn": MACHINE_ARN},
                        "End": True,
                    }
                }
            ),
            refused="AccessDeniedException",
            message="is not authorized to create managed-rule",
            source=NESTED,
        ),
    ]
)


def express(lab: Lab):
    machine(lab, output(1), [ANYTHING], express=True)


test_express = conformance(
    [
        Row(
            "executions of an EXPRESS machine cannot be listed",
            given=[express],
            call="stepfunctions.list_executions",
            arguments={"stateMachineArn": MACHINE_ARN},
            refused="StateMachineTypeNotSupported",
            source=f"{API}/API_ListExecutions.html",
        ),
        Row(
            "executions of an EXPRESS machine cannot be described",
            given=[express],
            call="stepfunctions.describe_execution",
            arguments=lambda lab: {
                "executionArn": lab.call("stepfunctions.start_execution", stateMachineArn=MACHINE_ARN, input="{}")["executionArn"]
            },
            refused="InvalidArn",
            source=f"{API}/API_DescribeExecution.html",
        ),
    ]
)


def child(states: dict):
    def create(lab: Lab):
        machine(lab, states, [ANYTHING], name="child")

    return create


def nested(pattern: str, **arguments) -> dict:
    return {
        "Nested": {
            "Type": "Task",
            "Resource": f"arn:aws:states:::states:startExecution{pattern}",
            "Arguments": {"StateMachineArn": f"{MACHINE_ARN.rsplit(':', 1)[0]}:child", **arguments},
            "End": True,
        }
    }


DOUBLE = {"Double": {"Type": "Pass", "Output": {"result": "{% $states.input.number * 2 %}"}, "End": True}}
FAIL = {"Fail": {"Type": "Fail", "Error": "Own", "Cause": "because"}}
CHILD = [f"{MACHINE_ARN.rsplit(':', 1)[0]}:child", f"arn:aws:states:{REGION}:{ACCOUNT}:execution:child:*"]
RULE = statement(
    "events:PutTargets",
    "events:PutRule",
    "events:DescribeRule",
    on=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
)

test_nested = executions(
    [
        Execution(
            "started and left alone",
            given=[child(DOUBLE)],
            states=nested("", Input={"number": 2}),
            allow=[statement("states:StartExecution", on=CHILD[0])],
            answers={"ExecutionArn": lambda value: ":execution:child:" in value, "StartDate": lambda value: isinstance(value, int)},
            source=NESTED,
        ),
        Execution(
            "its output is parsed with .sync:2",
            given=[child(DOUBLE)],
            states=nested(".sync:2", Input={"number": 2}),
            answers={"Output.result": 4, "Status": "SUCCEEDED"},
            source=NESTED,
        ),
        Execution(
            "its output is text with .sync",
            given=[child(DOUBLE)],
            states=nested(".sync", Input={"number": 2}),
            answers={"Output": lambda value: json.loads(value) == {"result": 4}},
            source=NESTED,
        ),
        Execution(
            "its failure is the task's, with the details as JSON in the cause",
            given=[child(FAIL)],
            states=nested(".sync:2"),
            error="States.TaskFailed",
            cause='"Error": "Own"',
            source=NESTED,
        ),
        Execution(
            "waiting needs the right to look at the execution",
            given=[child(DOUBLE)],
            states=nested(".sync:2", Input={"number": 2}),
            allow=[statement("states:StartExecution", on=CHILD[0]), RULE],
            error="StepFunctions.AccessDeniedException",
            cause="states:DescribeExecution",
            source="https://docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html",
        ),
        Execution(
            "all that waiting needs",
            given=[child(DOUBLE)],
            states=nested(".sync:2", Input={"number": 3}),
            allow=[
                statement("states:StartExecution", on=CHILD[0]),
                statement("states:DescribeExecution", "states:StopExecution", on=CHILD[1]),
                RULE,
            ],
            answers={"Output.result": 6},
            source="https://docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html",
        ),
        Execution(
            "it is waited for as long as TimeoutSeconds says, in the time that its waits stand for",
            given=[child({"Wait": {"Type": "Wait", "Seconds": 600, "End": True}})],
            states={
                "Nested": {
                    **nested(".sync:2")["Nested"],
                    "TimeoutSeconds": 60,
                    "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Look"}],
                },
                "Look": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
                    "Arguments": {"StateMachineArn": CHILD[0]},
                    "Output": "{% $states.result.Executions[0].Status %}",
                    "End": True,
                },
            },
            output="ABORTED",
            source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html",
        ),
        Execution(
            "a machine that may not be started",
            given=[child(DOUBLE)],
            states=nested(""),
            allow=[],
            error="StepFunctions.AccessDeniedException",
            cause="states:StartExecution",
            source=NESTED,
        ),
    ]
)


def stopped(**more) -> Callable[[Lab], None]:
    def stop(lab: Lab):
        name = machine(lab, {"Wait": {"Type": "Wait", "Seconds": 100000, "End": True}}, [ANYTHING])
        execution = lab.call("stepfunctions.start_execution", stateMachineArn=name, name="run", input="{}")["executionArn"]
        lab.call("stepfunctions.stop_execution", executionArn=execution, **more)

    return stop


def waiting_for_another(lab: Lab):
    """A machine that waits for an execution of `child`, stopped as soon as that runs."""
    child({"Wait": {"Type": "Wait", "Seconds": 100000, "End": True}})(lab)
    name = machine(lab, nested(".sync:2"), [ANYTHING])
    execution = lab.call("stepfunctions.start_execution", stateMachineArn=name, name="run", input="{}")["executionArn"]
    while not lab.call("stepfunctions.list_executions", stateMachineArn=CHILD[0], statusFilter="RUNNING")["executions"]:
        time.sleep(0.05)
    lab.call("stepfunctions.stop_execution", executionArn=execution)
    for _ in range(60):
        if not lab.call("stepfunctions.list_executions", stateMachineArn=CHILD[0], statusFilter="RUNNING")["executions"]:
            return
        time.sleep(0.05)


RUN = {"executionArn": f"arn:aws:states:{REGION}:{ACCOUNT}:execution:machine:run"}

test_stopping = conformance(
    [
        Row(
            "an execution that is stopped is aborted, with the error and cause that were given",
            given=[stopped(error="Own", cause="because")],
            call="stepfunctions.describe_execution",
            arguments=RUN,
            answers={"status": "ABORTED", "error": "Own", "cause": "because"},
            source=f"{API}/API_StopExecution.html",
        ),
        Row(
            "what it waits for is stopped with it",
            given=[waiting_for_another],
            call="stepfunctions.list_executions",
            arguments={"stateMachineArn": CHILD[0]},
            answers={"executions[].status": ["ABORTED"]},
            source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync",
        ),
        Row(
            "its last event says so",
            given=[stopped(error="Own", cause="because")],
            call="stepfunctions.get_execution_history",
            arguments={**RUN, "reverseOrder": True},
            answers={"events[0].type": "ExecutionAborted"},
            source=f"{API}/API_GetExecutionHistory.html",
        ),
        Row(
            "its history comes in pages",
            given=[stopped()],
            call="stepfunctions.get_execution_history",
            arguments={**RUN, "maxResults": 1},
            answers={"length(events)": 1, "nextToken": lambda value: value is not None},
            source=f"{API}/API_GetExecutionHistory.html",
        ),
        Row(
            "stopped executions are listed by their status",
            given=[stopped()],
            call="stepfunctions.list_executions",
            arguments={"stateMachineArn": MACHINE_ARN, "statusFilter": "ABORTED"},
            answers={"executions[].name": ["run"]},
            source=f"{API}/API_ListExecutions.html",
        ),
    ]
)
