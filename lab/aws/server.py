"""The server: moto with the services of this package, on one port of the loopback interface.

    python -m aws.server [--port 5055] [--until-stdin-ends]

It prints its address on one line once it answers; everything else goes to the standard error. AWS APIs are answered at every path
but /_lab/…, which are the control calls (control.py).
"""

import argparse
import io
import json
import os
import re
import signal
import socket
import sys
import threading
import traceback
from urllib.parse import parse_qs

from aws.errors import error_body
from aws.requests import signed_for

# SDKs read the one of S3 or the one of the other services, and moto's Step Functions fail on an error without it.
REQUEST_ID = [("x-amz-request-id", "lab"), ("x-amzn-RequestId", "lab")]


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m aws.server", description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument(
        "--until-stdin-ends",
        action="store_true",
        help="stop when the standard input is closed, so that no server outlives who started it, however that ended",
    )
    parser.add_argument("--describe-control-calls", action="store_true", help="print the control calls as JSON, and end")
    return parser.parse_args()


def listening_socket(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def note_retry(environ: dict, asked: str):
    """SDKs number the attempts of a call. One that is made again was not answered, and may have been carried out.

    https://github.com/aws/aws-sdk-go-v2/blob/main/aws/retry/middleware.go, MetricsHeader
    """
    attempt = re.match(r"attempt=(\d+)", environ.get("HTTP_AMZ_SDK_REQUEST", ""))
    if attempt and int(attempt[1]) > 1:
        print(f"{asked or environ['PATH_INFO']} is asked for again, attempt {attempt[1]}", file=sys.stderr, flush=True)


def answer_of_moto(aws, environ, asked: str, start_response):
    """What moto lacks is a client's error here: on a 5xx every SDK retries, the provider for minutes."""
    started = []
    try:
        body = b"".join(aws(environ, lambda status, headers, error=None: started.append((status, headers))))
        status, headers = started[-1]
    except Exception:
        traceback.print_exc()
        content_type, text = error_body(environ, "LabLacksThis", f"The lab cannot answer {asked}; its log ($LAB_LOG) says why.")
        status, headers, body = "400 Bad Request", [("Content-Type", content_type), *REQUEST_ID], text.encode()
    start_response(status, headers)
    return [body]


def recorded(answer, aws, environ, body: bytes, start_response):
    """Answers a call, and hands it to EventBridge as CloudTrail does. An event that cannot be made is the lab's fault, not the call's."""
    from aws.event_bridge import calls
    from aws.faults import action_of

    asked, started = action_of(environ, body), []
    answered = b"".join(answer(aws, environ, asked or environ["PATH_INFO"], lambda *head: started.append(head)))
    status, headers, *_ = started[-1]
    try:
        calls.record(environ, body, asked, status, headers, answered)
    except Exception:
        traceback.print_exc()
    start_response(status, headers)
    return [answered]


def answer_of_handler(handler, environ: dict, body: bytes, region: str, start_response):
    http, answer = handler(environ["REQUEST_METHOD"], environ["PATH_INFO"], json.loads(body or b"{}"), region)
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", answer.get("__type", ""))]
    start_response(f"{http} -", headers)
    return [json.dumps(answer).encode()]


def answer_of_control(environ: dict, body: bytes, start_response):
    from aws import control

    given = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()} | json.loads(body or b"{}")
    try:
        status, answer = "200 OK", control.answer(environ["PATH_INFO"], given)
    except (control.UnknownControlCall, control.InvalidArguments, control.NotThere) as error:
        status, answer = "400 Bad Request", {"error": str(error)}
    except Exception as error:
        traceback.print_exc()
        status, answer = "400 Bad Request", {"error": repr(error)}
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(answer, default=str).encode()]


def application():
    from moto.core.config import default_user_config
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from aws import cloudformation, rpc_v2, services
    from aws.event_bridge import data_events
    from aws.faults import action_of, failed_answer
    from aws.registry import SERVICES
    from aws.s3 import requests as s3_requests

    services.install()
    default_user_config["stepfunctions"]["execute_state_machine"] = True
    aws = DomainDispatcherApplication(create_backend_app)

    def app(environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if environ["PATH_INFO"].startswith("/_lab/"):
            return answer_of_control(environ, body, start_response)
        note_retry(environ, action_of(environ, body))
        services.settle()
        failed = failed_answer(environ, body) or s3_requests.refused_answer(environ)
        if failed:
            status, content_type, text = failed
            data_events.record(environ, status, text.encode())
            start_response(status, [("Content-Type", content_type), *REQUEST_ID])
            return [text.encode()]
        service, region = signed_for(environ)
        if service == "cloudformation":
            status, content_type, text = cloudformation.answer(environ, body)
            start_response(status, [("Content-Type", content_type)])
            return [text.encode()]
        if service in SERVICES:
            return answer_of_handler(SERVICES[service], environ, body, region, start_response)
        return recorded(answer_of_moto, aws, environ, body, start_response)

    return rpc_v2.understood(app)


def stop_when_stdin_ends():
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)


def main():
    args = parsed()
    if args.describe_control_calls:
        from aws import control, services

        services.install()
        print(json.dumps(control.describe()))
        return
    listener = listening_socket(args.port)
    port = listener.getsockname()[1]
    os.environ["MOTO_PORT"] = str(port)  # read by moto when it is imported: where its Step Functions call AWS
    if args.until_stdin_ends:
        # Ctrl-C reaches the whole foreground group. Terraform finishes what it began, and needs AWS for it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=stop_when_stdin_ends, daemon=True).start()
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", port, application(), threaded=True, fd=listener.fileno())
    print(f"http://127.0.0.1:{port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
