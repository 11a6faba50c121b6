"""Tables of what AWS answers and refuses, each row with its source, and how a row is run.

    ROWS = [
        Row(
            "retention above 35 days",
            given=[subnet_group],
            call="elasticache.create_replication_group",
            arguments={...},
            refused="InvalidParameterValue",
            source="https://docs.aws.amazon.com/...",
        ),
    ]
    test_rows = conformance(ROWS)

Every row starts with an empty AWS. `given` are functions of the lab that bring about what the row begins with, in that order.
A call may name a Region and a protocol of the service's model: "config@ca-west-1.put_config_rule",
"cloudwatch+smithy-rpc-v2-cbor.put_metric_alarm".
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

import boto3
import botocore.session
import jmespath
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "eu-west-1"


def session_speaking(service: str, protocol: str) -> boto3.Session:
    """A session whose client of a service speaks one protocol of those in its model, and not the one that botocore prefers."""
    session = botocore.session.get_session()
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def load_service_model(name, type_name, api_version=None):
        model = load(name, type_name, api_version)
        if (name, type_name) != (service, "service-2"):
            return model
        assert protocol in model["metadata"]["protocols"], f"{service} does not speak {protocol}"
        return {**model, "metadata": {**model["metadata"], "protocol": protocol, "protocols": [protocol]}}

    loader.load_service_model = load_service_model
    return boto3.Session(botocore_session=session)


class Lab:
    """A running lab, as its callers see it."""

    def __init__(self, url: str):
        self.url = url
        self.clients = {}

    def client(self, asked: str):
        """`asked` is a service, or `service@region`, `service+protocol`."""
        if asked not in self.clients:
            service, _, protocol = asked.partition("+")
            service, _, region = service.partition("@")
            session = session_speaking(service, protocol) if protocol else boto3
            self.clients[asked] = session.client(
                service,
                region_name=region or REGION,
                endpoint_url=self.url,
                aws_access_key_id="lab",
                aws_secret_access_key="lab",
                # What a model forbids is for the server to refuse: not every caller of AWS checks it first.
                config=Config(
                    parameter_validation=False,
                    retries={"total_max_attempts": 1},
                    s3={"addressing_style": "path"},
                    # S3 Control puts the account in front of the host, and no resolver knows 123456789012.127.0.0.1.
                    proxies={"http": self.url} if service == "s3control" else None,
                ),
            )
        return self.clients[asked]

    def call(self, name: str, /, **arguments) -> dict:
        """`call("elasticache.describe_snapshots", SnapshotName="a")`"""
        service, _, action = name.partition(".")
        return getattr(self.client(service), action)(**arguments)

    def control(self, name: str, /, **arguments):
        """A control call: `control("failover", replicationGroupId="a")`"""
        return self.post(f"/_lab/{name}", arguments)

    def reset(self):
        self.control("reset")
        self.post("/moto-api/reset", {})

    def post(self, path: str, body: dict):
        request = urllib.request.Request(self.url + path, data=json.dumps(body).encode(), method="POST")
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path} {body}: {error.read().decode()}") from None


Step = Callable[[Lab], object]


@dataclass(frozen=True)
class Row:
    what: str
    call: str
    source: str
    arguments: dict | Callable[[Lab], dict] = field(default_factory=dict)
    given: tuple[Step, ...] | list[Step] = ()
    # The error code that AWS answers with.
    refused: str | None = None
    # A part of the message, where a source has its words.
    message: str = ""
    # JMESPath of the answer: its value, or a function that says whether it is right.
    answers: dict = field(default_factory=dict)
    # Calls that follow, each as (call, arguments, {JMESPath: value}).
    then: tuple[tuple[str, dict, dict], ...] | list[tuple[str, dict, dict]] = ()


def check(answer: dict, expected: dict):
    for path, value in expected.items():
        found = jmespath.search(path, answer)
        right = value(found) if callable(value) else found == value
        assert right, f"{path} is {found!r}, expected {'something else' if callable(value) else repr(value)}"


def run(lab: Lab, row: Row):
    for step in row.given:
        step(lab)
    arguments = row.arguments(lab) if callable(row.arguments) else row.arguments
    if row.refused:
        with pytest.raises(ClientError) as refusal:
            lab.call(row.call, **arguments)
        error = refusal.value.response["Error"]
        assert error["Code"] == row.refused, error
        assert row.message in error["Message"], error
    else:
        check(lab.call(row.call, **arguments), row.answers)
    for call, given, expected in row.then:
        check(lab.call(call, **given), expected)


def conformance(rows: list[Row]):
    """A test for each row. Every row has a source, and checks something."""
    for row in rows:
        assert row.source.startswith("https://"), f"{row.what}: no source"
        assert row.refused or row.answers or row.then, f"{row.what}: nothing is checked"
    assert len({row.what for row in rows}) == len(rows), "two rows are called the same"

    @pytest.mark.parametrize("row", [pytest.param(row, id=row.what) for row in rows])
    def test(lab: Lab, row: Row):
        run(lab, row)

    return test
