"""The process that evaluates JSONata (jsonata.mjs): started with the first expression, shared by all threads, gone with the lab."""

import atexit
import itertools
import json
import os
import subprocess
import threading
from concurrent.futures import Future
from pathlib import Path

PROGRAM = Path(__file__).with_name("jsonata.mjs")


class EvaluationFailed(Exception):
    """What JSONata says."""


class Evaluator:
    def __init__(self):
        # In a session of its own: Ctrl-C is for the command that uses the lab, and executions go on until it has ended.
        self.process = subprocess.Popen(
            [os.environ.get("LAB_NODE", "node"), str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self.ids, self.waiting, self.writing = itertools.count(), {}, threading.Lock()
        threading.Thread(target=self.read, daemon=True).start()
        atexit.register(self.process.stdin.close)

    def read(self):
        for line in self.process.stdout:
            answer = json.loads(line)
            self.waiting.pop(answer["id"]).set_result(answer)
        for future in list(self.waiting.values()):
            future.set_exception(EvaluationFailed("the process that evaluates JSONata has ended; run `npm ci` if jsonata is not installed"))

    def evaluate(self, expression: str, bindings: dict):
        future: Future = Future()
        with self.writing:
            request = next(self.ids)
            self.waiting[request] = future
            text = json.dumps({"id": request, "expression": expression, "bindings": bindings})
            try:
                self.process.stdin.write(text + "\n")
                self.process.stdin.flush()
            except OSError as error:
                raise EvaluationFailed("the process that evaluates JSONata has ended; run `npm ci` if jsonata is not installed") from error
        answer = future.result(timeout=60)
        if "error" in answer:
            raise EvaluationFailed(answer["error"])
        return answer["value"]


STARTING = threading.Lock()
RUNNING: list[Evaluator] = []


def start() -> Evaluator:
    with STARTING:
        if not RUNNING:
            RUNNING.append(Evaluator())
        return RUNNING[0]


def evaluate(expression: str, bindings: dict):
    """The value of an expression: JSON. Nothing (undefined) and a function are failures.

    @raises EvaluationFailed
    """
    return (RUNNING[0] if RUNNING else start()).evaluate(expression, bindings)
