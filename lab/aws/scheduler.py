"""EventBridge Scheduler: a due time of a schedule on request, its role judged, its dead-letter queue."""

import json
import re
import time
import uuid
from datetime import datetime, timezone

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from aws.cloudwatch.metrics import measure
from aws.control import NotThere, control_call
from aws.iam.authorize import may
from aws.iam.roles import account_of, trusts
from aws.wrapping import wrap

MACHINE = re.compile(r"arn:aws:states:[^:]+:\d+:stateMachine:.+")
UNIVERSAL = "arn:aws:scheduler:::aws-sdk:sfn:startExecution"
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
CONTEXT_ATTRIBUTE = re.compile(r"<aws\.scheduler\.(schedule-arn|scheduled-time|execution-id|attempt-number)>")


@control_call
def run_schedule_call(name: str, region: str, wait: bool = True) -> dict:
    """Lets one due time of an EventBridge schedule come, and answers how its execution ended and why.

    With wait=false it answers the executionArn at once.
    """
    return run_schedule(name, region, wait)


def schedule_named(name: str, region: str):
    from moto.scheduler.models import scheduler_backends

    groups = scheduler_backends[DEFAULT_ACCOUNT_ID][region].schedule_groups.values()
    found = [s for g in groups for s in list(g.schedules.values()) if s.name == name]
    if not found:
        raise NotThere(f"no schedule named {name}; there are {sorted(n for g in groups for n in g.schedules)}")
    return found[0]


def group_arn(group: str, region: str, account: str) -> str:
    """What aws:SourceArn is when the scheduler assumes a role: the group, not the schedule.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    return f"arn:aws:scheduler:{region}:{account}:schedule-group/{group}"


def run_schedule(name: str, region: str, await_end: bool = True, patience: float = 240) -> dict:
    """The role is assumed, the target started, its end awaited. What cannot be started goes to the dead-letter queue."""
    schedule = schedule_named(name, region)
    if schedule.state != "ENABLED":
        return {"status": "DISABLED"}
    group = {"ScheduleGroup": schedule.group_name}
    try:
        execution = start_target(schedule, region)
    except Exception as error:
        reason = str(getattr(error, "message", error))
        delivered = send_to_dead_letter_queue(schedule, region, type(error).__name__, reason)
        dropped = {"InvocationsSentToDeadLetterCount": 1.0} if delivered else {"InvocationDroppedCount": 1.0}
        measure("AWS/Scheduler", region, group, InvocationAttemptCount=1.0, TargetErrorCount=1.0, **dropped)
        return {"status": "NOT_STARTED", "error": reason, "deadLettered": delivered}
    measure("AWS/Scheduler", region, group, InvocationAttemptCount=1.0)
    until = time.time() + patience
    while await_end and execution.status == "RUNNING" and time.time() < until:
        time.sleep(0.05)
    output = json.dumps(execution.output) if execution.status == "SUCCEEDED" else None
    return {
        "status": execution.status,
        "output": output,
        "error": execution.error,
        "cause": execution.cause,
        "executionArn": execution.execution_arn,
    }


def start_target(schedule, region: str):
    target, role = schedule.target, schedule.target["RoleArn"]
    source = group_arn(schedule.group_name, region, account_of(schedule.arn))
    if not trusts(role, "scheduler.amazonaws.com", source):
        raise PermissionError(f"{role} does not trust scheduler.amazonaws.com (aws:SourceArn is the schedule group, {source})")
    if target["Arn"] != UNIVERSAL and not MACHINE.fullmatch(target["Arn"]):
        raise NotImplementedError(f"the lab cannot start {target['Arn']}")
    given = with_context(target.get("Input") or "{}", schedule)
    machine, name = target["Arn"], None
    if target["Arn"] == UNIVERSAL:
        request = json.loads(given)
        machine, given, name = request["StateMachineArn"], request.get("Input", "{}"), request.get("Name")
    if not may(role, "states:StartExecution", machine, region):
        raise PermissionError(f"{role} may not states:StartExecution on {machine}")
    return stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][region].start_execution(machine, name, given)


def with_context(text: str, schedule) -> str:
    values = {
        "schedule-arn": schedule.arn,
        "scheduled-time": f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}",
        "execution-id": uuid.uuid4().hex[:16],
        "attempt-number": "1",
    }
    return CONTEXT_ATTRIBUTE.sub(lambda match: values[match[1]], text)


def send_to_dead_letter_queue(schedule, region: str, code: str, reason: str) -> bool:
    """The message is the target's input, the error is in its attributes. The schedule's role must be allowed sqs:SendMessage.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
    """
    from moto.sqs.models import sqs_backends

    queue = (schedule.target.get("DeadLetterConfig") or {}).get("Arn")
    name = (queue or "").rsplit(":", 1)[-1]
    if not queue or name not in sqs_backends[DEFAULT_ACCOUNT_ID][region].queues:
        return False
    if not may(schedule.target["RoleArn"], "sqs:SendMessage", queue, region):
        return False
    attributes = {"ERROR_CODE": code, "ERROR_MESSAGE": reason[:1000], "SCHEDULE_ARN": schedule.arn, "TARGET_ARN": schedule.target["Arn"]}
    typed = {k: {"DataType": "String", "StringValue": v} for k, v in attributes.items()}
    sqs_backends[DEFAULT_ACCOUNT_ID][region].send_message(name, schedule.target.get("Input") or "{}", typed)
    return True


def checked(action):
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""

    def check(self):
        role = (self._get_param("Target") or {}).get("RoleArn")
        source = group_arn(self._get_param("GroupName") or "default", self.region, self.current_account)
        if role and not trusts(role, "scheduler.amazonaws.com", source):
            message = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
            raise JsonRESTError("ValidationException", f"{message} (lab: {role}; aws:SourceArn is {source})")
        return action(self)

    return check


def idempotent(create):
    """A request with the ClientToken of an earlier one, as an SDK sends it again, is answered as that was."""

    def answered_before(self):
        token, place = self._get_param("ClientToken"), self.uri.split("?")[0]
        answers = self.scheduler_backend.__dict__.setdefault("lab_answers", {})
        answer = answers.get((place, token))
        if answer is None or answer not in existing_arns(self.scheduler_backend):
            answer = create(self)
            answers[(place, token)] = answer
        return answer

    return answered_before


def existing_arns(backend) -> set[str]:
    """The answers of CreateSchedule and CreateScheduleGroup for all that is there."""
    groups = backend.schedule_groups.values()
    schedules = [{"ScheduleArn": s.arn} for g in groups for s in list(g.schedules.values())]
    return {json.dumps(answer) for answer in [*schedules, *({"ScheduleGroupArn": g.arn} for g in groups)]}


def install():
    from moto.scheduler.responses import EventBridgeSchedulerResponse

    for action in ("create_schedule", "update_schedule"):
        wrap(EventBridgeSchedulerResponse, action, checked)
    for action in ("create_schedule", "create_schedule_group"):
        wrap(EventBridgeSchedulerResponse, action, idempotent)
