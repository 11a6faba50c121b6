"""Definitions of state machines that have been accepted are not parsed again."""

import pytest

from aws.step_functions.accepted import remembering


def test_a_definition_is_validated_once_and_another_one_by_itself(tmp_path):
    validated = []
    validate = remembering(lambda definition: validated.append(definition), tmp_path / "folder")
    for definition in ["one", "two", "one", "two"]:
        validate(definition=definition)
    assert validated == ["one", "two"]


def test_what_one_lab_has_accepted_the_next_does_not_validate(tmp_path):
    remembering(lambda definition: None, tmp_path)(definition="one")
    remembering(lambda definition: pytest.fail("validated again"), tmp_path)(definition="one")


def test_a_refusal_comes_each_time(tmp_path):
    def refuse(definition: str):
        raise ValueError(f"{definition} is wrong")

    validate = remembering(refuse, tmp_path)
    for _ in range(2):
        with pytest.raises(ValueError, match="one is wrong"):
            validate(definition="one")
