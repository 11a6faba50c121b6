"""How ElastiCache refuses."""

from typing import NoReturn

from moto.core.exceptions import ServiceException


class Refusal(ServiceException):
    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


def refuse(code: str, message: str) -> NoReturn:
    raise Refusal(code, message)


def refuse_value(message: str) -> NoReturn:
    refuse("InvalidParameterValue", message)


def refuse_combination(message: str) -> NoReturn:
    refuse("InvalidParameterCombination", message)
