"""Failures of a state, for moto's engine."""

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType

QUERY_EVALUATION = StatesErrorNameType.StatesQueryEvaluationError
RUNTIME = StatesErrorNameType.StatesRuntime
DATA_LIMIT = StatesErrorNameType.StatesStatesDataLimitExceeded


def failure(env, kind: StatesErrorNameType, cause: str) -> FailureEventException:
    error = StatesErrorName(typ=kind)
    evaluation = kind is QUERY_EVALUATION
    event = HistoryEventType.EvaluationFailed if evaluation else HistoryEventType.TaskFailed
    details = "evaluationFailedEventDetails" if evaluation else "taskFailedEventDetails"
    return FailureEventException(
        FailureEvent(env=env, error_name=error, event_type=event, event_details={details: {"error": error.error_name, "cause": cause}})
    )
