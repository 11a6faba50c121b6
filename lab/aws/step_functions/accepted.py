"""Definitions that moto's parser has accepted are not parsed again: it takes seconds for a large one, was half of what the lab did in a
deployment, and its answer depends on the definition alone.

They are remembered, as hashes, in the Python environment of the lab, which another version of moto does not share.
"""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

from moto.stepfunctions.parser.models import StepFunctionsParserBackend

FOLDER = Path(sys.prefix, "accepted-definitions")


def remembering(validate: Callable, folder: Path) -> Callable:
    """Refusals are not remembered: their message comes from the parser."""

    def validate_once(definition: str):
        mark = folder / hashlib.sha256(definition.encode()).hexdigest()
        if mark.exists():
            return
        validate(definition=definition)
        folder.mkdir(exist_ok=True)
        mark.touch()

    return validate_once


def install():
    # The method is static, so that what replaces it is, too.
    validate = StepFunctionsParserBackend._validate_definition
    StepFunctionsParserBackend._validate_definition = staticmethod(remembering(validate, FOLDER))
