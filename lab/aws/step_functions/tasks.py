"""Tasks that call AWS: arguments and answers under Step Functions' names, each call judged against the state machine's role."""

from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import StateTaskServiceAwsSdk
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sns import StateTaskServiceSns
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sqs import StateTaskServiceSqs

from aws.event_bridge.callers import acting_as
from aws.iam.authorize import AccessDenied, authorize
from aws.models import BOTOCORE_NAMES, as_asked, as_shown, operation_of
from aws.s3.bucket_policies import bucket_named
from aws.step_functions.arguments import problems
from aws.step_functions.failures import RUNTIME, failure
from aws.step_functions.limits import check_size
from aws.step_functions.names import access_denied_code, error_name, service_name
from aws.step_functions.times import plain
from aws.wrapping import wrap

TERMINAL = {"States.DataLimitExceeded", "States.Runtime"}


def authorized(role: str, service: str, operation: str, arguments: dict, region: str):
    """@raises ClientError, as AWS answers"""
    try:
        authorize(role, service, operation, arguments, region)
    except AccessDenied as error:
        answer = {"Error": {"Code": access_denied_code(service), "Message": str(error)}}
        answer["ResponseMetadata"] = {"HTTPStatusCode": 403, "RequestId": "lab"}
        raise ClientError(answer, operation) from error


def in_own_region(service: str, operation: str, bucket: str | None, region: str):
    """Step Functions calls AWS in its own Region, where S3 has no bucket of another one. What a copy is made of may be anywhere.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList (PermanentRedirect)

    @raises ClientError, as AWS answers
    """
    found = bucket_named(bucket) if service == "s3" and bucket else None
    if found is not None and found.region_name != region:
        message = "The bucket you are attempting to access must be addressed using the specified endpoint."
        answer = {"Error": {"Code": "PermanentRedirect", "Message": message}}
        answer["ResponseMetadata"] = {"HTTPStatusCode": 301, "RequestId": "lab"}
        raise ClientError(answer, operation)


def text_of_body(value):
    """The body of an object of S3 is text in the answer."""
    return value.read().decode() if isinstance(value, StreamingBody) else value


def sdk_call(eval_service_task):
    """`arn:aws:states:::aws-sdk:service:operation`"""

    def call(self, env, resource_runtime_part, normalised_parameters, state_credentials):
        service, operation = self.resource.api_name, self.resource.api_action
        wrong = problems(service, operation, normalised_parameters)
        if wrong:
            arguments = plain(normalised_parameters)
            raise failure(env, RUNTIME, f"The parameters '{arguments}' could not be used to start the Task: [{', '.join(wrong)}]")
        check_size(env, normalised_parameters, env.next_state_name)
        model = operation_of(service, operation)
        asked = as_asked(normalised_parameters, model.input_shape)
        in_own_region(service, operation, asked.get("Bucket"), resource_runtime_part.region)
        authorized(state_credentials.role_arn, service, operation, asked, resource_runtime_part.region)
        with acting_as(state_credentials.role_arn):
            eval_service_task(self, env, resource_runtime_part, asked, state_credentials)
        answer = {name: text_of_body(value) for name, value in env.stack.pop().items()}
        env.stack.append(as_shown(plain(answer), model.output_shape))

    return call


def own_call(eval_service_task):
    """The integrations with SNS and SQS that Step Functions optimizes: `arn:aws:states:::sns:publish`"""

    def call(self, env, resource_runtime_part, normalised_parameters, state_credentials):
        service, operation = self.resource.service_name, self.resource.api_action
        authorized(state_credentials.role_arn, service, operation, normalised_parameters, resource_runtime_part.region)
        with acting_as(state_credentials.role_arn):
            eval_service_task(self, env, resource_runtime_part, normalised_parameters, state_credentials)
        env.stack.append(plain(env.stack.pop()))

    return call


def catching(eval_body):
    """States.ALL catches neither States.DataLimitExceeded nor States.Runtime.

    States.TaskFailed "acts as a wildcard that matches any known error name except for States.Timeout"; moto leaves out all that begin
    with States. That it matches the two terminal errors is not documented.
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation
    """

    def matches(self, env):
        error, entries = getattr(env.stack[-1], "error_name", ""), [name.error_name for name in self.error_names]
        eval_body(self, env)
        left_out = TERMINAL if "States.ALL" in entries else {*TERMINAL, "States.Timeout"}
        if error not in entries and {"States.ALL", "States.TaskFailed"} & set(entries):
            env.stack[-1] = error not in left_out

    return matches


def install():
    wrap(StateTaskServiceAwsSdk, "_eval_service_task", sdk_call)
    for owner in (StateTaskServiceSns, StateTaskServiceSqs):
        wrap(owner, "_eval_service_task", own_call)
    StateTaskServiceAwsSdk._normalise_service_error_name = staticmethod(service_name)
    StateTaskServiceAwsSdk._normalise_exception_name = staticmethod(error_name)
    StateTaskServiceAwsSdk._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES.update(BOTOCORE_NAMES)
    wrap(ErrorEqualsDecl, "_eval_body", catching)
