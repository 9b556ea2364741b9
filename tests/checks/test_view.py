"""The facts that checks share: how a call ended, whether it was followed to its end, and what its turns were."""

from pathlib import Path

import pytest

from gate.checks.speech import Answered
from gate.checks.view import View
from gate.core.ends import CallEnd
from gate.core.findings import Blame, Layer
from tests.checks.notation import (
    CAN,
    CLIPS,
    FAIL,
    OPENING,
    UNKNOWN,
    Line,
    ask,
    case_of,
    closed,
    ended,
    heard_as,
    hung_up,
    in_call,
    note,
    received,
    recording,
    said,
    tool_call,
    upgrade,
)


def view(folder: Path, *lines: Line | tuple[Line, ...], killed: bool = False, call: int = 0) -> View:
    return View(recording(folder, *lines, killed=killed), call, CAN, CLIPS, case_of(calls=2))


@pytest.mark.parametrize("end", list(CallEnd))
def test_an_absence_is_proven_only_by_a_call_that_ended_as_it_should(tmp_path: Path, end: CallEnd) -> None:
    seen = view(tmp_path, *OPENING, ended(end.value, 9000))
    assert seen.end is end
    assert seen.whole == (end in (CallEnd.FINISHED, CallEnd.REFUSED))
    unseen = (
        CallEnd.HOPELESS, CallEnd.TOKENLESS, CallEnd.UNREACHABLE, CallEnd.UNTRUSTED, CallEnd.ABORTED, CallEnd.BROKEN,
    )  # fmt: skip
    assert seen.watched == (end not in unseen)
    assert not view(tmp_path, *OPENING, ended(end.value, 9000), killed=True).whole


def test_a_recording_that_just_stops_was_neither_whole_nor_watched(tmp_path: Path) -> None:
    seen = view(tmp_path, *OPENING, note(5, "x"), killed=True)
    assert (seen.end, seen.whole, seen.watched) == (None, False, False)


def test_how_long_was_watched_is_told(tmp_path: Path) -> None:
    assert view(tmp_path, ended("finished", 9000, linger=1500)).watch.endswith("for 1.5 s after the caller's last step")
    assert view(tmp_path, hung_up(9000)).watch == "nothing of it, until the caller hung up"
    assert view(tmp_path, closed(9000)).watch == "nothing of it, until the agent ended the call"
    assert view(tmp_path, upgrade(0, 401)).watch == "nothing of it, until the agent ended the call"


def test_a_close_is_the_agents_only_if_the_gate_had_not_hung_up(tmp_path: Path) -> None:
    assert view(tmp_path, hung_up(9000)).closed_by_agent is None
    assert view(tmp_path, closed(9000)).closed_by_agent is not None


def test_turns_are_what_was_spoken_to_the_end_and_last_until_the_next(tmp_path: Path) -> None:
    seen = view(tmp_path, *OPENING, said("hello", 1000), said("stop", 5000, 2), said("pause", 7000, 3), note(9000, "x"))
    assert [(turn.number, turn.clip.name) for turn in seen.turns] == [(1, "hello"), (2, "stop")]
    assert [(turn.end_ns - turn.start_ns) / 1e6 for turn in seen.turns] == [1600.0, 400.0]
    assert seen.turn_limit_ns(1) == seen.notes("play")[1].t_ns
    assert seen.turn_limit_ns(3) == 2**63
    assert seen.turn(3) is None


def test_words_belong_to_the_turn_in_which_they_came(tmp_path: Path) -> None:
    seen = view(
        tmp_path, *OPENING, said("hello", 1000), heard_as(3000, "a"), said("stop", 5000, 2), heard_as(6000, "b")
    )
    first = seen.turns[0]
    assert [h.signal.text for h in seen.transcripts(first.start_ns, seen.turn_limit_ns(1))] == ["a"]  # type: ignore[union-attr]


def test_each_call_is_seen_by_itself(tmp_path: Path) -> None:
    lines = (*OPENING, ended("finished", 9000), in_call(1, upgrade(0, 401), ended("refused", 1)))
    assert view(tmp_path, *lines).ready is not None
    second = view(tmp_path, *lines, call=1)
    assert (second.ready, second.end) == (None, CallEnd.REFUSED)
    assert second.refused is not None


def test_a_tool_that_nobody_answered_is_the_manifests_affair(tmp_path: Path) -> None:
    """An agent that waits for a tool's answer says nothing, and cannot be blamed for it."""
    lines = (*OPENING, said("hello", 0), heard_as(2900, "hello"))
    left = tool_call(3000, "lookup", reply="left")
    finding = ask(tmp_path, Answered(1), *lines, left, ended("expired", 18_000))
    assert (finding.verdict, finding.blame, finding.layer) == (UNKNOWN, Blame.CONFIGURATION, Layer.TOOLS)
    assert "the agent called lookup, and nothing in the manifest answers that" in finding.actual
    ran_itself = received(3100, "tool.result", call_id="c1", result=None)
    own = ask(tmp_path, Answered(1), *lines, left, ran_itself, ended("expired", 18_000))
    assert own.verdict is FAIL
