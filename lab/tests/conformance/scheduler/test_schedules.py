from tests.conformance.harness import REGION, Lab, Row, conformance
from tests.conformance.state_machines import ACCOUNT, ANYTHING, MACHINE_ARN, machine, output, role, statement

GUIDE = "https://docs.aws.amazon.com/scheduler/latest/UserGuide"
DEPUTY = f"{GUIDE}/cross-service-confused-deputy-prevention.html"
API = "https://docs.aws.amazon.com/scheduler/latest/APIReference"
GROUP = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/group"
SCHEDULE = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/group/schedule"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/scheduler"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead"
START = statement("states:StartExecution", on=MACHINE_ARN)


def group(lab: Lab):
    lab.call("scheduler.create_schedule_group", Name="group")


def trusted(condition: dict | None = None, service: str = "scheduler.amazonaws.com", allow: list[dict] | None = None):
    def create(lab: Lab):
        role(lab, "scheduler", service, allow if allow is not None else [START], condition)

    return create


def arguments(**target) -> dict:
    return {
        "Name": "schedule",
        "GroupName": "group",
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": MACHINE_ARN, "RoleArn": ROLE, **target},
    }


def schedule(**target):
    def create(lab: Lab):
        lab.call("scheduler.create_schedule", **arguments(**target))

    return create


def echo(lab: Lab):
    machine(lab, output("{% $states.input %}"), [ANYTHING])


test_creating = conformance(
    [
        Row(
            "a role that trusts the scheduler",
            given=[group, trusted()],
            call="scheduler.create_schedule",
            arguments=arguments(),
            answers={"ScheduleArn": SCHEDULE},
            source=f"{API}/API_CreateSchedule.html",
        ),
        Row(
            "a role that trusts another service",
            given=[group, trusted(service="events.amazonaws.com")],
            call="scheduler.create_schedule",
            arguments=arguments(),
            refused="ValidationException",
            message="must allow AWS EventBridge Scheduler to assume the role",
            source=f"{API}/API_CreateSchedule.html",
        ),
        Row(
            "a role that trusts the scheduler for the schedule's group",
            given=[group, trusted({"StringEquals": {"aws:SourceArn": GROUP, "aws:SourceAccount": ACCOUNT}})],
            call="scheduler.create_schedule",
            arguments=arguments(),
            answers={"ScheduleArn": SCHEDULE},
            source=DEPUTY,
        ),
        Row(
            "a role that trusts the scheduler for the schedule itself",
            given=[group, trusted({"StringEquals": {"aws:SourceArn": SCHEDULE}})],
            call="scheduler.create_schedule",
            arguments=arguments(),
            refused="ValidationException",
            source=DEPUTY,
        ),
        Row(
            "a role that trusts the scheduler for another account",
            given=[group, trusted({"StringEquals": {"aws:SourceAccount": "999999999999"}})],
            call="scheduler.create_schedule",
            arguments=arguments(),
            refused="ValidationException",
            source=DEPUTY,
        ),
        Row(
            "a schedule is found in its group",
            given=[group, trusted(), schedule()],
            call="scheduler.get_schedule",
            arguments={"Name": "schedule", "GroupName": "group"},
            answers={"GroupName": "group", "Target.Arn": MACHINE_ARN, "State": "ENABLED", "Arn": SCHEDULE},
            source=f"{API}/API_GetSchedule.html",
        ),
        Row(
            "a schedule is not found in the default group",
            given=[group, trusted(), schedule()],
            call="scheduler.get_schedule",
            arguments={"Name": "schedule"},
            refused="ResourceNotFoundException",
            source=f"{API}/API_GetSchedule.html",
        ),
        Row(
            "the same request sent again is answered as the first",
            given=[group, trusted(), lambda lab: lab.call("scheduler.create_schedule", **arguments(), ClientToken="token")],
            call="scheduler.create_schedule",
            arguments={**arguments(), "ClientToken": "token"},
            answers={"ScheduleArn": SCHEDULE},
            source=f"{API}/API_CreateSchedule.html",
        ),
        Row(
            "another request for the same name",
            given=[group, trusted(), lambda lab: lab.call("scheduler.create_schedule", **arguments(), ClientToken="token")],
            call="scheduler.create_schedule",
            arguments={**arguments(), "ClientToken": "other"},
            refused="ConflictException",
            source=f"{API}/API_CreateSchedule.html",
        ),
    ]
)


def due(lab: Lab, *given) -> dict:
    for step in [group, echo, *given]:
        step(lab)
    return lab.control("run-schedule", name="schedule")


def test_a_due_schedule_starts_its_target_with_its_input(lab: Lab):
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html"""
    ended = due(lab, trusted(), schedule(Input='{"a": 1}'))
    assert (ended["status"], ended["output"]) == ("SUCCEEDED", '{"a": 1}')


def test_context_attributes_are_replaced(lab: Lab):
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html"""
    ended = due(lab, trusted(), schedule(Input='{"a": "<aws.scheduler.schedule-arn>"}'))
    assert SCHEDULE in ended["output"]


def test_a_role_that_may_not_start_the_target(lab: Lab):
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html"""
    assert due(lab, trusted(allow=[]), schedule())["status"] == "NOT_STARTED"


def test_a_disabled_schedule_does_not_start(lab: Lab):
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""

    def disabled(lab: Lab):
        lab.call("scheduler.create_schedule", **arguments(), State="DISABLED")

    assert due(lab, trusted(), disabled)["status"] == "DISABLED"


def dead_letters(lab: Lab, allow: list[dict]) -> list[dict]:
    url = lab.call("sqs.create_queue", QueueName="dead")["QueueUrl"]
    due(lab, trusted(allow=allow), schedule(Input='{"a": 1}', DeadLetterConfig={"Arn": QUEUE}))
    return lab.call("sqs.receive_message", QueueUrl=url, MessageAttributeNames=["All"]).get("Messages", [])


def test_what_cannot_be_started_goes_to_the_dead_letter_queue(lab: Lab):
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html"""
    messages = dead_letters(lab, [statement("sqs:SendMessage", on=QUEUE)])
    assert [message["Body"] for message in messages] == ['{"a": 1}']
    assert messages[0]["MessageAttributes"]["TARGET_ARN"]["StringValue"] == MACHINE_ARN


def test_the_dead_letter_queue_needs_a_permission(lab: Lab):
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html"""
    assert dead_letters(lab, []) == []
