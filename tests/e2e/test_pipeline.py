"""What a pipeline and a terminal get of a run, of an agent that speaks their languages."""

import os
import pty
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.runner import Runner
from tests.e2e.conftest import Gate, command, environ

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/voice
  dialect: canonical
  auth: {{bearer: "${{env.VOICE_TOKEN}}"}}
  budgets: {{connect: 2s, ready: 1s}}
suites:
  handshake: {{}}
"""
TOKEN = "planted-token-of-the-pipeline"
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@contextmanager
def deaf_agent(folder: Path) -> Iterator[None]:
    """Takes a connection, and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (folder / "voice-tests.yaml").write_text(MANIFEST.format(port=port), "utf-8")
        yield


@pytest.fixture
def at_github(tmp_path: Path) -> dict[str, str]:
    files = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    return {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path), "CI": "true", "VOICE_TOKEN": TOKEN, **files}


def test_github_gets_annotations_outputs_and_a_summary(gate: Gate, tmp_path: Path, at_github: dict[str, str]) -> None:
    with deaf_agent(tmp_path):
        outcome = gate("run", "--case", "opens", **at_github)
    assert outcome.exit == 1
    runner = Runner()
    runner.reads(outcome.out)
    assert runner.listens
    assert runner.masked == [TOKEN]
    assert [one.name for one in runner.commands] == ["group", "endgroup", "error"]
    error = runner.commands[-1]
    assert error.properties["file"] == "voice-tests.yaml"
    assert error.properties["line"] == "8"
    assert not any(TOKEN in line for line in runner.log)
    outputs = Runner.outputs((tmp_path / "output").read_text("utf-8"))
    assert (outputs["outcome"], outputs["reason"]) == ("failed", outcome.report["outcome"])
    for name in ("junit", "report", "evidence"):
        assert (tmp_path / outputs[name]).exists()
        assert not Path(outputs[name]).is_absolute()
    summary = (tmp_path / "summary").read_text("utf-8")
    assert summary == (outcome.results / "summary.md").read_text("utf-8")
    assert TOKEN not in summary
    assert (outcome.results / "gl-code-quality-report.json").is_file()


def test_with_json_standard_output_is_the_report(gate: Gate, tmp_path: Path) -> None:
    with deaf_agent(tmp_path):
        outcome = gate("run", "--case", "opens", "--json", VOICE_TOKEN=TOKEN)
    assert outcome.out == (outcome.results / "report.json").read_text("utf-8")
    assert "1 case against agent" in outcome.err


def test_a_terminal_shows_what_runs_and_what_it_waits_for(tmp_path: Path) -> None:
    keeper, other = pty.openpty()
    with deaf_agent(tmp_path):
        process = subprocess.Popen(
            command("run", "--case", "opens"), cwd=tmp_path, stdout=other, stderr=subprocess.PIPE,
            env=environ(VOICE_TOKEN=TOKEN, TERM="xterm", LINES="24", COLUMNS="100"),
        )  # fmt: skip
        os.close(other)
        shown = _all(keeper)
        _, problems = process.communicate(timeout=60)
    assert process.returncode == 1, problems
    text = ANSI.sub("", shown)
    assert re.search(r"\S handshake · opens and is ready +0:0\d dials", text), text
    assert "0 of 1 done; 1 running, 0 to come" in text
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
    assert "\x1b[3" not in shown, "NO_COLOR is set"
    assert re.search(r"^(FAILED|ENVIRONMENT|INCONCLUSIVE)  1 case: ", text.replace("\r", ""), re.MULTILINE)


def _all(keeper: int) -> str:
    data = b""
    while True:
        try:
            part = os.read(keeper, 65_536)
        except OSError:  # EIO: nobody holds the other end any more
            part = b""
        if not part:
            os.close(keeper)
            return data.decode()
        data += part
