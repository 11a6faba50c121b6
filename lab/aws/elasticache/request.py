"""A request to ElastiCache, checked against the API's model before an action sees it."""

import re
from collections.abc import Callable
from functools import cached_property

from moto.core.responses import ActionResult, BaseResponse

from aws import models
from aws.elasticache.lifecycle import settled
from aws.elasticache.refusals import Refusal, refuse, refuse_value
from aws.elasticache.state import Place, Region

# Names that are not case-sensitive: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteReplicationGroup.html
LOWERCASE = ("groups", "clusters", "snapshots", "users", "user_groups")


class Request(BaseResponse):
    def __init__(self):
        super().__init__(service_name="elasticache")
        self.automated_parameter_parsing = True

    def call_action(self):
        try:
            check_against_model(models.operation_named("elasticache", self._get_action()), self.params)
        except Refusal as refusal:
            status, headers, body = self.serialized(ActionResult(refusal))
            return status, {**headers, "status": str(status)}, body
        return super().call_action()

    @property
    def place(self) -> Place:
        return Place(self.current_account, self.region)

    @cached_property
    def state(self) -> Region:
        return settled(self.place)

    def get(self, name: str, default=None):
        value = self._get_param(name)
        return default if value is None else value

    def named(self, table: str, parameter: str, missing: str) -> dict:
        """The thing that a parameter names."""
        rows, name = getattr(self.state, table), str(self.get(parameter, ""))
        key = name.lower() if table in LOWERCASE else name
        if key not in rows:
            refuse(missing, f"{parameter} {name} not found.")
        return rows[key]

    def selected(self, table: str, parameter: str, missing: str) -> list[dict]:
        """The thing that a parameter names, or all."""
        return list(getattr(self.state, table).values()) if self.get(parameter) is None else [self.named(table, parameter, missing)]

    def page(self, rows: list[dict], shown: Callable[[dict], dict] = lambda row: row) -> ActionResult:
        """A page of an answer, of the size that MaxRecords asks for, each row as it is shown.

        After the last one Marker is empty (botocore, examples-1.json).
        """
        operation = models.operation_of("elasticache", self._get_action())
        default, low, high = models.page_bounds(operation)
        size, start = self.get("MaxRecords", default), int(self.get("Marker") or 0)
        if not low <= size <= high:
            refuse_value(f"Invalid MaxRecords: {size}. Must be between {low} and {high}.")
        key = models.paginators("elasticache")[operation.name]["result_key"]
        following = str(start + size) if start + size < len(rows) else ""
        return ActionResult({key: [shown(row) for row in rows[start : start + size]], "Marker": following})


def check_against_model(operation, given: dict):
    """Required members, enums, bounds and patterns. An empty value counts as none: an answer of AWS that LocalStack recorded says so,
    https://github.com/localstack/localstack/blob/main/tests/aws/protocol/test_query_protocol.py"""
    if operation is None or operation.input_shape is None:
        return
    for problem in models.problems(operation.input_shape, given):
        if problem.kind == "missing":
            refuse_value(f"The parameter {problem.member} must be provided and must not be blank.")
        refuse_value(f"Invalid value for {problem.member}: {problem.value!r}. {problem.rule}")


def check_tag(key: str, value: str):
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html"""
    if not re.fullmatch(r"[\w\s.:/=+@-]{1,128}", key) or not re.fullmatch(r"[\w\s.:/=+@-]{0,256}", value):
        refuse_value(f"Invalid tag: {key}={value}")
