"""Executions that a state machine starts: `arn:aws:states:::states:startExecution`, `.sync` and `.sync:2`.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

import time
from datetime import datetime, timezone

from moto.core import DEFAULT_ACCOUNT_ID
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import StateTaskServiceCallback
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import StateTaskServiceSfn
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from aws.iam.authorize import may
from aws.step_functions.clock import elapsed_so_far, skipped
from aws.step_functions.tasks import authorized
from aws.wrapping import wrap


def lower_case(normalise_parameters):
    """moto hands StateMachineArn to botocore as it stands; the API's members begin in lower case."""

    def normalise(self, parameters, boto_service_name=None, service_action_name=None):
        normalise_parameters(self, parameters, boto_service_name, service_action_name)
        for key in list(parameters):
            parameters[key[:1].lower() + key[1:]] = parameters.pop(key)

    return normalise


def pascal_case(self, response, boto_service_name=None, service_action_name=None):
    """The answer is in PascalCase, with times as milliseconds since the epoch."""
    for key in list(response):
        value = response.pop(key)
        response[key[:1].upper() + key[1:]] = int(value.timestamp() * 1000) if isinstance(value, datetime) else value


def checked(eval_service_task):
    def call(self, env, resource_runtime_part, normalised_parameters, state_credentials):
        role, region = state_credentials.role_arn, resource_runtime_part.region
        authorized(role, "sfn", "startExecution", normalised_parameters, region)
        eval_service_task(self, env, resource_runtime_part, normalised_parameters, state_credentials)
        self._normalise_response(env.stack[-1])

    return call


def stop(execution):
    """moto answers before the execution's thread has noticed."""
    execution.stop(stop_date=datetime.now(timezone.utc), error=None, cause=None)
    until = time.time() + 5
    while execution.status == "RUNNING" and time.time() < until:
        time.sleep(0.02)


def accounted(build_resolver):
    """Waiting for an execution takes the simulated time that it took, and needs the right to look at it and to stop it.

    A task that times out stops it: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
    """

    def build(self, env, resource_runtime_part, normalised_parameters, state_credentials):
        region, child = resource_runtime_part.region, env.stack[-1]["ExecutionArn"]
        self.timeout.eval(env=env)
        longest = env.stack.pop()
        resolve = build_resolver(self, env, resource_runtime_part, normalised_parameters, state_credentials)
        execution = stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][region].describe_execution(child)
        began = env.lab_skipped

        def resolver():
            inner = execution.exec_worker.env if execution.exec_worker else None
            if hasattr(inner, "lab_root"):
                env.lab_skipped = max(env.lab_skipped, began + skipped(inner))
                if execution.status == "RUNNING" and elapsed_so_far(inner) > longest:
                    stop(execution)
                    raise EvalTimeoutError
            return resolve()

        for action in ("states:DescribeExecution", "states:StopExecution"):
            if not may(state_credentials.role_arn, action, child, region):
                authorized(state_credentials.role_arn, "sfn", action.partition(":")[2], {"executionArn": child}, region)
        resolver.child = execution
        return resolver

    return build


def aborted(eval_sync):
    """An execution that is stopped stops the one that it waits for: "Step Functions will make a best-effort attempt to cancel the task".

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
    """

    def evaluate(self, env, sync_resolver, **more):
        outcome = eval_sync(self, env=env, sync_resolver=sync_resolver, **more)
        child = getattr(sync_resolver, "child", None)
        if child and not outcome and child.status == "RUNNING":
            stop(child)
        return outcome

    return evaluate


def install():
    wrap(StateTaskServiceSfn, "_normalise_parameters", lower_case)
    StateTaskServiceSfn._normalise_response = pascal_case
    wrap(StateTaskServiceSfn, "_eval_service_task", checked)
    wrap(StateTaskServiceCallback, "_eval_sync", aborted)
    for resolver in ("_build_sync_resolver", "_build_sync2_resolver"):
        wrap(StateTaskServiceSfn, resolver, accounted)
