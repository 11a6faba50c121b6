"""Answers to calls that a control call makes fail."""

import pytest
from botocore.exceptions import ClientError

from tests.conformance.harness import Lab


@pytest.mark.parametrize(
    ("call", "action"),
    [
        ("stepfunctions.list_state_machines", "ListStateMachines"),
        ("elasticache.describe_events", "DescribeEvents"),
    ],
)
def test_have_a_request_id_which_step_functions_puts_into_the_cause(lab: Lab, call: str, action: str):
    lab.control("fail", action=action, times=1, code="ThrottlingException", http=400)
    with pytest.raises(ClientError) as failed:
        lab.call(call)
    assert failed.value.response["ResponseMetadata"]["RequestId"] == "lab"
