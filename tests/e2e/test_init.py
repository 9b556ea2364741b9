"""`voxgate init` in a repository, and its manifest against the reference agent over real sockets."""

import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gate.cli.starters import STARTERS
from gate.reference.gatekeeper import mint
from tests.cli.repositories import REPOSITORIES, lay_out
from tests.cli.test_init_repository import KEYS
from tests.e2e.conftest import Gate, command, environ
from tests.e2e.test_outcomes import free_port
from tests.rehearsal import KEY

pytestmark = pytest.mark.long


@pytest.mark.parametrize("dialect", REPOSITORIES)
def test_from_a_repository_to_a_green_build(dialect: str, gate: Gate, tmp_path: Path) -> None:
    port, starter = free_port(), STARTERS[dialect]
    lay_out(tmp_path, dialect)
    path = urlsplit(starter.url).path if starter.url else starter.path
    assert gate("init", "--url", f"ws://127.0.0.1:{port}{path}", again=False).exit == 0
    own = {"VOXGATE_AGENT_KEY": KEY} if dialect in KEYS else {}
    agent = subprocess.Popen(
        command("agent", "--dialect", dialect, "--port", str(port), "--until-eof"),
        env=environ(**own), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert agent.stdout is not None
        assert "listening" in agent.stdout.readline()
        keys = {KEYS[dialect]: mint(KEY, time.time())} if dialect in KEYS else {}
        outcome = gate("run", again=False, **keys)
        assert outcome.exit == 0, outcome.out + outcome.err
    finally:
        agent.communicate(timeout=20)
