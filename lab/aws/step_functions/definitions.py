"""What is wrong with a definition, as CreateStateMachine and ValidateStateMachineDefinition say it.

As far as moto's parser, the API models and the language's rules for transitions tell: https://states-language.net/spec.html#transition
"""

import json
import re
from collections.abc import Iterator

from botocore.exceptions import UnknownServiceError
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from aws.step_functions.arguments import problems

SDK_TASK = re.compile(r"arn:aws[a-z-]*:states:::aws-sdk:(\w+):(\w+)(\.waitForTaskToken)?")


def first_problem(text: str) -> str | None:
    """A code of ValidateStateMachineDefinition and what it is about, or None."""
    try:
        StepFunctionsParserBackend._validate_definition(definition=text)
    except Exception as error:
        return str(getattr(error, "message", error))
    document = json.loads(text)
    return next(wrong_tasks(document), None) or next(wrong_transitions(document), None)


def machines_of(machine: dict) -> Iterator[dict]:
    """A machine, and those in its Parallel and Map states."""
    yield machine
    for state in machine.get("States", {}).values():
        for inner in [*state.get("Branches", []), *(state[k] for k in ("ItemProcessor", "Iterator") if k in state)]:
            yield from machines_of(inner)


def wrong_tasks(document: dict) -> Iterator[str]:
    for machine in machines_of(document):
        for name, state in machine.get("States", {}).items():
            task = SDK_TASK.fullmatch(str(state.get("Resource", "")))
            if task:
                try:
                    found = problems(task[1], task[2], state.get("Arguments", state.get("Parameters")))
                except UnknownServiceError:
                    found = [f"The resource provided {state['Resource']} is not recognized"]
                yield from (f"SCHEMA_VALIDATION_FAILED: {problem} at /States/{name}" for problem in found)


def wrong_transitions(document: dict) -> Iterator[str]:
    """StartAt and every Next names a state of the same States. All but Choice, Succeed and Fail have Next or End."""
    for machine in machines_of(document):
        states = machine.get("States", {})
        for name, state in states.items():
            choices = [c.get("Next") for c in state.get("Choices", [])] + [state.get("Default")]
            caught = [c.get("Next") for c in state.get("Catch", [])]
            for target in [machine.get("StartAt"), state.get("Next"), *choices, *caught]:
                if target is not None and target not in states:
                    yield f"MISSING_TRANSITION_TARGET: no state {target!r} where {name!r} is"
            if state.get("Type") not in ("Choice", "Succeed", "Fail") and not state.get("Next") and not state.get("End"):
                yield f"SCHEMA_VALIDATION_FAILED: the state {name!r} has neither Next nor End"
