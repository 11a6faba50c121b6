"""Simulated time: what really passed, plus what Wait states and retries left out.

LAB_SPEED (60) is how many times as fast they go. TimeoutSeconds and the five minutes of an EXPRESS execution count the time that they
stand for. Branches inherit the simulated time, and the longest one gives it back.
"""

import os
import threading
import time

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment

from aws.step_functions.limits import EXPRESS_SECONDS, STANDARD_SECONDS
from aws.wrapping import wrap

SPEED = float(os.environ.get("LAB_SPEED", "60"))
RETRYING = threading.local()


class Clock:
    """The `time` of moto's retries, at the lab's speed."""

    def __getattr__(self, name):
        return getattr(time, name)

    @staticmethod
    def sleep(seconds: float):
        pause(RETRYING.env, seconds)


def elapsed(env) -> float:
    """Simulated seconds since the execution began, at the place of a state that is about to wait."""
    return time.time() - env.lab_root.lab_began + env.lab_skipped


def skipped(env) -> float:
    """What is left out, that of a wait which is under way included, in the branch that is furthest."""
    waiting = (time.time() - env.lab_waiting) * (SPEED - 1) if env.lab_waiting else 0.0
    return max([env.lab_skipped + waiting, *(skipped(frame) for frame in list(env._frames))])


def elapsed_so_far(root) -> float:
    """Simulated seconds of an execution, seen from outside."""
    return time.time() - root.lab_began + skipped(root)


def pause(env, seconds: float):
    root = env.lab_root
    left = root.lab_limit - elapsed(env)
    short = min(seconds, max(left, 0))
    env.lab_waiting = time.time()
    env.program_state_event.wait(short / SPEED)
    env.lab_waiting = 0.0
    env.lab_skipped += short * (1 - 1 / SPEED)
    if seconds > left:
        root.set_timed_out()


def wait(self, env, wait_seconds):
    pause(env, wait_seconds)


def timed_retry(eval_body):
    def timed(self, env):
        RETRYING.env = env
        eval_body(self, env)

    return timed


def timed_program(evaluate):
    def timed(self, env):
        if not env.is_frame():
            longest = EXPRESS_SECONDS if not env.is_standard_workflow() else STANDARD_SECONDS
            own = self.timeout_seconds.timeout_seconds if self.timeout_seconds else longest
            env.lab_root, env.lab_began, env.lab_skipped, env.lab_limit = env, time.time(), 0.0, min(own, longest)
            env.lab_waiting, env.event_manager.lab_root = 0.0, env
            self.timeout_seconds = None
        evaluate(self, env)

    return timed


def inheriting(as_inner_frame_of):
    def inherit(cls, env, *rest, **more):
        frame = as_inner_frame_of(cls, env, *rest, **more)
        frame.lab_root, frame.lab_skipped, frame.lab_waiting = env.lab_root, env.lab_skipped, 0.0
        return frame

    return classmethod(inherit)


def giving_back(close_frame):
    def give_back(self, frame):
        self.lab_skipped = max(self.lab_skipped, frame.lab_skipped)
        close_frame(self, frame)

    return give_back


def install():
    WaitFunction._wait_interval = wait
    retrier_decl.time = Clock()
    wrap(retrier_decl.RetrierDecl, "_eval_body", timed_retry)
    wrap(Program, "eval", timed_program)
    Environment.as_inner_frame_of = inheriting(Environment.as_inner_frame_of.__func__)
    wrap(Environment, "close_frame", giving_back)
