"""Over real sockets: what is left behind is found, and cleanup is sent whatever becomes of a case."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Gate, command, environ
from tests.e2e.test_outcomes import free_port, write

TOKEN = "the-token-of-an-administrator"

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/voice
  dialect: canonical
  budgets: {{linger: 100ms}}
  start: {{command: [{python}, -P, -m, gate, agent, --port, "{port}", --until-eof], ready: {{port: {port}}}}}
  cleanup:
    - url: "{backend}/sessions/{{session_id}}"
      headers: {{Authorization: "Bearer ${{env.ADMIN_TOKEN}}"}}
    - {{method: POST, url: "{backend}/reset", body: {{key: "${{env.ADMIN_TOKEN}}"}}}}
suites:
  tools:
    cases:
{cases}
"""
ENDLESS = "      - {name: endless, caller: [pause: 100s], never: [error]}"
BOTH = """\
      - {name: it passes, caller: [pause: 100ms], never: [error]}
      - name: it fails
        caller: [pause: 100ms]
        never: [session.started]
        cleanup: [{method: PUT, url: "BACKEND/broken"}]"""


@dataclass
class Backend:
    """What was asked of it, and what it was told in the body. `/broken` is."""

    url: str
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Backend]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            backend.bodies.append(self.rfile.read(size).decode())
            backend.tokens.append(self.headers.get("Authorization"))
            backend.asked.append(f"{self.command} {self.path}")
            self.send_response(500 if self.path == "/broken" else 204)
            self.end_headers()

        def do_DELETE(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_PUT(self) -> None:
            self._answer()

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        backend = Backend(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield backend
        finally:
            server.shutdown()
            thread.join()


def manifest(folder: Path, backend: Backend, cases: str) -> None:
    cases = cases.replace("BACKEND", backend.url)
    write(folder, MANIFEST.format(port=free_port(), python=sys.executable, backend=backend.url, cases=cases))


def notes(results: Path, kind: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for path in results.rglob("wire.jsonl") for line in path.read_bytes().splitlines()]
    return [row["data"] for row in rows if row.get("note") == kind]


@pytest.mark.parametrize(("number", "code"), [("INT", 130), ("TERM", 143)])
def test_a_stop_in_mid_call_still_sends_the_cleanup(number: str, code: int, tmp_path: Path) -> None:
    results = tmp_path / "voxgate-results"
    with serving() as backend:
        manifest(tmp_path, backend, ENDLESS)
        process = subprocess.Popen(
            command("run"), cwd=tmp_path, env=environ(ADMIN_TOKEN=TOKEN), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        while not any(b'"session.started"' in path.read_bytes() for path in results.rglob("frames.bin")):
            assert process.poll() is None, process.communicate()
        assert backend.asked == []
        subprocess.run(["kill", f"-{number}", str(process.pid)], check=True)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code, out + err
    assert backend.asked == ["DELETE /sessions/s-1", "POST /reset"]
    assert backend.tokens[0] == f"Bearer {TOKEN}"
    assert json.loads(backend.bodies[1]) == {"key": TOKEN}
    assert [note["error"] for note in notes(results, "cleanup")] == [None, None]
    (wire,) = results.rglob("wire.jsonl")
    assert json.loads(wire.read_bytes().splitlines()[-1])["end"] == "aborted"
    assert not [path for path in results.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]


def test_cleanup_is_sent_behind_what_passes_and_what_fails_and_told_where_it_fails(gate: Gate, tmp_path: Path) -> None:
    with serving() as backend:
        manifest(tmp_path, backend, BOTH)
        outcome = gate("run", ADMIN_TOKEN=TOKEN, again=False)
    assert outcome.exit == 1, outcome.out + outcome.err
    assert {name: case["verdict"] for name, case in outcome.cases.items()} == {"it passes": "pass", "it fails": "fail"}
    deleted = {"DELETE /sessions/s-1", "DELETE /sessions/s-2"}
    assert set(backend.asked) == {*deleted, "POST /reset", "PUT /broken"}
    assert len(backend.asked) == 5
    said = f"not cleaned up behind agent.canonical.tools.it-fails: PUT {backend.url}/broken: HTTP 500"
    assert outcome.report["problems"] == [said]
    assert said in outcome.out
    assert sorted(note["status"] for note in notes(outcome.results, "cleanup")) == [204, 204, 204, 204, 500]


def test_a_cleanup_that_fails_makes_nothing_red_and_is_told(gate: Gate, tmp_path: Path) -> None:
    with serving() as backend:
        manifest(tmp_path, backend, BOTH)
    outcome = gate("run", "--case", "passes", ADMIN_TOKEN=TOKEN, again=False)
    assert outcome.exit == 0, outcome.out + outcome.err
    assert len(outcome.report["problems"]) == 2
    assert all("no connection to 127.0.0.1" in problem for problem in outcome.report["problems"])


def test_a_session_that_is_left_behind_is_found(gate: Gate) -> None:
    outcome = gate("demo", "--fault", "leaves-session-open", "--suite", "reconnect", "--case", "gone from the backend")
    assert outcome.exit == 1, outcome.out + outcome.err
    verdicts = {name: case["verdict"] for name, case in outcome.cases.items()}
    assert verdicts == {
        "a session that was closed is gone from the backend": "pass",
        "a session left in mid-answer is gone from the backend": "pass",
        "a session whose line was cut is gone from the backend": "fail",
    }
    (finding,) = outcome.failures()
    assert (finding["check"], finding["layer"], finding["symptom"]) == ("session-gone", "close", "session-left")
