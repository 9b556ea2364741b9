"""Whole runs with a sandbox: an agent whose backend calls it, by every way and every tie."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import HOUSE, Gate, command, environ
from tests.e2e.test_outcomes import free_port, write

BACKEND = HOUSE / "tests/e2e/backend.py"
MOCKS = """\
  strategy: all
  mocks:
    - {tool: look, respond: {day: "{{arguments.day}}"}}
    - {tool: broken, error: no luck, status: 503}
    - tool: flaky
      sequence: [{error: try again}, {respond: {ok: true}}]
    - {tool: silent, timeout: true}
"""


def target(port: int, *, way: str = "", env: str = "", args: str = "") -> str:
    headers = f'headers: {{X-Tools: "${{sandbox.{way}}}"}}, ' if way else ""
    start = f'{{command: [{sys.executable}, {BACKEND}, "{port}"{args}], ready: {{port: {port}}}{env}}}'
    return f"{{url: ws://127.0.0.1:{port}/, dialect: canonical, {headers}budgets: {{linger: 100ms}}, start: {start}}}"


def case(name: str, words: str, said: Any, *more: str) -> str:
    wait = "wait: {event: response.done}"
    expected = [*more, f"{{event: output_transcript.final, where: {{text: {json.dumps(said)}}}}}"]
    return f"""\
      - name: {name}
        caller: [{{type: {json.dumps(words)}}}, {{{wait}}}]
        expect: [{", ".join(expected)}]
"""


def manifest(targets: dict[str, str], tools: str, *cases: str) -> str:
    told = "".join(f"  {name}: {one}\n" for name, one in targets.items())
    return f"version: 1\ntargets:\n{told}tools:\n{tools}suites:\n  tools:\n    cases:\n{''.join(cases)}"


def called(name: str, how: str) -> tuple[str, str]:
    return f"{{event: tool.call, where: {{name: {name}}}}}", f"{{event: tool.result, where: {{{how}}}}}"


def ledger(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "evidence" / "sandbox.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


SAID = {
    "http": ('200 {"day": "x"}', '503 {"error": "no luck"}', '500 {"error": "try again"}'),
    "mcp": ('result {"day": "x"}', "error no luck", "error try again"),
}


@pytest.mark.parametrize("way", [pytest.param("http", marks=pytest.mark.long), "mcp"])
def test_each_case_calls_at_an_address_of_its_own(gate: Gate, tmp_path: Path, way: str) -> None:
    value, error, first = SAID[way]
    cases = (
        case("value", 'look {"day": "x"}', value, *called("look", "result.day: x")),
        case("error", "broken", error, *called("broken", "error: no luck")),
        case("first", "flaky", first, *called("flaky", "error: try again")),
    )
    write(tmp_path, manifest({"a": target(free_port(), way=way)}, MOCKS + "  sandbox: {}\n", *cases))
    outcome = gate("run", "--jobs", "4")
    assert outcome.exit == 0, outcome.out
    assert {(line["case"].rpartition(".")[2], line["via"]) for line in ledger(outcome.results)} == {
        ("value", way), ("error", way), ("first", way),
    }  # fmt: skip
    plan = (outcome.results / "evidence" / "plan.json").read_text("utf-8")
    assert f"${{sandbox.{way}}}" in plan
    assert "/c/" not in plan


def test_a_backend_that_passes_the_trace_on_is_told_apart_and_one_that_does_not_runs_alone(
    gate: Gate, tmp_path: Path
) -> None:
    env = ', env: {TOOLS: "${sandbox.http}"}'
    cases = [case(f"n{i}", f'look {{"day": "{i}"}}', f'200 {{"day": "{i}"}}', *called("look", f'result.day: "{i}"'))
             for i in range(3)]  # fmt: skip
    write(tmp_path, manifest({"a": target(free_port(), env=env)}, MOCKS + "  sandbox: {tie: traceparent}\n", *cases))
    outcome = gate("run", "--jobs", "3")
    assert outcome.exit == 0, outcome.out
    alone = target(free_port(), env=env, args=", --untraced")
    write(tmp_path, manifest({"a": alone}, MOCKS + "  sandbox: {}\n", *cases))
    outcome = gate("run", "--jobs", "3")
    assert outcome.exit == 0, outcome.out
    assert [line["case"][-1] for line in ledger(outcome.results) if line["what"] == "sandbox.call"] == ["0", "1", "2"]


def test_calls_that_cannot_be_told_apart_turn_the_run_red_and_are_told(gate: Gate, tmp_path: Path) -> None:
    env = ', env: {TOOLS: "${sandbox.http}"}'
    untraced = target(free_port(), env=env, args=", --untraced")
    one = case("one", "look", "200 {}", *called("look", "result.day: x"))
    write(tmp_path, manifest({"a": untraced}, MOCKS + "  sandbox: {tie: traceparent}\n", one))
    outcome = gate("run")
    assert outcome.exit == 1
    (problem,) = outcome.report["problems"]
    assert problem.startswith("the sandbox got a call of 'look' over http that it could not put into a case")
    assert problem.endswith("with no traceparent, while a case runs that has to be told by it")


def test_a_port_in_use_ends_the_run_before_anything_is_driven(gate: Gate, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        one = case("one", "look", "200 {}")
        write(tmp_path, manifest({"a": target(free_port(), way="http")}, f"{MOCKS}  sandbox: {{port: {port}}}\n", one))
        outcome = gate("run")
    assert (outcome.exit, outcome.report["outcome"]) == (1, "environment")
    assert f"port {port} of 127.0.0.1, where the tools are to be served, is in use already" in outcome.out
    assert not list((outcome.results / "evidence" / "cases").iterdir())


def test_a_stop_in_mid_request_leaves_the_evidence_whole(tmp_path: Path) -> None:
    one = case("one", "silent", "never")
    write(tmp_path, manifest({"a": target(free_port(), way="http")}, MOCKS + "  sandbox: {}\n", one))
    results = tmp_path / "voxgate-results"
    gate = subprocess.Popen(
        command("run"), cwd=tmp_path, env=environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    held = watch(results / "evidence" / "sandbox.jsonl", '"what":"tool"')
    assert held, "the call was never asked"
    os.kill(gate.pid, signal.SIGINT)
    out, err = gate.communicate(timeout=60)
    assert gate.returncode == 130, out + err
    assert err == ""
    assert [line["what"] for line in ledger(results)] == ["sandbox.call", "tool", "sandbox.gone"]
    (wire,) = results.glob("evidence/cases/*/1/wire.jsonl")
    lines = [json.loads(line) for line in wire.read_text("utf-8").splitlines()]
    assert (lines[-1]["end"], lines[-1]["complete"]) == ("aborted", False)
    assert json.loads((results / "report.json").read_text("utf-8"))["cases"][0]["verdict"] == "unknown"


def watch(file: Path, text: str) -> bool:
    """Whether the text comes to stand in the file."""
    waiter = threading.Event()
    for _ in range(1200):
        if file.is_file() and text in file.read_text("utf-8"):
            return True
        waiter.wait(0.05)
    return False


class Endpoint(BaseHTTPRequestHandler):
    """A tool in earnest: `/dry` says that it changed nothing."""

    def do_POST(self) -> None:
        body = json.dumps({"dry_run": self.path == "/dry", "key": self.headers.get("X-Key")}).encode()
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def endpoint() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_real_tool_is_called_from_the_socket_and_from_the_sandbox(gate: Gate, tmp_path: Path, endpoint: str) -> None:
    tools = f"""\
  strategy: all
  no_match: call
  sandbox: {{}}
  real:
    book:
      url: "{endpoint}/dry"
      headers: {{X-Key: "${{env.BOOK_KEY}}"}}
      dry_run: {{where: {{result.dry_run: true}}}}
"""
    cases = (
        case("socket", "ask book", {"contains": "[secret:BOOK_KEY]"}, *called("book", "result.dry_run: true")),
        case("sandbox", "book", {"contains": "[secret:BOOK_KEY]"}, *called("book", "result.dry_run: true")),
    )
    write(tmp_path, manifest({"a": target(free_port(), way="http")}, tools, *cases))
    outcome = gate("run", BOOK_KEY="a-secret-value")
    assert outcome.exit == 0, outcome.out
    for folder in (outcome.results / "evidence" / "cases").iterdir():
        assert '"real.result"' in (folder / "1" / "wire.jsonl").read_text("utf-8")
    told = [path for path in outcome.results.rglob("*") if path.is_file() and b"a-secret-value" in path.read_bytes()]
    assert told == []
    write(tmp_path, (tmp_path / "voice-tests.yaml").read_text("utf-8").replace("/dry", "/wet"))
    outcome = gate("run", BOOK_KEY="a-secret-value")
    assert outcome.exit == 1
    found = [finding for one in outcome.report["cases"] for finding in one["findings"] if finding["check"] == "dry-run"]
    assert [(finding["verdict"], finding["blame"]) for finding in found] == [("unknown", "configuration")] * 2
