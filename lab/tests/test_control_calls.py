import pytest

from tests.conformance.elasticache.given import group, subnet_group
from tests.conformance.harness import Lab


@pytest.mark.parametrize("call", ["automatic-snapshot", "failover", "maintenance", "age", "data-size"])
def test_what_a_control_call_shows_of_aws_has_only_the_members_of_the_api(lab: Lab, call: str):
    """AWS's members begin with a capital letter, what the lab keeps beside them does not."""
    for step in (subnet_group, group()):
        step(lab)
    more = {"age": {"hours": 3}, "data-size": {"megabytes": 5}}.get(call, {})
    answer = lab.control(call, replicationGroupId="cache", **more)
    assert answer
    assert [name for name in answer if not name[0].isupper()] == []
