"""The truth behind the latency bench: stamps of the agent's log, corrected by where in a frame a sample lies."""

import json
from typing import Any

from bench.truth import Session, sessions

MS = 1_000_000


def line(t_ms: float, kind: str, samples: int = 0, rate_hz: int = 16_000, session: str = "s-1") -> str:
    audio: dict[str, Any] = {"audio_bytes": 2 * samples, "rate_hz": rate_hz} if samples else {}
    return json.dumps({"t_ns": int(t_ms * MS), "session": session, "dir": "", "kind": kind, **audio})


def call(*lines: str) -> Session:
    return sessions(lines)["s-1"]


def heard(*times_ms: float) -> list[str]:
    return [line(t_ms, "input_audio.delta", 320) for t_ms in times_ms]


def test_a_sample_in_mid_frame_was_spoken_as_much_before_the_stamp_as_it_stands_before_the_frames_end() -> None:
    session = call(*heard(100, 120, 141))
    assert session.spoken_ns(320) == 100 * MS
    assert session.spoken_ns(321) == 120 * MS - 319 * MS // 16
    assert session.spoken_ns(640) == 120 * MS
    assert session.spoken_ns(800) == 131 * MS
    assert session.spoken_ns(961) is None


def test_the_answer_is_the_first_audio_after_the_last_word() -> None:
    session = call(*heard(100), line(90, "output_audio.delta", 1600), line(350, "output_audio.delta", 1600))
    assert session.first_byte_ns(100 * MS) == 350 * MS
    assert session.first_byte_ns(400 * MS) is None


def test_sound_that_is_cancelled_while_it_plays_breaks_off_at_the_cancel() -> None:
    session = call(
        line(0, "output_audio.delta", 1600), line(10, "output_audio.delta", 1600), line(150, "response.cancelled")
    )
    assert session.silent_ns(100 * MS) == 150 * MS


def test_a_cancel_of_what_had_been_played_cut_nothing() -> None:
    session = call(line(0, "output_audio.delta", 1600), line(150, "response.cancelled"))
    assert session.silent_ns(100 * MS) is None


def test_what_an_earlier_cancel_threw_away_is_not_played_on() -> None:
    session = call(
        line(0, "output_audio.delta", 16_000), line(50, "response.cancelled"),
        line(200, "output_audio.delta", 1600), line(400, "response.cancelled"),
    )  # fmt: skip
    assert session.silent_ns(10 * MS) == 50 * MS
    assert session.silent_ns(250 * MS) is None


def test_sessions_are_kept_apart() -> None:
    found = sessions([*heard(1), line(2, "input_audio.delta", 320, session="s-2")])
    assert [len(session.taken) for session in found.values()] == [1, 1]
