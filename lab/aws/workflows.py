"""Step Functions, EventBridge Scheduler and CloudWatch alarms for moto, as far as they can be told without waiting for AWS's clock.

- State machines run, JSONata included (moto's engine needs a JVM for it; here jsonata-python evaluates).
- Every call of a state machine is allowed only by its role's policies; the trust policies of roles are checked where AWS checks them.
- `run_schedule` does what the scheduler does at the due time; `alarm_state` is what CloudWatch would evaluate.
- LAB_SPEED=60 makes Wait states and retries 60 times as fast; TimeoutSeconds and the five minutes of an EXPRESS execution count the time they stand for.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import random
import re
import threading
import time
import uuid
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase

import botocore.exceptions
from botocore.exceptions import ClientError
from jsonata import Jsonata
from jsonata.utils import Utils
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import StateTaskServiceAwsSdk
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sns import StateTaskServiceSns
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sqs import StateTaskServiceSqs
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.parse import preprocessor
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend, stepfunctions_parser_backends

from aws.control import control_call
from aws.models import BOTOCORE_NAMES, as_asked, as_shown, operation_of, unknown_arguments

ACCOUNT = DEFAULT_ACCOUNT_ID
SPEED = float(os.environ.get("LAB_SPEED", "60"))
NAMES = {"elasticache": "ElastiCache", "cloudwatch": "CloudWatch", "sns": "Sns", "sqs": "Sqs", "sfn": "Sfn", "dynamodb": "DynamoDb", "secretsmanager": "SecretsManager", "cloudwatchlogs": "CloudWatchLogs"}
LOG_DELIVERY = ("CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups")


# -- IAM

def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def role_named(arn: str):
    from moto.iam.models import iam_backends

    return next((r for r in iam_backends[ACCOUNT]["aws"].roles.values() if r.arn == arn), None)


def trusts(arn: str, service: str, source: str) -> bool:
    """A service may assume a role that names it, under the conditions on aws:SourceAccount and aws:SourceArn (confused deputy prevention, in each service's guide)."""
    role = role_named(arn)
    if role is None:
        return False
    document = role.assume_role_policy_document
    document = json.loads(document) if isinstance(document, str) else document
    context = {"aws:sourceaccount": ACCOUNT, "aws:sourcearn": source}
    return any(s["Effect"] == "Allow" and "sts:AssumeRole" in as_list(s["Action"]) and service in as_list(s.get("Principal", {}).get("Service", [])) and condition_holds(s.get("Condition", {}), context)
               for s in as_list(document["Statement"]))


def statements(arn: str) -> list[dict]:
    role = role_named(arn)
    documents = [] if role is None else [*role.policies.values(), *(p.document for p in role.managed_policies.values())]
    return [s for d in documents for s in as_list((json.loads(d) if isinstance(d, str) else d)["Statement"])]


def condition_holds(condition: dict, context: dict) -> bool:
    for operator, tests in condition.items():
        plain_operator = operator.lower().removesuffix("ifexists")
        for key, wanted in tests.items():
            have = context.get(key.lower())
            if have is None and operator.lower().endswith("ifexists"):
                continue
            match = {"stringequals": lambda w: have == w, "bool": lambda w: str(have).lower() == str(w).lower(), "stringlike": lambda w: have is not None and fnmatchcase(have, w),
                     "arnlike": lambda w: have is not None and fnmatchcase(have, w), "arnequals": lambda w: have is not None and fnmatchcase(have, w)}.get(plain_operator.replace("not", ""))
            if match is None:
                raise NotImplementedError(f"IAM condition operator {operator}")
            if any(match(w) for w in as_list(wanted)) == ("not" in plain_operator):
                return False
    return True


def allowed(role: str, action: str, resource: str, context: dict) -> bool:
    verdict = False
    for s in statements(role):
        if not any(fnmatchcase(action.lower(), a.lower()) for a in as_list(s.get("Action", []))):
            continue
        if not any(fnmatchcase(resource, r) for r in as_list(s.get("Resource", []))):
            continue
        if not condition_holds(s.get("Condition", {}), context):
            continue
        if s["Effect"] == "Deny":
            return False
        verdict = True
    return verdict


def resources_of(action: str, given: dict, region: str) -> tuple[list[str], dict]:
    """What a call touches (Service Authorization Reference), and the condition keys it carries."""
    def arn(kind, name):
        return f"arn:aws:elasticache:{region}:{ACCOUNT}:{kind}:{name}"

    g = given.get
    table = {
        "elasticache:DescribeSnapshots": lambda: [arn("snapshot", g("SnapshotName") or "*")],
        "elasticache:DescribeReplicationGroups": lambda: [arn("replicationgroup", g("ReplicationGroupId") or "*")],
        "elasticache:DescribeCacheClusters": lambda: [arn("cluster", g("CacheClusterId") or "*")],
        "elasticache:CreateSnapshot": lambda: [arn("snapshot", g("SnapshotName")), arn("cluster", g("CacheClusterId")) if g("CacheClusterId") else arn("replicationgroup", g("ReplicationGroupId"))],
        "elasticache:DeleteSnapshot": lambda: [arn("snapshot", g("SnapshotName"))],
        "elasticache:CopySnapshot": lambda: [arn("snapshot", g("SourceSnapshotName")), arn("snapshot", g("TargetSnapshotName"))],
        "elasticache:ModifyReplicationGroup": lambda: [arn("replicationgroup", g("ReplicationGroupId"))],
        "elasticache:DeleteReplicationGroup": lambda: [arn("replicationgroup", g("ReplicationGroupId"))] + ([arn("snapshot", g("FinalSnapshotIdentifier"))] if g("FinalSnapshotIdentifier") else []),
        "elasticache:CreateReplicationGroup": lambda: [arn("replicationgroup", g("ReplicationGroupId"))] + [arn(k, g(p)) for k, p in
            (("parametergroup", "CacheParameterGroupName"), ("subnetgroup", "CacheSubnetGroupName"), ("snapshot", "SnapshotName")) if g(p)],
        "elasticache:AddTagsToResource": lambda: [g("ResourceName")],
        "elasticache:ListTagsForResource": lambda: [g("ResourceName")],
        "elasticache:IncreaseReplicaCount": lambda: [arn("replicationgroup", g("ReplicationGroupId"))],
        "elasticache:DecreaseReplicaCount": lambda: [arn("replicationgroup", g("ReplicationGroupId"))],
        "elasticache:TestFailover": lambda: [arn("replicationgroup", g("ReplicationGroupId"))],
        "sns:Publish": lambda: [g("TopicArn") or g("TargetArn")],
        "sqs:SendMessage": lambda: [f"arn:aws:sqs:{region}:{ACCOUNT}:{(g('QueueUrl') or '').rsplit('/', 1)[-1]}"],
        "states:ListExecutions": lambda: [g("stateMachineArn")],
        "states:DescribeStateMachine": lambda: [g("stateMachineArn")],
        "states:StartExecution": lambda: [g("stateMachineArn")],
        "states:DescribeExecution": lambda: [g("executionArn")],
        "states:StopExecution": lambda: [g("executionArn")],
        "states:GetExecutionHistory": lambda: [g("executionArn")],
        "cloudwatch:SetAlarmState": lambda: [f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:{g('AlarmName')}"],
        "cloudwatch:DescribeAlarms": lambda: [f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:{name}" for name in g("AlarmNames") or ["*"]],
    }
    given = {k[:1].lower() + k[1:]: v for k, v in given.items()} if action.startswith("states:") else given
    g = given.get
    context = {"aws:requestedregion": region}
    if action == "cloudwatch:PutMetricData":
        context["cloudwatch:namespace"] = g("Namespace")
    calls = [(action, r) for r in table.get(action, lambda: ["*"])()]
    if g("Tags") and action.startswith("elasticache:Create"):
        calls.append(("elasticache:AddTagsToResource", calls[0][1]))
    return calls, context


# -- Step Functions

def failed(env, name: StatesErrorNameType, cause: str) -> FailureEventException:
    error = StatesErrorName(typ=name)
    return FailureEventException(FailureEvent(env=env, error_name=error, event_type=HistoryEventType.EvaluationFailed,
                                              event_details={"evaluationFailedEventDetails": {"error": error.error_name, "cause": cause}}))


def jsonata_random(seed=None):
    return random.random() if seed is None else random.Random(seed).random()


# Developer guide, 'Transforming data with JSONata': the functions that Step Functions adds, and no $eval.
ADDED = {
    "partition": lambda values, size: [values[i:i + int(size)] for i in range(0, len(values), int(size))],
    "range": lambda first, last, step: list(range(int(first), int(last) + (1 if step > 0 else -1), int(step))),
    "hash": lambda value, algorithm="SHA-256": hashlib.new(algorithm.replace("-", "").lower(), str(value).encode()).hexdigest(),
    "random": jsonata_random,
    "uuid": lambda: str(uuid.uuid4()),
    "parse": json.loads,
}


def evaluate(self, env):
    """A JSONata expression, its variables bound rather than spelled into its text as moto does (which a quote in a value breaks).
    Developer guide, 'Transforming data with JSONata': nothing (undefined), a function or any evaluation error is States.QueryEvaluationError."""
    states = {k: v for k, v in env.states._states_data.items() if k in ("input", "context") or v is not None}
    scope = {"states": json.loads(json.dumps(plain(states), default=str)), **env.variable_store._outer_scope, **env.variable_store._inner_scope}
    try:
        if re.search(r"\$eval\s*\(", self.expression):
            raise ValueError("the function $eval is not supported")
        jsonata = Jsonata(self.expression)
        jsonata.set_output_convert_nulls(False)
        for name, function in ADDED.items():
            jsonata.register_lambda(name, function)
        value = jsonata.evaluate(None, {k: Utils.NULL_VALUE if v is None else v for k, v in scope.items()})
        if value is None:
            raise ValueError("it returned nothing (undefined)")
        result = json.loads(json.dumps(Utils.convert_nulls(value)))
    except Exception as error:
        raise failed(env, StatesErrorNameType.StatesQueryEvaluationError, f"The JSONata expression '{self.expression}' failed: {error}") from error
    env.stack.append(result)


def text_of(parser_rule_context):
    """A string of the definition, read as the JSON it is (moto leaves \\" and \\n of some as they stand, and reads others as Python)."""
    text = parser_rule_context.getText()
    return json.loads(text) if text.startswith('"') or text == "null" else text


def assign(self, env):
    """Developer guide, 'Passing data between states with variables': Assign and Output are evaluated in parallel, with the variables as they were when the state began."""
    fresh = {}
    for binding in self.declaration_bindings:
        binding.eval(env=env)
        fresh.update(env.stack.pop())
    env.lab_assigned = {**getattr(env, "lab_assigned", {}), **fresh}


def set_next(original):
    def commit(self, env):
        for name, value in getattr(env, "lab_assigned", {}).items():
            env.variable_store.set(variable_identifier=name, variable_value=value)
        env.lab_assigned = {}
        original(self, env)

    return commit


def error_equals(original):
    def matches(self, env):
        """Developer guide, 'Handling errors': States.ALL cannot catch States.DataLimitExceeded and States.Runtime."""
        terminal = getattr(env.stack[-1], "error_name", "") in ("States.DataLimitExceeded", "States.Runtime")
        original(self, env)
        if terminal and ErrorEqualsDecl._STATE_ALL_ERROR in self.error_names:
            env.stack[-1] = False

    return matches


def call(original):
    def checked(self, env, resource_runtime_part, normalised_parameters, state_credentials):
        service, action = self._get_boto_service_name(), self.resource.api_action
        odd = unknown_arguments(self.resource.api_name, action, normalised_parameters) if isinstance(self, StateTaskServiceAwsSdk) else []
        if odd:
            raise failed(env, StatesErrorNameType.StatesRuntime, f"The parameters {odd} are not supported by {self.resource.resource_arn}")
        iam = f"{ {'stepfunctions': 'states', 'cloudwatchlogs': 'logs'}.get(service, service) }:{action[0].upper()}{action[1:]}"
        needs, context = resources_of(iam, normalised_parameters, resource_runtime_part.region)
        for needed, resource in needs:
            if not allowed(state_credentials.role_arn, needed, resource, context):
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": f"User: {state_credentials.role_arn} is not authorized to perform: {needed} on resource: {resource}"},
                                   "ResponseMetadata": {"HTTPStatusCode": 403, "RequestId": "lab"}}, action)
        operation = operation_of(self.resource.api_name, action) if isinstance(self, StateTaskServiceAwsSdk) else None
        original(self, env, resource_runtime_part, as_asked(normalised_parameters, operation.input_shape) if operation else normalised_parameters, state_credentials)
        answer = plain(env.stack.pop())
        env.stack.append(as_shown(answer, operation.output_shape) if operation else answer)

    return checked


def plain(value):
    """Times as Step Functions shows them: 2026-01-31T03:04:05.678Z."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


def error_name(norm_service_name: str, error: Exception) -> str:
    """`ElastiCache.SnapshotNotFoundException` for an error in the API's model (its name less Fault, plus Exception); any other, throttling and missing permission included,
    is the service's own: `ElastiCache.ElastiCacheException`.  The names are the exception classes of the AWS SDK for Java 2 (developer guide, 'Integrating services')."""
    service = NAMES.get(norm_service_name.lower(), norm_service_name)
    shape = model_of(norm_service_name).shape_for_error_code(error.response["Error"]["Code"]) if isinstance(error, ClientError) else None
    return f"{service}.{re.sub(r'(Fault|Exception)$', '', shape.name) if shape else service}Exception"


# Simulated time: what really passed, plus what Wait states and retries left out.  Branches inherit it, and the longest one gives it back.
HERE = threading.local()


class Clock:
    """The `time` of moto's retries, at the lab's speed."""

    def __getattr__(self, name):
        return getattr(time, name)

    @staticmethod
    def sleep(seconds: float):
        pause(HERE.env, seconds)


def pause(env, seconds: float):
    root = env.lab_root
    left = root.lab_limit - (time.time() - root.lab_began) - env.lab_skipped
    short = min(seconds, max(left, 0))
    env.program_state_event.wait(short / SPEED)
    env.lab_skipped += short * (1 - 1 / SPEED)
    if seconds > left:
        root.set_timed_out()


def wait(self, env, wait_seconds):
    pause(env, wait_seconds)


def retry(original):
    def timed(self, env):
        HERE.env = env
        original(self, env)

    return timed


def run_program(original):
    def timed(self, env):
        if not env.is_frame():
            # Quotas: an EXPRESS execution ends after five minutes, a STANDARD one after a year.
            most = 300 if str(getattr(env.execution_type, "value", env.execution_type)) == "EXPRESS" else 31536000
            own = self.timeout_seconds.timeout_seconds if self.timeout_seconds else most
            env.lab_root, env.lab_began, env.lab_skipped, env.lab_limit = env, time.time(), 0.0, min(own, most)
            self.timeout_seconds = None
        original(self, env)

    return timed


def inner_frame(original):
    def inherit(cls, env, *rest, **more):
        frame = original(cls, env, *rest, **more)
        frame.lab_root, frame.lab_skipped = env.lab_root, env.lab_skipped
        return frame

    return classmethod(inherit)


def close_frame(original):
    def give_back(self, frame):
        self.lab_skipped = max(self.lab_skipped, frame.lab_skipped)
        original(self, frame)

    return give_back


def measure(namespace: str, region: str, dimensions: dict, **values: float):
    from moto.cloudwatch.models import cloudwatch_backends

    cloudwatch_backends[ACCOUNT][region].put_metric_data(namespace, [{"MetricName": k, "Value": v, "Dimensions": [{"Name": n, "Value": d} for n, d in dimensions.items()]} for k, v in values.items()])


def terminated(original):
    def metered(self):
        """Developer guide, 'Monitoring metrics': AWS/States by StateMachineArn."""
        original(self)
        e = self.execution
        ended = {"SUCCEEDED": "ExecutionsSucceeded", "FAILED": "ExecutionsFailed", "TIMED_OUT": "ExecutionsTimedOut", "ABORTED": "ExecutionsAborted"}
        measure("AWS/States", e.region_name, {"StateMachineArn": e.state_machine_arn}, ExecutionsStarted=1,
                **{name: float(e.exec_status.value == status) for status, name in ended.items()})
        if e.exec_status.value == "TIMED_OUT":
            e.error = "States.Timeout"

    return metered


def new_execution(original):
    def named(self, *args, **given):
        """API reference, StartExecution: an EXPRESS execution has an ARN of its own kind."""
        original(self, *args, **given)
        if self.sm_type == "EXPRESS":
            self.exec_arn = self.execution_arn = self.exec_arn.replace(":execution:", ":express:") + f":{uuid.uuid4()}"

    return named


def check_definition(text: str) -> str | None:
    """What is wrong with a definition, as ValidateStateMachineDefinition and CreateStateMachine would say, as far as moto's parser and the API models tell."""
    try:
        StepFunctionsParserBackend._validate_definition(definition=text)
    except Exception as error:
        return str(getattr(error, "message", error))

    def walk(value):
        if isinstance(value, dict):
            sdk = re.fullmatch(r"arn:aws:states:::aws-sdk:(\w+):(\w+)(\.waitForTaskToken)?", str(value.get("Resource", "")))
            if sdk:
                try:
                    yield from (f"The field {k!r} is not supported by {value['Resource']}" for k in unknown_arguments(sdk[1], sdk[2], value.get("Arguments", value.get("Parameters"))) if not k.endswith(".$"))
                except botocore.exceptions.UnknownServiceError:
                    yield f"The resource {value['Resource']} is not recognized"
            for v in value.values():
                yield from walk(v)
        elif isinstance(value, list):
            for v in value:
                yield from walk(v)

    def transitions(machine):
        """ASL specification, 'Transitions': StartAt and every Next names a state of the same States; a state that is not Choice, Succeed or Fail has Next or End."""
        states = machine.get("States", {})
        for name, state in states.items():
            choices = [c.get("Next") for c in state.get("Choices", [])] + [state.get("Default")]
            for target in [machine.get("StartAt"), state.get("Next"), *choices, *(c.get("Next") for c in state.get("Catch", []))]:
                if target is not None and target not in states:
                    yield f"MISSING_TRANSITION_TARGET: no state {target!r} where {name!r} is"
            if state.get("Type") not in ("Choice", "Succeed", "Fail") and not state.get("Next") and not state.get("End"):
                yield f"SCHEMA_VALIDATION_FAILED: the state {name!r} has neither Next nor End"
            for inner in [*state.get("Branches", []), *(state[k] for k in ("ItemProcessor", "Iterator") if k in state)]:
                yield from transitions(inner)

    document = json.loads(text)
    return next(walk(document), None) or next(transitions(document), None)


def check_logging(configuration: dict | None, role: str, region: str):
    """Developer guide, 'Logging in CloudWatch Logs': the destination's ARN ends with :*, and the role itself may set up log delivery, on every resource."""
    from moto.logs.models import logs_backends

    if not configuration or configuration.get("level", "OFF") == "OFF":
        return
    for d in configuration.get("destinations") or [{}]:
        arn = (d.get("cloudWatchLogsLogGroup") or {}).get("logGroupArn", "")
        match = re.fullmatch(r"arn:aws:logs:[^:]+:\d+:log-group:([^:]+):\*", arn)
        if not match:
            raise JsonRESTError("InvalidLoggingConfiguration", f"Invalid Logging Configuration: Log Destination {arn!r} must be a log group ARN ending with ':*'.")
        lacking = [a for a in LOG_DELIVERY if not allowed(role, f"logs:{a}", "*", {})]
        if lacking or match[1] not in logs_backends[ACCOUNT][region].groups:
            raise JsonRESTError("AccessDeniedException", f"The state machine IAM Role is not authorized to access the Log Destination (lab: {lacking or 'no such log group'})")


# -- Scheduler

def schedule_named(name: str, region: str):
    from moto.scheduler.models import scheduler_backends

    found = [s for g in scheduler_backends[ACCOUNT][region].schedule_groups.values() for s in g.schedules.values() if s.name == name]
    if not found:
        raise KeyError(f"no schedule named {name}")
    return found[0]


def run_schedule(name: str, region: str, await_end: bool = True, patience: float = 240) -> dict:
    """One due time of a schedule: its role is assumed, its target started, and the outcome awaited.  What cannot be started goes to the dead-letter queue."""
    schedule = schedule_named(name, region)
    if schedule.state != "ENABLED":
        return {"status": "DISABLED"}
    try:
        execution = start_target(schedule, region)
    except Exception as error:
        why = str(getattr(error, "message", error))
        dead = bury(schedule, region, type(error).__name__, why)
        measure("AWS/Scheduler", region, {"ScheduleGroup": schedule.group_name}, InvocationAttemptCount=1, TargetErrorCount=1, **({"InvocationsSentToDeadLetterCount": 1} if dead else {"InvocationDroppedCount": 1}))
        return {"status": "NOT_STARTED", "error": why, "deadLettered": dead}
    measure("AWS/Scheduler", region, {"ScheduleGroup": schedule.group_name}, InvocationAttemptCount=1)
    until = time.time() + patience
    while await_end and execution.status == "RUNNING" and time.time() < until:
        time.sleep(0.05)
    output = execution.output if execution.status == "SUCCEEDED" else None
    return {"status": execution.status, "output": None if output is None else json.dumps(output), "error": execution.error, "cause": execution.cause, "executionArn": execution.execution_arn}


def start_target(schedule, region: str):
    target, role = schedule.target, schedule.target["RoleArn"]
    group = f"arn:aws:scheduler:{region}:{ACCOUNT}:schedule-group/{schedule.group_name}"
    if not trusts(role, "scheduler.amazonaws.com", group):
        raise PermissionError(f"{role} does not trust scheduler.amazonaws.com (aws:SourceArn is the schedule group, {group})")
    kind = re.fullmatch(r"arn:aws:states:[^:]+:\d+:stateMachine:(.+)|arn:aws:scheduler:::aws-sdk:sfn:startExecution", target["Arn"])
    if not kind:
        raise NotImplementedError(f"the lab cannot start {target['Arn']}")
    given = re.sub(r"<aws\.scheduler\.(schedule-arn|scheduled-time|execution-id|attempt-number)>",
                   lambda m: {"schedule-arn": schedule.arn, "scheduled-time": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                              "execution-id": uuid.uuid4().hex[:16], "attempt-number": "1"}[m[1]], target.get("Input") or "{}")
    machine, name = target["Arn"], None
    if not kind[1]:
        wrapped = json.loads(given)
        machine, given, name = wrapped["StateMachineArn"], wrapped.get("Input", "{}"), wrapped.get("Name")
    if not allowed(role, "states:StartExecution", machine, {}):
        raise PermissionError(f"{role} may not states:StartExecution on {machine}")
    return stepfunctions_parser_backends[ACCOUNT][region].start_execution(machine, name, given)


def bury(schedule, region: str, code: str, why: str) -> bool:
    """User guide, 'Configuring a dead-letter queue': the target's input, the error in attributes; the schedule's role must be allowed sqs:SendMessage."""
    from moto.sqs.models import sqs_backends

    queue = (schedule.target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue or not allowed(schedule.target["RoleArn"], "sqs:SendMessage", queue, {}):
        return False
    attributes = {"ERROR_CODE": code, "ERROR_MESSAGE": why[:1000], "SCHEDULE_ARN": schedule.arn, "TARGET_ARN": schedule.target["Arn"]}
    sqs_backends[ACCOUNT][region].send_message(queue.rsplit(":", 1)[-1], schedule.target.get("Input") or "{}", {k: {"data_type": "String", "string_value": v} for k, v in attributes.items()})
    return True


# -- CloudWatch

def points(region: str, namespace: str, name: str, dimensions, low: datetime, high: datetime) -> list[float]:
    from moto.cloudwatch.models import cloudwatch_backends

    wanted = {(d.name, d.value) for d in dimensions or []}
    if (namespace, name) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible"):  # a gauge: what the queue holds now
        from moto.sqs.models import sqs_backends

        return [float(q.approximate_number_of_messages) for q in sqs_backends[ACCOUNT][region].queues.values() if ("QueueName", q.name) in wanted]
    return [float(m.value) for m in cloudwatch_backends[ACCOUNT][region].metric_data if m.namespace == namespace and m.name == name
            and {(d.name, d.value) for d in m.dimensions} == wanted and low <= m.timestamp.replace(tzinfo=timezone.utc) < high]


def statistic(name: str, values: list[float]) -> float | None:
    return {"Sum": sum, "Minimum": min, "Maximum": max, "Average": lambda v: sum(v) / len(v), "SampleCount": len}[name](values) if values else None


def expression_value(text: str, names: dict):
    """Metric math over one period, for the functions an alarm needs; an operation on a missing value gives none (user guide, 'Using math expressions')."""
    def over(function):
        return lambda values: function([v for v in values if v is not None])

    functions = {"FILL": lambda v, filler: filler if v is None else v, "IF": lambda test, yes, no=None: yes if test else no, "SUM": over(sum), "MAX": over(max), "MIN": over(min),
                 "AVG": over(lambda v: sum(v) / len(v)), "ABS": abs, "METRICS": lambda prefix="": [v for k, v in names.items() if k.startswith(prefix)]}
    text = re.sub(r"\bAND\b|&&", " and ", re.sub(r"\bOR\b|\|\|", " or ", text))
    try:
        value = eval(text, {"__builtins__": {}}, {**functions, **names})  # noqa: S307 - a test's own alarm, on loopback
    except (TypeError, ValueError):
        return None
    return None if value is None else float(value)


def period_value(alarm, region: str, low: datetime, high: datetime) -> float | None:
    if not alarm.metric_data_queries:
        return statistic(alarm.statistic, points(region, alarm.namespace, alarm.metric_name, alarm.dimensions, low, high))
    names, rest, shown = {}, list(alarm.metric_data_queries), next(q for q in alarm.metric_data_queries if str(q.return_data).lower() == "true")
    for q in [q for q in rest if q.metric_stat]:
        m = q.metric_stat.metric
        names[q.id] = statistic(q.metric_stat.stat, points(region, m.namespace, m.metric_name, m.dimensions, low, high))
    for _ in rest:  # an expression may use another
        for q in rest:
            if q.expression and q.id not in names and all(i in names for i in (o.id for o in rest) if re.search(rf"\b{i}\b", q.expression) and i != q.id):
                names[q.id] = expression_value(q.expression, names)
    return names.get(shown.id)


def alarm_state(name: str, region: str, at: datetime, steady: bool) -> dict:
    """The state CloudWatch would give an alarm at a moment.
    An ALARM is told each time it is asked for; OK and INSUFFICIENT_DATA when they are a change."""
    from moto.cloudwatch.models import cloudwatch_backends

    alarms = cloudwatch_backends[ACCOUNT][region].alarms
    if name not in alarms:
        raise KeyError(f"no alarm named {name}; there are {sorted(alarms)}")
    alarm, seen = alarms[name], []
    if alarm.rule:
        state = rule_state(alarm.rule, region, at, steady)
    else:
        state, seen = metric_state(alarm, region, at, steady)
    before, alarm.state_value = alarm.state_value, state
    actions = {"ALARM": alarm.alarm_actions, "OK": alarm.ok_actions, "INSUFFICIENT_DATA": alarm.insufficient_data_actions}[state]
    told = [tell(alarm, arn, before, region) for arn in actions or []] if alarm.actions_enabled and (state == "ALARM" or state != before) else []
    return {"name": name, "state": state, "values": seen, "actions": told}


def rule_state(rule: str, region: str, at: datetime, steady: bool) -> str:
    """A composite alarm's rule: ALARM("name"), OK(name), INSUFFICIENT_DATA(name) with AND, OR, NOT."""
    def term(match):
        child = match[2].strip(" \"'")
        return str(alarm_state(child.rsplit(":alarm:", 1)[-1], region, at, steady)["state"] == match[1])

    text = re.sub(r"\b(ALARM|OK|INSUFFICIENT_DATA)\(([^()]*)\)", term, rule)
    return "ALARM" if eval(re.sub(r"\b(AND|OR|NOT|TRUE|FALSE)\b", lambda m: m[1].capitalize() if m[1] in ("TRUE", "FALSE") else m[1].lower(), text), {"__builtins__": {}}) else "OK"  # noqa: S307


def metric_state(alarm, region: str, at: datetime, steady: bool) -> tuple[str, list]:
    """User guide, 'Configuring how CloudWatch alarms treat missing data': the newest EvaluationPeriods points that exist in the evaluation range;
    only where there are fewer are missing ones filled in.  Values newest first."""
    queries = [q.metric_stat.period for q in alarm.metric_data_queries or [] if q.metric_stat]
    period, periods = int(alarm.period or (queries or [q.period for q in alarm.metric_data_queries])[0]), int(alarm.evaluation_periods)
    end = at + timedelta(seconds=1)
    compare = {"LessThanThreshold": lambda v: v < alarm.threshold, "LessThanOrEqualToThreshold": lambda v: v <= alarm.threshold,
               "GreaterThanThreshold": lambda v: v > alarm.threshold, "GreaterThanOrEqualToThreshold": lambda v: v >= alarm.threshold}[alarm.comparison_operator]
    seen = []
    for i in range(periods + 2):  # the evaluation range is wider than EvaluationPeriods; AWS's example has 5 for 3
        value = period_value(alarm, region, end - timedelta(seconds=period * (i + 1)), end - timedelta(seconds=period * i))
        seen.append(next((v for v in seen if v is not None), None) if value is None and steady else value)
    real = [compare(v) for v in seen if v is not None][:periods]
    needed, breaching = int(alarm.datapoints_to_alarm or periods), sum(real)
    missing = alarm.treat_missing_data or "missing"
    if missing == "breaching":
        breaching += periods - len(real)
    if missing == "missing":
        needed = min(needed, len(real))
    if not real and missing == "missing":
        return "INSUFFICIENT_DATA", seen
    if missing == "ignore" and len(real) < periods and breaching < needed and all(real):
        return alarm.state_value, seen
    return "ALARM" if breaching >= needed else "OK", seen


def tell(alarm, arn: str, before: str, region: str) -> dict:
    from moto.sns.models import sns_backends

    topic = sns_backends[ACCOUNT][region].topics.get(arn)
    delivered = topic is not None and topic_lets_in_alarms(topic, alarm.alarm_arn)
    if delivered:
        message = {"AlarmName": alarm.name, "AlarmDescription": alarm.description, "AWSAccountId": ACCOUNT, "NewStateValue": alarm.state_value, "OldStateValue": before,
                   "NewStateReason": "evaluated by the lab", "StateChangeTime": datetime.now(timezone.utc).isoformat(), "AlarmArn": alarm.alarm_arn}
        sns_backends[ACCOUNT][region].publish(message=json.dumps(message), arn=arn, subject=f'{alarm.state_value}: "{alarm.name}"'[:100])
    return {"action": arn, "delivered": delivered}


def topic_lets_in_alarms(topic, alarm_arn: str) -> bool:
    """User guide, 'Notifying users on alarm changes': the topic's policy lets cloudwatch.amazonaws.com publish, under aws:SourceArn (the alarm) and aws:SourceAccount,
    or is still the default one; a topic under alias/aws/sns gets nothing."""
    if (topic.kms_master_key_id or "").endswith("alias/aws/sns"):
        return False
    policy = topic.policy if isinstance(topic.policy, dict) else json.loads(topic.policy)
    context = {"aws:sourcearn": alarm_arn, "aws:sourceaccount": ACCOUNT, "aws:sourceowner": ACCOUNT}
    for s in as_list(policy["Statement"]):
        principal = s.get("Principal", {})
        named = "cloudwatch.amazonaws.com" in as_list(principal.get("Service", [])) if isinstance(principal, dict) else principal == "*"
        if s["Effect"] == "Allow" and (s.get("Sid") == "__default_statement_ID" or named and condition_holds(s.get("Condition", {}), context)):
            return True
    return False


# -- install

def wrap(owner, name: str, around):
    setattr(owner, name, around(getattr(owner, name)))


def install():
    from moto.cloudwatch.responses import CloudWatchResponse
    from moto.scheduler.responses import EventBridgeSchedulerResponse
    from moto.stepfunctions.responses import StepFunctionResponse

    start = StepFunctionsParserBackend.start_execution
    StepFunctionsParserBackend.start_execution = lambda self, state_machine_arn, name, *rest, **more: start(self, state_machine_arn, name or str(uuid.uuid4()), *rest, **more)
    StateMachine.__deepcopy__ = lambda self, memo: copy.copy(self)  # moto copies a machine with its earlier, uncopyable executions
    Preprocessor._inner_string_of, preprocessor.from_string_literal = staticmethod(text_of), text_of
    StringJSONata._eval_body = evaluate
    AssignDecl._eval_body = assign
    for owner in (CommonStateField, StateChoice):
        wrap(owner, "_set_next", set_next)
    wrap(ErrorEqualsDecl, "_eval_body", error_equals)
    for owner in (StateTaskServiceAwsSdk, StateTaskServiceSns, StateTaskServiceSqs):
        wrap(owner, "_eval_service_task", call)
    StateTaskServiceAwsSdk._normalise_exception_name = staticmethod(error_name)
    StateTaskServiceAwsSdk._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES.update(BOTOCORE_NAMES)
    WaitFunction._wait_interval = wait
    retrier_decl.time = Clock()
    wrap(retrier_decl.RetrierDecl, "_eval_body", retry)
    wrap(Program, "eval", run_program)
    Environment.as_inner_frame_of = inner_frame(Environment.as_inner_frame_of.__func__)
    wrap(Environment, "close_frame", close_frame)
    wrap(BaseExecutionWorkerCommunication, "terminated", terminated)
    wrap(Execution, "__init__", new_execution)

    def machine_call(original):
        def checked(self):
            role = self._get_param("roleArn") or self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn")).roleArn
            source = self._get_param("stateMachineArn") or f"arn:aws:states:{self.region}:{ACCOUNT}:stateMachine:{self._get_param('name')}"
            if not trusts(role, "states.amazonaws.com", source):
                raise JsonRESTError("ValidationException", f"The role {role} must exist and allow states.amazonaws.com to assume it.")
            check_logging(self._get_param("loggingConfiguration"), role, self.region)
            wrong = check_definition(self._get_param("definition")) if self._get_param("definition") else None
            if wrong:
                raise JsonRESTError("InvalidDefinition", f"Invalid State Machine Definition: {wrong}")
            answer = original(self)
            if self._get_param("name"):
                machine = self.stepfunction_backend.describe_state_machine(source)
                machine.type = machine.sm_type = self._get_param("type") or "STANDARD"  # moto knows STANDARD only
            return answer

        return checked

    def schedule_call(original):
        def checked(self):
            role = (self._get_param("Target") or {}).get("RoleArn")
            group = f"arn:aws:scheduler:{self.region}:{ACCOUNT}:schedule-group/{self._get_param('GroupName') or 'default'}"
            if role and not trusts(role, "scheduler.amazonaws.com", group):
                raise JsonRESTError("ValidationException", f"The execution role you provide must allow AWS EventBridge Scheduler to assume the role: {role} (aws:SourceArn is {group})")
            return original(self)

        return checked

    def describe(original):
        def encoded(self):
            """API reference, DescribeExecution: output is JSON text, a string in its quotes; moto leaves them out."""
            execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
            answer = original(self)
            if execution.status == "SUCCEEDED":
                answer._result["output"] = json.dumps(execution.output)
            return answer

        return encoded

    def validate(self):
        from moto.core.responses import ActionResult

        wrong = check_definition(self._get_param("definition"))
        return ActionResult({"result": "FAIL" if wrong else "OK", "truncated": False, "diagnostics": [{"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": wrong, "location": "/"}] if wrong else []})

    def standard_only(original):
        def checked(self):
            """API reference: DescribeExecution, StopExecution, ListExecutions and GetExecutionHistory are not for EXPRESS state machines."""
            execution, machine = self._get_param("executionArn"), self._get_param("stateMachineArn")
            if ":express:" in (execution or ""):
                raise JsonRESTError("InvalidArn", f"Invalid Arn: 'Resource type not valid in this context: express' ({execution})")
            if machine and self.stepfunction_backend.describe_state_machine(machine).type == "EXPRESS":
                raise JsonRESTError("StateMachineTypeNotSupported", f"This operation is not supported by this type of state machine: {machine}")
            return original(self)

        return checked

    def stop(original):
        def told(self):
            execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
            answer = original(self)
            until = time.time() + 5
            while execution.status == "RUNNING" and time.time() < until:  # moto answers before its thread has noticed
                time.sleep(0.02)
            execution.error, execution.cause = self._get_param("error"), self._get_param("cause")
            return answer

        return told

    def versions(self):
        from moto.core.responses import ActionResult

        machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
        return ActionResult({"stateMachineVersions": [{"stateMachineVersionArn": v.arn, "creationDate": v.creation_date} for v in reversed(machine.versions.values())]})

    StepFunctionResponse.validate_state_machine_definition = validate
    StepFunctionResponse.list_state_machine_versions = versions
    CloudWatchResponse.put_composite_alarm = lambda self: self.put_metric_alarm()  # moto keeps AlarmRule there, and has no action for it
    for action in ("create_state_machine", "update_state_machine"):
        wrap(StepFunctionResponse, action, machine_call)
    wrap(StepFunctionResponse, "stop_execution", stop)
    wrap(StepFunctionResponse, "describe_execution", describe)
    for action in ("describe_execution", "stop_execution", "list_executions", "get_execution_history"):
        wrap(StepFunctionResponse, action, standard_only)
    for action in ("create_schedule", "update_schedule"):
        wrap(EventBridgeSchedulerResponse, action, schedule_call)


# -- control calls


@control_call
def run_schedule_call(name: str, region: str, wait: bool = True) -> dict:
    """Lets one due time of an EventBridge schedule come, and answers how its execution ended and why.

    With wait=false it answers the executionArn at once.
    """
    return run_schedule(name, region, wait)


@control_call
def alarm(name: str, region: str, at: str = "", steady: bool = False) -> dict:
    """Evaluates a CloudWatch alarm now, or at an ISO time, and publishes to its topics.

    With steady=true, as if the newest value had been there all along.
    """
    moment = datetime.fromisoformat(at.replace("Z", "+00:00")) if at else datetime.now(timezone.utc)
    return alarm_state(name, region, moment, steady)
