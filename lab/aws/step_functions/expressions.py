"""JSONata in a state machine: what an expression sees, and when its variables change.

Developer guide: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html (JSONata) and
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html (variables).
"""

import json

from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.parse import preprocessor
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from aws.step_functions.evaluator import EvaluationFailed, evaluate
from aws.step_functions.failures import QUERY_EVALUATION, failure
from aws.step_functions.limits import check_assigned
from aws.step_functions.times import plain
from aws.wrapping import wrap


def bindings_of(env, expression: str) -> dict:
    """`$states` and the variables. Only what the text names is sent: an execution may hold ten MiB of variables."""
    scope = {**env.variable_store._outer_scope, **env.variable_store._inner_scope}
    bindings = {name: value for name, value in scope.items() if f"${name}" in expression}
    if "$states" in expression:
        states = {k: v for k, v in env.states._states_data.items() if k in ("input", "context") or v is not None}
        bindings["states"] = {k: v for k, v in states.items() if k in expression or "$states." not in expression}
    return plain(bindings)


def eval_expression(self, env):
    """Undefined, a function and every error of an evaluation are States.QueryEvaluationError."""
    try:
        env.stack.append(evaluate(self.expression, bindings_of(env, self.expression)))
    except EvaluationFailed as error:
        raise failure(env, QUERY_EVALUATION, f"The JSONata expression '{self.expression}' {error}.") from error


def eval_assign(self, env):
    """Assign and Output are evaluated in parallel, with the variables as they were when the state began."""
    fresh = {}
    for binding in self.declaration_bindings:
        binding.eval(env=env)
        fresh.update(env.stack.pop())
    check_assigned(env, fresh)
    env.lab_assigned = {**getattr(env, "lab_assigned", {}), **fresh}


def commit_then(set_next):
    def commit(self, env):
        for name, value in getattr(env, "lab_assigned", {}).items():
            env.variable_store.set(variable_identifier=name, variable_value=value)
        env.lab_assigned = {}
        set_next(self, env)

    return commit


def text_of(parser_rule_context):
    """A string of the definition, read as the JSON it is. moto leaves some escapes as they stand, and reads others as Python."""
    text = parser_rule_context.getText()
    return json.loads(text) if text.startswith('"') or text == "null" else text


def install():
    StringJSONata._eval_body = eval_expression
    AssignDecl._eval_body = eval_assign
    for owner in (CommonStateField, StateChoice):
        wrap(owner, "_set_next", commit_then)
    Preprocessor._inner_string_of, preprocessor.from_string_literal = staticmethod(text_of), text_of
