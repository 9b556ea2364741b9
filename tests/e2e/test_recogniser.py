"""The words of an agent whose wire shows none, through the real command: written down once, judged, judged again."""

import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.conftest import Gate, Outcome
from tests.e2e.test_outcomes import free_port

WORDS = "Good morning, this is the bakery"
CLIP = Path(__file__).with_name("clips") / "bakery.wav"
KEY = "s3cret-key-of-the-ears"
LISTENING = """\
import sys, wave
def pcm(path):
    with wave.open(path) as file:
        return file.getframerate(), file.readframes(file.getnframes())
(rate, heard), (_, said) = pcm(sys.argv[1]), pcm(sys.argv[2])
open(sys.argv[3], "a").write("asked\\n")
assert rate == 16_000 and len(heard) > 32_000 and heard.strip(b"\\0") in said, "this is not what was said"
print(sys.argv[4])
"""


def write(folder: Path, recogniser: dict[str, Any] | None) -> None:
    port, agent = free_port(), Path(__file__).with_name("stranger.py")
    case: dict[str, Any] = {
        "name": "the bakery says its name and promises nothing",
        "caller": [
            {"wait": {"until": "quiet", "for": "1s"}},
            {"play": "hello"},
            {"wait": "audible"},
            {"wait": {"until": "quiet", "for": "1500ms"}},
        ],
        "says": [{"contains": "the bakery", "turn": 1}, {"forbidden": ["guarantee"]}],
        "linger": "1s",
    }
    written = {
        "version": 1,
        "target": {
            "url": f"ws://127.0.0.1:{port}/", "dialect": "template", "options": {"receive_rate_hz": 16_000},
            "start": {"command": [sys.executable, str(agent), str(port), "--hasty"], "ready": {"port": port}},
        },
        **({"recogniser": recogniser} if recogniser else {}),
        "suites": {"tools": {"cases": [case]}},
    }  # fmt: skip
    (folder / "voice-tests.yaml").write_text(yaml.safe_dump(written, sort_keys=False), "utf-8")


def verdicts(outcome: Outcome) -> list[tuple[str, str, str]]:
    (case,) = outcome.cases.values()
    return [(f["check"], f["verdict"], f["actual"]) for f in case["findings"] if f["check"] == "says"]


def opinion(outcome: Outcome) -> tuple[str, dict[str, Any]]:
    (path,) = (outcome.results / "evidence" / "cases").glob("*/1/annotations/words.json")
    return path.read_text("utf-8"), json.loads(path.read_text("utf-8"))


def test_a_program_writes_down_what_was_said_once_and_judging_again_asks_nobody(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "ears.py").write_text(LISTENING)
    command = [sys.executable, "ears.py", "{{file}}", str(CLIP), "asked.txt", WORDS]
    write(tmp_path, {"command": command})
    assert gate("check").exit == 0
    assert not (tmp_path / "asked.txt").exists()
    outcome = gate("run")
    assert [verdict for _, verdict, _ in verdicts(outcome)] == ["pass", "pass"], outcome.out
    _, written = opinion(outcome)
    assert (tmp_path / "asked.txt").read_text() == "asked\n" * len(written["utterances"])
    assert {row["text"] for row in written["utterances"]} == {WORDS}


@pytest.mark.long
def test_a_program_that_fails_leaves_the_words_unknown_and_says_why(gate: Gate, tmp_path: Path) -> None:
    write(tmp_path, {"command": [sys.executable, "-c", "import sys; sys.exit('no model')"]})
    outcome = gate("run")
    assert outcome.exit == 1
    for _, verdict, actual in verdicts(outcome):
        assert verdict == "unknown"
        assert actual.endswith("ended with exit code 1; it said: no model")


@pytest.mark.long
def test_without_one_the_finding_names_both_ways_out(gate: Gate, tmp_path: Path) -> None:
    write(tmp_path, None)
    outcome = gate("run")
    assert [verdict for _, verdict, _ in verdicts(outcome)] == ["unknown", "unknown"]
    assert "a `recogniser:`" in outcome.out
    assert not list((outcome.results / "evidence").glob("cases/*/1/annotations"))


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[str | None]]]:
    asked: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.headers["Authorization"])
            body = json.dumps({"text": f"{WORDS}, and {KEY}"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            with contextlib.suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/audio/transcriptions", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.long
def test_an_endpoint_is_asked_with_its_key_which_lies_nowhere(
    gate: Gate, tmp_path: Path, endpoint: tuple[str, list[str | None]]
) -> None:
    url, asked = endpoint
    write(tmp_path, {"transcription": {"url": url, "model": "whisper-1", "key": "${env.EARS_KEY}"}})
    outcome = gate("run", EARS_KEY=KEY)
    assert [verdict for _, verdict, _ in verdicts(outcome)] == ["pass", "pass"], outcome.out
    text, written = opinion(outcome)
    assert asked == [f"Bearer {KEY}"] * len(written["utterances"])
    assert written["tool"] == f"whisper-1 at {url}"
    for path in outcome.results.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path
    assert "[secret:EARS_KEY]" in text
