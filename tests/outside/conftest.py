"""Other people's code as proof: provider SDKs and the like, in an environment and a process of their own. They talk to
our reference agent, or are talked to by the gate; what they understood comes back as one line of JSON."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(__file__).parent / "scripts"
PYTHON = Path(os.environ.get("VOXGATE_PROOF_PYTHON") or ROOT / ".venv-proof" / "bin" / "python")
BUDGET_S = 90

Proof = Callable[..., Any]


@pytest.fixture(scope="session")
def proof() -> Proof:
    """Runs a script of `scripts/` in the environment of the proofs; gives the JSON of its last line."""
    if not PYTHON.exists():
        pytest.fail(f"the environment of the proofs is missing ({PYTHON}): run make proof-setup")

    def run(script: str, *arguments: str, stdin: str | None = None) -> Any:
        done = subprocess.run(
            [PYTHON, SCRIPTS / script, *arguments], input=stdin, capture_output=True, text=True, timeout=BUDGET_S,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{script} ended with {done.returncode}\n{done.stderr[-4000:]}"
        return json.loads(done.stdout.splitlines()[-1])

    return run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[str], banner: str) -> Iterator[None]:
    """A server in a process of its own, from the line with `banner` on; it stops when its standard input ends."""
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    try:
        line = process.stdout.readline()
        assert banner in line, f"{line}\n{process.stderr.read() if process.stderr else ''}"
        yield
    finally:
        process.stdin.close()
        process.wait(20)
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()


@pytest.fixture
def agent() -> Iterator[Callable[..., int]]:
    """Starts a reference agent: `agent("openai-realtime", "--fault", "deaf")` gives its port."""
    with ExitStack() as stack:

        def start(dialect: str, *more: str) -> int:
            port = free_port()
            command = [sys.executable, "-P", "-m", "gate", "agent", "--dialect", dialect, "--port", str(port), *more]
            stack.enter_context(serving([*command, "--until-eof"], "listening"))
            return port

        yield start
