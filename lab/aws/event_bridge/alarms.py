"""The events that CloudWatch sends by itself when an alarm is created, updated or deleted. They need no trail.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from aws.event_bridge.delivery import event_of, has_rules, put_on_bus


def changed(backend: CloudWatchBackend, alarm, operation: str):
    if not has_rules(backend.region_name):
        return
    detail = {
        "alarmName": alarm.name,
        "operation": operation,
        "configuration": {
            "alarmName": alarm.name,
            "description": alarm.description,
            "actionsEnabled": bool(alarm.actions_enabled),
            "alarmActions": alarm.alarm_actions or [],
            "okActions": alarm.ok_actions or [],
            "insufficientDataActions": alarm.insufficient_data_actions or [],
            **({"threshold": alarm.threshold} if alarm.threshold is not None else {}),
        },
        "state": {"value": alarm.state_value},
    }
    event = event_of("aws.cloudwatch", "CloudWatch Alarm Configuration Change", detail, backend.region_name, [alarm.alarm_arn])
    put_on_bus(event, backend.region_name)


def install():
    put, delete = CloudWatchBackend.put_metric_alarm, CloudWatchBackend.delete_alarms

    def alarm_is_put(backend: CloudWatchBackend, *arguments, **named):
        name = named.get("name") or arguments[0]
        operation = "update" if name in backend.alarms else "create"
        alarm = put(backend, *arguments, **named)
        changed(backend, alarm, operation)
        return alarm

    def alarms_are_deleted(backend: CloudWatchBackend, alarm_names: list[str]):
        gone = [backend.alarms[name] for name in alarm_names if name in backend.alarms]
        delete(backend, alarm_names)
        for alarm in gone:
            changed(backend, alarm, "delete")

    def switched(on: bool):
        def switch(backend: CloudWatchBackend, alarm_names: list[str]):
            for alarm in [backend.alarms[name] for name in alarm_names if name in backend.alarms]:
                alarm.actions_enabled = on
                changed(backend, alarm, "update")

        return switch

    CloudWatchBackend.put_metric_alarm = alarm_is_put
    CloudWatchBackend.delete_alarms = alarms_are_deleted
    CloudWatchBackend.enable_alarm_actions = switched(True)
    CloudWatchBackend.disable_alarm_actions = switched(False)
    CloudWatchResponse.enable_alarm_actions = answered("enable_alarm_actions")
    CloudWatchResponse.disable_alarm_actions = answered("disable_alarm_actions")


def answered(method: str):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html: moto has no answer for it."""

    def answer(response: CloudWatchResponse) -> ActionResult:
        getattr(response.cloudwatch_backend, method)(response._get_param("AlarmNames") or [])
        return ActionResult({})

    return answer
