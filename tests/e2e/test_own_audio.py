"""Audio of the user's own, through the real command: made before the agent is started, heard by it, and judged."""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.conftest import Gate
from tests.e2e.test_outcomes import free_port
from tests.fixtures import voices

WORDS = "these words were never recorded"


def write(folder: Path, voice: list[str]) -> None:
    port, agent = free_port(), Path(__file__).with_name("stranger.py")
    case: dict[str, Any] = {
        "name": "the caller brings a voice",
        "caller": [
            {"wait": {"until": "quiet", "for": "1s"}},
            {"play": "spoken-twice"},
            {"wait": "audible"},
        ],
        "expect": [{"event": "output_audio.delta", "after": "caller.speech_end", "within": "5s"}],
        "linger": "1s",
    }
    written = {
        "version": 1,
        "target": {
            "url": f"ws://127.0.0.1:{port}/", "dialect": "template", "options": {"receive_rate_hz": 16_000},
            "start": {"command": [sys.executable, str(agent), str(port), "--hasty"], "ready": {"port": port}},
        },
        "voice": {"command": voice},
        "clips": {
            "spoken-twice": {
                "parts": [{"say": WORDS}, {"play": "yes-please", "speed": 1.25}],
                "noise": {"kind": "white", "snr_db": 40},
            }
        },
        "suites": {"tools": {"cases": [case]}},
    }  # fmt: skip
    (folder / "voice-tests.yaml").write_text(yaml.safe_dump(written, sort_keys=False), "utf-8")


def test_a_sentence_of_a_voice_and_a_recipe_are_heard_and_judged(gate: Gate, tmp_path: Path) -> None:
    write(tmp_path, voices.command(tmp_path))
    cache = str(tmp_path / "cache")
    assert gate("check", VOXGATE_CACHE=cache).exit == 0
    assert voices.spoken(tmp_path) == []
    outcome = gate("run", VOXGATE_CACHE=cache)
    (case,) = outcome.cases.values()
    heard = {finding["check"]: finding["verdict"] for finding in case["findings"]}
    assert (heard["events"], heard["script"]) == ("pass", "pass"), outcome.out
    assert voices.spoken(tmp_path) == [WORDS]
    (clip,) = json.loads((outcome.results / "evidence" / "plan.json").read_text("utf-8"))["clips"]
    assert (clip["name"], clip["words"]) == ("spoken-twice", f"{WORDS} yes please")
    assert clip["segments_ms"][0] == [100.0, 1_100.0]
    (transcript,) = (outcome.results / "evidence" / "cases").glob("*/1/derived/transcript.txt")
    assert f"{WORDS} yes please" in transcript.read_text("utf-8")


def test_a_voice_that_fails_is_told_before_the_agent_is_started(gate: Gate, tmp_path: Path) -> None:
    write(tmp_path, [sys.executable, "-c", "import sys; sys.exit('no model')", "{{text}}"])
    outcome = gate("run", VOXGATE_CACHE=str(tmp_path / "cache"))
    assert outcome.exit == 2
    assert "voice-tests.yaml:22:3: the clip 'spoken-twice' cannot be made: the voice " in outcome.err
    assert "ended with exit code 1; it said: no model" in outcome.err
    assert "no case was run and no socket opened" in outcome.err
    assert not outcome.results.exists()
