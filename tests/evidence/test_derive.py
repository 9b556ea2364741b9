"""What is derived: events under the field's names, audio aligned to the sample, and the same bytes every time."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gate.audio import wav
from gate.audio.mp3 import Decoder
from gate.audio.pcm import pack, samples
from gate.core.jsons import digest
from gate.core.plan import Clip
from gate.evidence.derive import compress, derive
from tests.evidence.folders import (
    CLIP,
    MS,
    RECEIVED,
    SENT,
    SMALL,
    Written,
    heard,
    load,
    spoken,
    text,
    write,
)

FILES = ["agent.wav", "call.wav", "caller.wav", "events.jsonl", "tools.json", "trace.json", "transcript.txt"]


def derived(folder: Path, *lines: Written, clips: tuple[Clip, ...] = (CLIP,)) -> Path:
    write(folder, *lines)
    derive(folder / "derived", load(folder, clips), "run-7")
    return folder / "derived"


def events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]


def tracks(folder: Path) -> tuple[Any, Any]:
    caller, caller_hz = wav.decode((folder / "caller.wav").read_bytes())
    agent, agent_hz = wav.decode((folder / "agent.wav").read_bytes())
    assert caller_hz == agent_hz == 16_000
    return caller, agent


def ramp(first: int, count: int) -> bytes:
    return pack(np.arange(first, first + count, dtype=np.int16))


def test_events_carry_the_fields_of_the_field(tmp_path: Path) -> None:
    first, *_, last = events(derived(tmp_path / "a", *SMALL))
    assert list(first) == [
        "testRunId", "sessionId", "eventIndex", "direction", "eventName", "occurredAtMs", "traceId", "call", "wireLine",
        "payloadShape",
    ]  # fmt: skip
    assert (first["testRunId"], first["sessionId"], first["eventIndex"], first["occurredAtMs"]) == (
        "run-7",
        "s-9",
        0,
        0,
    )
    assert (first["direction"], first["eventName"], first["traceId"]) == ("client_to_server", "other", "ab" * 16)
    assert (last["direction"], last["eventName"], last["occurredAtMs"]) == ("gate", "call.end", 40.0)


def test_times_keep_their_fraction(tmp_path: Path) -> None:
    lines = (text(SENT, 10, type="x"), text(RECEIVED, 11.2345678, type="speech.started"))
    assert events(derived(tmp_path / "a", *lines))[1]["occurredAtMs"] == 1.235


def test_payloads_are_named_as_in_the_field_and_hashed(tmp_path: Path) -> None:
    lines = (
        text(RECEIVED, 1, type="tool.call", call_id="c1", name="look", arguments={"b": 2, "a": 1}),
        text(SENT, 2, type="tool.result", call_id="c1", result={"ok": True}),
        text(RECEIVED, 3, type="session.configured", session={}),
    )
    call, result, configured = (event["payloadShape"] for event in events(derived(tmp_path / "a", *lines)))
    assert call == {
        "callId": "c1", "toolName": "look", "arguments": {"a": 1, "b": 2}, "argumentsHash": digest({"a": 1, "b": 2}),
    }  # fmt: skip
    assert call["argumentsHash"].startswith("sha256:")
    assert (result["callId"], result["resultHash"]) == ("c1", digest({"ok": True}))
    assert configured["settingsHash"] == digest({})


def test_the_transcript_reads_like_the_call(tmp_path: Path) -> None:
    lines = (("play", 0, {"clip": "hi", "at_sample": 0, "turn": 1}), *(spoken(20 * n, bytes(640)) for n in range(6)),
             text(RECEIVED, 500, type="transcript.final", text="hi"),
             text(RECEIVED, 1500, type="output_transcript.final", text="Hello."))  # fmt: skip
    assert (derived(tmp_path / "a", *lines) / "transcript.txt").read_text() == (
        "   -0.01 s  caller: hi\n    0.50 s    (heard as): hi\n    1.50 s  agent: Hello.\n"
    )


def test_the_tool_ledger_holds_calls_decisions_and_answers(tmp_path: Path) -> None:
    lines = (text(RECEIVED, 1, type="tool.call", call_id="c", name="look", arguments={"day": "Friday"}),
             ("tool", 2, {"call_id": "c", "name": "look", "via": "socket", "reply": "mocked", "how": "value",
                          "mock": "voice-tests.yaml:3:5", "step": 1, "steps": 2}),
             text(SENT, 3, type="tool.result", call_id="c", result=1))  # fmt: skip
    (entry,) = json.loads((derived(tmp_path / "a", *lines) / "tools.json").read_text())
    assert entry == {
        "ms": 0.0, "call": 0, "name": "look", "arguments": {"day": "Friday"}, "via": "socket", "callId": "c",
        "reply": "mocked", "how": "value", "mock": "voice-tests.yaml:3:5", "step": 1, "steps": 2, "result": 1,
        "error": None, "answeredMs": 2.0, "idempotencyKey": None, "traceId": None, "wireLine": 1,
    }  # fmt: skip


def test_what_was_sent_in_a_burst_is_laid_out_as_it_sounds_and_moves_nothing_behind_it(tmp_path: Path) -> None:
    # A second of speech sent at 1000 ms, 20 ms frames of silence behind it in real time, and speech again at 3000 ms,
    # which was spoken from 2980 ms on. The recording begins at 0 ms, and the first frame at 980 ms.
    burst = [spoken(1000, ramp(1 + 320 * n, 320)) for n in range(50)]
    hushed = [spoken(at, bytes(640))._replace(due_ns=at * MS) for at in range(1020, 3000, 20)]
    lines = (text(SENT, 0, type="x"), *burst, *hushed, spoken(3000, ramp(7, 320)))
    caller, _ = tracks(derived(tmp_path / "a", *lines))
    assert np.array_equal(caller[15_680 : 15_680 + 16_000], np.arange(1, 16_001))
    assert not caller[15_680 + 16_000 : 47_680 - 1600].any()
    (at,) = np.flatnonzero(caller == 7)[1:]
    assert abs(at - 47_680) <= 1600 + 320


def test_a_pause_inside_a_burst_is_no_silence_behind_it(tmp_path: Path) -> None:
    parts = [ramp(1, 320)] * 10 + [bytes(640)] * 25 + [ramp(1, 320)] * 10
    caller, _ = tracks(derived(tmp_path / "a", *[spoken(1000, part) for part in parts]))
    loud = np.flatnonzero(caller)
    assert loud[-1] - loud[0] + 1 == 45 * 320
    assert not caller[loud[0] + 3200 : loud[0] + 3200 + 8000].any()


def test_both_sides_are_laid_on_one_time_axis(tmp_path: Path) -> None:
    # The recording begins at 100 ms. The caller's frame sent at 150 ms was spoken from 130 to 150 ms: sample 480 on.
    # The agent's chunk that came at 200 ms is heard from then on: sample 1600 on.
    lines = (
        text(SENT, 100, type="x"),
        spoken(150, ramp(1, 320)),
        spoken(170, ramp(321, 320)),
        heard(200, ramp(1, 800)),
    )
    caller, agent = tracks(derived(tmp_path / "a", *lines))
    assert len(caller) == len(agent) == 1600 + 800
    assert np.array_equal(caller[480 : 480 + 640], np.arange(1, 641))
    assert not caller[:480].any()
    assert not caller[1120:].any()
    assert np.array_equal(agent[1600:], np.arange(1, 801))
    assert not agent[:1600].any()


def test_what_was_sent_at_once_is_heard_one_after_another_and_what_was_cancelled_is_not_heard(tmp_path: Path) -> None:
    lines = (text(SENT, 0, type="x"), heard(100, ramp(1, 1600)), heard(101, ramp(1601, 1600)),
             text(RECEIVED, 250, type="response.cancelled"), heard(400, ramp(5000, 160)))  # fmt: skip
    _, agent = tracks(derived(tmp_path / "a", *lines))
    assert np.array_equal(agent[1600:4000], np.arange(1, 2401))  # 100 to 250 ms
    assert not agent[4000:6400].any()
    assert np.array_equal(agent[6400:], np.arange(5000, 5160))


def test_call_wav_is_both_sides_in_stereo(tmp_path: Path) -> None:
    folder = derived(tmp_path / "a", text(SENT, 0, type="x"), spoken(20, ramp(1, 320)), heard(10, ramp(7, 320)))
    caller, agent = tracks(folder)
    data = (folder / "call.wav").read_bytes()
    both = samples(data[44:]).reshape(-1, 2)
    assert np.array_equal(both[:, 0], caller)
    assert np.array_equal(both[:, 1], agent)


def test_the_second_call_lies_behind_the_first(tmp_path: Path) -> None:
    lines = (
        spoken(20, ramp(1, 320)),
        heard(30, ramp(1, 320)),
        spoken(1020, ramp(9, 320), 1),
        heard(1030, ramp(5, 320), 1),
    )
    caller, agent = tracks(derived(tmp_path / "a", *lines))
    assert np.array_equal(caller[(1000 - 20) * 16 :][:320], np.arange(9, 329))
    assert np.array_equal(agent[(1030 - 20) * 16 :][:320], np.arange(5, 325))


def test_calls_beside_one_another_sound_together(tmp_path: Path) -> None:
    loud = pack(np.full(320, 30_000, np.int16))
    lines = (text(SENT, 0, type="x"), spoken(40, ramp(1, 320)), spoken(50, ramp(1, 320), 1),
             heard(100, loud), heard(110, loud, 1))  # fmt: skip
    caller, agent = tracks(derived(tmp_path / "a", *lines))
    one, other = np.zeros(len(caller), np.int32), np.zeros(len(caller), np.int32)
    one[320:640], other[480:800] = np.arange(1, 321), np.arange(1, 321)
    assert np.array_equal(caller, one + other)
    assert list(np.unique(agent[1600:])) == [30_000, 32_767]


@pytest.mark.parametrize("lines", [SMALL, ()])
def test_the_same_recording_gives_the_same_bytes(tmp_path: Path, lines: tuple[Written, ...]) -> None:
    folder = derived(tmp_path / "a", *lines)
    assert sorted(path.name for path in folder.iterdir()) == FILES
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    derive(folder, load(tmp_path / "a"), "run-7")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_events_that_no_message_says_by_itself_are_marked(tmp_path: Path) -> None:
    write(tmp_path / "a", *SMALL)
    derive(tmp_path / "derived", load(tmp_path / "a", (CLIP,)), "run-7", frozenset({"session.started"}))
    marked = {line["eventName"]: line.get("derived") for line in events(tmp_path / "derived")}
    assert marked["session.started"] is True
    assert set(marked.values()) == {True, None}


def test_a_line_that_was_typed_is_a_turn_and_stands_once_in_the_transcript(tmp_path: Path) -> None:
    lines = ("write", 1000, {"turn": 1}), text(SENT, 1001, type="text.input", text="no, Thursday")
    folder = derived(tmp_path / "a", *lines)
    turns = [line for line in events(folder) if line["eventName"].startswith("caller.")]
    assert [line["eventName"] for line in turns] == ["caller.speech_start", "caller.speech_end"]
    assert turns[0]["payloadShape"] == {"clip": "", "words": "no, Thursday", "turn": 1, "pace": "typed"}
    assert (folder / "transcript.txt").read_text().count("no, Thursday") == 1


def test_the_call_is_compressed_as_it_was_heard_and_silence_is_not(tmp_path: Path) -> None:
    loud = derived(tmp_path / "a", *(spoken(20 * n, b"\x10\x20" * 320) for n in range(1, 51)))
    compress(loud)
    decoder = Decoder()
    heard = decoder.feed((loud / "call.mp3").read_bytes())
    decoder.end()
    assert (len(heard), decoder.rate_hz) == (16_000, 16_000)
    quiet = derived(tmp_path / "b", spoken(20, bytes(640)))
    compress(quiet)
    assert not (quiet / "call.mp3").exists()
