"""The error that a branch or an iteration failed with is that of its Parallel or Map state, also when it is one of the language's own.

moto refuses to name it: 'Custom Error Names MUST NOT begin with the prefix States.'
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl

OWN = {kind.to_name(): kind for kind in StatesErrorNameType}


def error_named(error_name: str | None) -> ErrorName:
    return StatesErrorName(typ=OWN[error_name]) if error_name in OWN else CustomErrorName(error_name)


def install():
    for module in (iteration_worker, branches_decl):
        module.CustomErrorName = error_named
