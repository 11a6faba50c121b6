"""What the unit tests take for AWS's API models is what the installed botocore has."""

import pytest

import extract_api


@pytest.mark.parametrize("service", extract_api.committed())
def test_extract_is_that_of_the_installed_botocore(service):
    written = (extract_api.FOLDER / f"{service}.json").read_text()
    assert written == extract_api.text_of(extract_api.extract(service, extract_api.committed()[service]))


def test_every_service_that_state_machines_call_is_extracted():
    assert {"cloudwatch", "elasticache", "sfn", "sns"} <= set(extract_api.committed())
