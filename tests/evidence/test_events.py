"""The derived log: one event for each signal and note, in the order of time, and speech to the sample."""

from pathlib import Path

import pytest

from gate.core.plan import Clip
from gate.core.recording import Event
from gate.core.signals import (
    AudioOut,
    Closed,
    Fault,
    FileIn,
    Mark,
    MarkPlayed,
    Pressed,
    Refused,
    Shown,
    ToolCall,
    ToolResult,
    Transcript,
)
from gate.evidence.events import payload_of
from tests.evidence.folders import CLIP, MS, RECEIVED, SENT, Written, load, spoken, text, write


def play(ms: float, at_sample: int, clip: str = "hi", turn: int = 1, pace: str = "real-time") -> Written:
    return ("play", ms, {"clip": clip, "at_sample": at_sample, "turn": turn, "pace": pace})


def speech(folder: Path, *lines: Written, clips: tuple[Clip, ...] = (CLIP,)) -> dict[str, tuple[float, int]]:
    write(folder, *lines)
    events = load(folder, clips).events
    return {event.name: (event.t_ns / MS, event.at) for event in events if event.name.startswith("caller.")}


FRAMES = tuple(spoken(1000 + 20 * n, bytes(640)) for n in range(6))  # samples [320n, 320(n+1)) sent at 1000 + 20n ms


def test_speech_is_timed_to_the_sample(tmp_path: Path) -> None:
    # Speech from 10 to 60 ms of the clip: samples 160 and 960. The first is the 160th of frame 0 (line 2), sent at
    # 1000 ms with 160 samples (10 ms) behind it; the last is the last of frame 2 (line 4), sent at 1040 ms.
    found = speech(tmp_path / "a", play(1000, 0), *FRAMES)
    assert found == {"caller.speech_start": (990.0, 2), "caller.speech_end": (1040.0, 4)}


def test_a_late_frame_was_spoken_late(tmp_path: Path) -> None:
    late = (*FRAMES[:2], spoken(1047.5, bytes(640)), *FRAMES[3:])
    assert speech(tmp_path / "a", play(1000, 0), *late)["caller.speech_end"] == (1047.5, 4)


def test_a_burst_has_no_real_time_in_it(tmp_path: Path) -> None:
    # Five frames sent together: the first sample of speech is in frame 0 and the last in frame 2.
    burst = tuple(spoken(1000 + 0.5 * n, bytes(640)) for n in range(5))
    assert speech(tmp_path / "a", play(1000, 0, pace="burst"), *burst) == {
        "caller.speech_start": (1000.0, 2), "caller.speech_end": (1001.0, 4),
    }  # fmt: skip
    ends = [event for event in load(tmp_path / "a").events if event.name == "caller.speech_end"]
    assert [event.payload["pace"] for event in ends] == ["burst"]


def test_speech_counts_from_the_clips_place_in_the_stream(tmp_path: Path) -> None:
    found = speech(tmp_path / "a", play(1040, 640), *FRAMES)
    assert found == {"caller.speech_start": (1030.0, 4), "caller.speech_end": (1080.0, 6)}


def test_frames_of_any_size_give_the_same_times(tmp_path: Path) -> None:
    # 60 ms frames, each sent when its last sample was spoken: the same voice, the same times.
    big = (spoken(1040, bytes(1920)), spoken(1100, bytes(1920)))
    assert speech(tmp_path / "a", play(1000, 0), *big) == {
        "caller.speech_start": (990.0, 2), "caller.speech_end": (1040.0, 2),
    }  # fmt: skip


def test_speech_from_the_very_first_sample_is_found(tmp_path: Path) -> None:
    clip = Clip("hi", "0" * 64, 16_000, 100.0, "hi", segments_ms=((0.0, 60.0),))
    start_ms, at = speech(tmp_path / "a", play(1000, 0), *FRAMES, clips=(clip,))["caller.speech_start"]
    assert (start_ms, at) == (1000 - 319 / 16, 2)


def test_a_clip_that_was_cut_off_has_a_start_and_no_end(tmp_path: Path) -> None:
    assert list(speech(tmp_path / "a", play(1000, 0), *FRAMES[:2])) == ["caller.speech_start"]
    assert speech(tmp_path / "b", play(1000, 0)) == {}


def test_noise_and_unknown_clips_have_no_speech(tmp_path: Path) -> None:
    noise = Clip("noise", "1" * 64, 16_000, 100.0)
    assert speech(tmp_path / "a", play(1000, 0, "noise"), play(1000, 0, "gone"), *FRAMES, clips=(noise,)) == {}


def test_a_clip_with_pauses_begins_with_its_first_word_and_ends_with_its_last(tmp_path: Path) -> None:
    clip = Clip("hi", "0" * 64, 16_000, 120.0, "hi you", segments_ms=((20.0, 30.0), (60.0, 80.0)))
    found = speech(tmp_path / "a", play(1000, 0), *FRAMES, clips=(clip,))
    assert found == {"caller.speech_start": (1000.0, 2), "caller.speech_end": (1060.0, 5)}


def test_each_call_has_a_stream_of_its_own(tmp_path: Path) -> None:
    other = tuple(spoken(5000 + 20 * n, bytes(640), 1) for n in range(6))
    write(tmp_path / "a", play(1000, 0), *FRAMES, *other)
    ends = [event for event in load(tmp_path / "a").events if event.name == "caller.speech_end"]
    assert [(event.call, event.t_ns / MS) for event in ends] == [(0, 1040.0)]


def test_events_stand_in_the_order_of_time_with_their_words_and_turn(tmp_path: Path) -> None:
    early = text(RECEIVED, 1035, type="speech.started")
    write(tmp_path / "a", play(1000, 0), *FRAMES[:2], early, *FRAMES[2:])
    events = load(tmp_path / "a").events
    assert [(event.index, event.name, event.direction) for event in events] == [
        (0, "caller.speech_start", "gate"), (1, "play", "gate"), (2, "speech.started", "server_to_client"),
        (3, "caller.speech_end", "gate"),
    ]  # fmt: skip
    payload = {"clip": "hi", "words": "hi", "turn": 1, "pace": "real-time"}
    assert events[0] == Event(0, 990 * MS, 0, "gate", "caller.speech_start", payload, 2)


def test_every_signal_but_the_callers_audio_is_an_event(tmp_path: Path) -> None:
    write(
        tmp_path / "a",
        text(SENT, 1, type="session.configure", session={"voice": "x"}),
        spoken(2, bytes(640)),
        text(RECEIVED, 3, type="something.new"),
        text(RECEIVED, 4, kind="no type"),
    )
    names = [(event.name, event.direction) for event in load(tmp_path / "a").events]
    assert names == [
        ("session.configure", "client_to_server"), ("other", "server_to_client"), ("violation", "server_to_client"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("signal", "payload"),
    [
        (Transcript("caller", "hi", True, "r"), {"role": "caller", "text": "hi", "response_id": "r"}),
        (ToolCall("c", "f", {"a": 1}), {"call_id": "c", "name": "f", "arguments": {"a": 1}}),
        (ToolCall("c", "f", None, "{x"), {"call_id": "c", "name": "f", "arguments": "{x"}),
        (ToolResult("c", "f", None, "no"), {"call_id": "c", "name": "f", "result": None, "error": "no"}),
        (AudioOut(bytes(3200), 16_000), {"duration_ms": 100.0, "rate_hz": 16_000, "response_id": None}),
        (FileIn("audio/wav", 7), {"media_type": "audio/wav", "size": 7}),
        (Shown("a.png", "image/png", 7), {"name": "a.png", "media_type": "image/png", "size": 7}),
        (Pressed("1#"), {"digits": "1#"}),
        (Mark("m"), {"name": "m"}),
        (MarkPlayed("m"), {"name": "m"}),
        (Fault("x", "y"), {"code": "x", "message": "y"}),
        (Refused(401, "no"), {"status": 401, "detail": "no"}),
        (Closed(None, ""), {"code": None, "reason": ""}),
    ],
)
def test_payloads_are_what_a_manifest_can_ask_of(signal: object, payload: object) -> None:
    assert payload_of(signal) == payload  # type: ignore[arg-type]
