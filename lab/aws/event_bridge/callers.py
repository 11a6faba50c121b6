"""Who makes a call, as CloudTrail records it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import threading
from contextlib import contextmanager

from moto.core import DEFAULT_ACCOUNT_ID
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk,
    state_task_service_sfn,
    state_task_service_sns,
    state_task_service_sqs,
)
from moto.sts.models import sts_backends

# The role of the state machine whose call this is, from the thread that makes the call to the one that answers it.
HEADER = "X-Lab-Role"
acting = threading.local()


@contextmanager
def acting_as(role: str):
    acting.role = role
    try:
        yield
    finally:
        acting.role = None


def identity_of(environ: dict) -> dict:
    """A state machine's role, a session of a role that somebody has assumed, or the user that all other credentials stand for."""
    role = environ.get("HTTP_X_LAB_ROLE")
    key = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].partition("/")[0]
    session = sts_backends[DEFAULT_ACCOUNT_ID]["aws"].get_assumed_role_from_access_key(key)
    if role:
        return session_of(role, "lab", key)
    if session:
        return session_of(session.role_arn, session.session_name, key)
    return {
        "type": "IAMUser",
        "principalId": "AIDALABEXAMPLE",
        "arn": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:user/lab",
        "accountId": DEFAULT_ACCOUNT_ID,
        "accessKeyId": key,
        "userName": "lab",
    }


def session_of(role: str, session: str, key: str) -> dict:
    name = role.rpartition("/")[2]
    return {
        "type": "AssumedRole",
        "principalId": f"AROALABEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{DEFAULT_ACCOUNT_ID}:assumed-role/{name}/{session}",
        "accountId": DEFAULT_ACCOUNT_ID,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROALABEXAMPLE",
                "arn": role,
                "accountId": DEFAULT_ACCOUNT_ID,
                "userName": name,
            }
        },
    }


def install():
    """The calls of a state machine say in whose name they are made."""
    for module in (state_task_service_aws_sdk, state_task_service_sfn, state_task_service_sns, state_task_service_sqs):
        module.boto_client_for = naming_the_role(module.boto_client_for)


def naming_the_role(client_for):
    """Clients are kept: to make one costs more than its call. Making them is not thread-safe, and using them is.

    https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    """
    clients, making = {}, threading.Lock()

    def client_of(region, service, state_credentials=None):
        role = getattr(acting, "role", None)
        with making:
            if (region, service, role) not in clients:
                client = client_for(region, service, state_credentials)
                if role:
                    client.meta.events.register("before-sign.*.*", lambda request, **_: request.headers.add_header(HEADER, role))
                clients[region, service, role] = client
            return clients[region, service, role]

    return client_of
