import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.harness import REGION, Lab

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for all tests, on a port of its own."""
    log = tmp_path_factory.mktemp("lab") / "server.log"
    environment = {**os.environ, "AWS_REGION": REGION}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "aws.server", "--until-stdin-ends"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        url = process.stdout.readline().strip()
        assert url, log.read_text()
        yield Lab(url)
        process.stdin.close()
        process.wait(timeout=10)


@pytest.fixture
def lab(server: Lab):
    server.reset()
    return server
