from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gate.core.timelines import Moment, Timeline
from gate.report.moments import MOST_MOMENTS, MOST_STRETCHES, timeline_of
from gate.report.timeline import WIDTH, timeline_lines


def picture(**changes: Any) -> dict[str, Any]:
    lists = ("calls", "turns", "sounds", "tools", "words", "spans", "discarded", "budgets", "marks")
    return {"ms": 10_000.0} | {name: [] for name in lists} | changes


def tool(from_ms: float, to_ms: float | None, **changes: Any) -> dict[str, Any]:
    return {
        "from": from_ms,
        "to": to_ms,
        "name": "lookup",
        "arguments": "{}",
        "how": "value",
        "reply": "mock",
    } | changes


def test_a_call_is_told_in_lanes_and_moments() -> None:
    drawn = picture(
        turns=[{"from": 0.0, "to": 2_400.0, "typed": False}, {"from": 3_000.0, "to": 3_000.0, "typed": True}],
        sounds=[[5_000.0, 9_999.0]],
        tools=[tool(4_000.0, 4_120.0), tool(4_500.0, None, name="book", how="", reply="no-match")],
        words=[{"at": 0.0, "who": "caller", "how": "", "text": "on\nTuesday"},
               {"at": 2_500.0, "who": "heard", "how": "", "text": "on Tuesday"},
               {"at": 4_900.0, "who": "agent", "how": "", "text": "Done."},
               {"at": 3_000.0, "who": "caller", "how": "types", "text": "yes"}],
        spans=[{"kind": "answer", "from": 2_400.0, "to": 5_000.0, "text": "2600 ± 13 ms", "ms": 2_600.0},
               {"kind": "interruption", "from": 6_000.0, "to": 6_400.0, "text": "400 ± 12 ms", "ms": 400.0}],
        discarded=[{"at": 6_100.0, "ms": 900, "line": 7}],
        budgets=[{"at": 3_200.0, "text": "800 ms", "what": "output_audio.delta", "verdict": "fail"},
                 {"at": 3_300.0, "text": "900 ms", "what": "kept", "verdict": "pass"}],
        marks=[{"finding": 0, "at": 5_000.0, "line": 41, "name": "output_audio.delta"}],
        calls=[{"call": 0, "name": "call", "from": 0.0, "to": 9_999.0, "end": "closed", "detail": "1011"}],
    )  # fmt: skip
    assert timeline_lines(timeline_of(drawn)) == (
        "        0                            5.0                      10.0 s",
        "caller  ###############.............................................",
        "agent   ..............................==============================",
        "tools   ........................T..T................................",
        "found   ..............................^.............................",
        '    0.00 s   caller  "on Tuesday"',
        '    2.50 s   agent   understood "on Tuesday"',
        '    3.00 s   caller  types "yes"',
        "    3.20 s   time    output_audio.delta: its 800 ms are over",
        "    4.00 s   tool    lookup {} → value after 120 ms",
        "    4.50 s   tool    book {} → error (no mock fits)",
        '    4.90 s   agent   says "Done."',
        "    5.00 s   agent   is heard: 2600 ± 13 ms after the caller's last word",
        "    5.00 s > found   output_audio.delta (wire.jsonl line 41)",
        "    6.10 s   agent   900 ms of its audio are thrown away unheard",
        "    6.40 s   agent   is silent: 400 ± 12 ms after the interruption began",
        "   10.00 s   call    1 ends, closed: 1011",
    )


def test_nothing_is_told_of_a_call_in_which_nothing_happened() -> None:
    assert timeline_lines(timeline_of(picture())) == ()
    assert timeline_lines(None) == ()


def test_of_a_long_call_what_is_near_the_finding_is_told() -> None:
    words = [{"at": at * 100.0, "who": "agent", "how": "", "text": str(at)} for at in range(200)]
    mark = {"finding": 0, "at": 5_000.0, "line": 9, "name": "tool.call"}
    made = timeline_of(picture(ms=20_000.0, words=words, marks=[mark]))
    assert len(made.moments) == MOST_MOMENTS
    assert made.left_out == 201 - MOST_MOMENTS
    assert any(moment.found for moment in made.moments)
    assert all(abs(moment.ms - 5_000.0) <= 1_300.0 for moment in made.moments)
    assert timeline_lines(made)[-1] == f"{made.left_out} more moments: derived/events.jsonl"


STRETCHES = st.lists(st.tuples(st.floats(0, 6e5), st.floats(0, 2e3)), max_size=900)


@given(STRETCHES, st.floats(0, 6e5))
def test_lanes_are_bounded_and_as_wide_as_they_are(found: list[tuple[float, float]], ms: float) -> None:
    sounds = [[start, start + length] for start, length in found]
    words = [{"at": 0.0, "who": "agent", "how": "", "text": "hello"}]
    made = timeline_of(picture(ms=ms, sounds=sounds, words=words))
    assert len(made.agent) <= MOST_STRETCHES
    assert all(any(a <= start and end <= b for a, b in made.agent) for start, end in sounds)
    lanes = [line for line in timeline_lines(made) if line.startswith("agent")]
    assert all(len(lane) == WIDTH + len("agent   ") for lane in lanes)


def test_a_moment_of_anybody_only_shows() -> None:
    lines = timeline_lines(Timeline(5.0, moments=(Moment(1.0, "\x1b[31m", "::error::x\n::set-output\u202e"),)))
    assert lines == ("    0.00 s   \\x1b[31m \\x3a:error::x ::set-output\\u202e",)
