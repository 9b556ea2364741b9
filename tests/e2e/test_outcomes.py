"""Exit codes and words for everything that is not simply green or red."""

import socket
import subprocess
import threading
from pathlib import Path

import pytest
from junitparser import Error, JUnitXml

from tests.e2e.conftest import Gate, command, environ

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/voice
  dialect: canonical
  budgets: {{connect: 2s, ready: 1s}}
suites:
  handshake: {{}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write(folder: Path, text: str) -> None:
    (folder / "voice-tests.yaml").write_text(text, "utf-8")


def test_nobody_there_is_an_error_of_the_environment(gate: Gate, tmp_path: Path) -> None:
    write(tmp_path, MANIFEST.format(port=free_port()))
    outcome = gate("run")
    assert outcome.exit == 1
    assert outcome.report["outcome"] == "environment"
    assert "connection refused: nothing listens there" in outcome.out
    suites = JUnitXml.fromfile(str(outcome.results / "junit.xml"))
    results = [result for suite in suites for case in suite for result in case.result]
    driven = [case for case in outcome.cases.values() if case["verdict"] != "skip"]
    assert len(driven) > 3
    assert [result.type for result in results if isinstance(result, Error)] == ["environment"] * len(driven)


def test_a_manifest_with_mistakes_is_exit_2_and_opens_no_socket(gate: Gate, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        called = threading.Event()

        def accept() -> None:
            try:
                server.accept()
                called.set()
            except OSError:
                pass

        threading.Thread(target=accept, daemon=True).start()
        text = MANIFEST.format(port=server.getsockname()[1]).replace("dialect:", "dialct:").replace("{}", "{caes: []}")
        write(tmp_path, text)
        outcome = gate("run")
        checked = gate("check")
        assert not called.is_set()
    assert (outcome.exit, checked.exit) == (2, 2)
    assert outcome.err == checked.err
    assert "voice-tests.yaml:4:3: unknown key 'dialct' in target; did you mean 'dialect'?" in outcome.err
    assert "unknown key 'caes'" in outcome.err
    assert not outcome.results.exists()


def test_an_agent_that_does_not_start_is_shown_with_its_last_words(gate: Gate, tmp_path: Path) -> None:
    port = free_port()
    start = (
        f'  start: {{command: [sh, -c, "echo no model key; exit 7"], ready: {{port: {port}}}, timeout: 10s}}\nsuites:'
    )
    write(tmp_path, MANIFEST.format(port=port).replace("suites:", start))
    outcome = gate("run")
    assert outcome.exit == 1
    assert outcome.report["outcome"] == "environment"
    assert "exit code 7" in outcome.out
    assert "no model key" in outcome.out


def test_silence_behind_the_upgrade_is_the_agents_failure_and_bounded(gate: Gate, tmp_path: Path) -> None:
    """The connection is taken and nothing is ever said on it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        write(tmp_path, MANIFEST.format(port=server.getsockname()[1]))
        outcome = gate("run", "--case", "opens")
    assert outcome.exit == 1
    assert outcome.report["outcome"] == "failed"
    assert {finding["layer"] for finding in outcome.failures()} == {"handshake"}
    assert "handshake not answered" in outcome.out


def test_an_unknown_suite_option_is_exit_2_with_a_suggestion(gate: Gate) -> None:
    outcome = gate("demo", "--suite", "smok")
    assert outcome.exit == 2
    assert "did you mean 'smoke'?" in outcome.err


@pytest.mark.parametrize(("number", "code"), [("INT", 130), ("TERM", 143)])
def test_a_stop_from_outside_cleans_up_and_reports(number: str, code: int, tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("demo", "--suite", "smoke", "--log-level", "info"),
        cwd=tmp_path, env=environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    frames = tmp_path / "voxgate-results" / "evidence" / "cases"
    while not any(path.stat().st_size > 100_000 for path in frames.rglob("frames.bin")):
        assert process.poll() is None, process.communicate()
    subprocess.run(["kill", f"-{number}", str(process.pid)], check=True)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, out + err
    assert "stopped from outside" in out
    assert not [line for line in out.splitlines() if line.startswith("PASS")]
    suites = JUnitXml.fromfile(str(tmp_path / "voxgate-results" / "junit.xml"))
    assert [result for suite in suites for case in suite for result in case.result if isinstance(result, Error)]
    agent = (tmp_path / "voxgate-results" / "evidence" / "agent.socket.log").read_text()
    port = int(agent.rsplit(":", 1)[1].split()[0])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
