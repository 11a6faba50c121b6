"""Creating, updating and validating state machines."""

import json
import re

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.stepfunctions.responses import StepFunctionResponse

from aws.iam.authorize import may
from aws.iam.roles import account_of, trusts
from aws.step_functions.definitions import first_problem, machines_of
from aws.wrapping import wrap

# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
LOG_DELIVERY = (
    "CreateLogDelivery",
    "GetLogDelivery",
    "UpdateLogDelivery",
    "DeleteLogDelivery",
    "ListLogDeliveries",
    "PutResourcePolicy",
    "DescribeResourcePolicies",
    "DescribeLogGroups",
)
# Step Functions follows the execution of a .sync task by EventBridge events: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
SYNC_RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule"
SYNC_ACTIONS = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
SYNC_TASK = re.compile(r"arn:aws[a-z-]*:states:::states:startExecution\.sync(:2)?")


def check_logging(configuration: dict | None, role: str, region: str):
    """The destination's ARN ends with :*, and the role itself may set up log delivery, on every resource.

    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    """
    from moto.logs.models import logs_backends

    if not configuration or configuration.get("level", "OFF") == "OFF":
        return
    for destination in configuration.get("destinations") or [{}]:
        arn = (destination.get("cloudWatchLogsLogGroup") or {}).get("logGroupArn", "")
        match = re.fullmatch(r"arn:aws:logs:[^:]+:\d+:log-group:([^:]+):\*", arn)
        if not match:
            message = f"Invalid Logging Configuration: Log Destination {arn!r} must be a log group ARN ending with ':*'."
            raise JsonRESTError("InvalidLoggingConfiguration", message)
        lacking = [action for action in LOG_DELIVERY if not may(role, f"logs:{action}", "*", region)]
        if lacking or match[1] not in logs_backends[account_of(role)][region].groups:
            message = f"The state machine IAM Role is not authorized to access the Log Destination (lab: {lacking or 'no such log group'})"
            raise JsonRESTError("AccessDeniedException", message)


def check_sync_tasks(definition: str, role: str, region: str):
    states = [s for machine in machines_of(json.loads(definition)) for s in machine.get("States", {}).values()]
    if not any(SYNC_TASK.fullmatch(str(state.get("Resource", ""))) for state in states):
        return
    rule = f"arn:aws:events:{region}:{account_of(role)}:rule/{SYNC_RULE}"
    lacking = [action for action in SYNC_ACTIONS if not may(role, action, rule, region)]
    if lacking:
        message = f"'{role}' is not authorized to create managed-rule. (lab: {', '.join(lacking)} on {rule})"
        raise JsonRESTError("AccessDeniedException", message)


def checked(action):
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"""

    def check(self):
        given = self._get_param
        existing = self.stepfunction_backend.describe_state_machine(given("stateMachineArn")) if given("stateMachineArn") else None
        role, definition = given("roleArn") or existing.roleArn, given("definition")
        arn = given("stateMachineArn") or f"arn:aws:states:{self.region}:{self.current_account}:stateMachine:{given('name')}"
        if not trusts(role, "states.amazonaws.com", arn):
            raise JsonRESTError("ValidationException", f"The role {role} must exist and allow states.amazonaws.com to assume it.")
        check_logging(given("loggingConfiguration"), role, self.region)
        wrong = first_problem(definition) if definition else None
        if wrong:
            raise JsonRESTError("InvalidDefinition", f"Invalid State Machine Definition: {wrong}")
        check_sync_tasks(definition or existing.definition, role, self.region)
        answer = action(self)
        if given("name"):
            machine = self.stepfunction_backend.describe_state_machine(arn)
            machine.type = machine.sm_type = given("type") or "STANDARD"  # moto knows STANDARD only
        return answer

    return check


def validate(self):
    wrong = first_problem(self._get_param("definition"))
    diagnostic = {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": wrong, "location": "/"}
    return ActionResult({"result": "FAIL" if wrong else "OK", "truncated": False, "diagnostics": [diagnostic] if wrong else []})


def list_versions(self):
    machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
    versions = [{"stateMachineVersionArn": v.arn, "creationDate": v.creation_date} for v in reversed(machine.versions.values())]
    return ActionResult({"stateMachineVersions": versions})


def install():
    StepFunctionResponse.validate_state_machine_definition = validate
    StepFunctionResponse.list_state_machine_versions = list_versions
    for action in ("create_state_machine", "update_state_machine"):
        wrap(StepFunctionResponse, action, checked)
