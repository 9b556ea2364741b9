"""Triage: one root for each independent cause, named by the earliest broken link; and nothing else is changed by it."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from gate.checks import claim, judge
from gate.checks.cleanup import SessionGone
from gate.checks.events.counting import EventCount
from gate.checks.events.in_order import EventsInOrder
from gate.checks.events.never import EventNever
from gate.checks.events.wanted import Expectation
from gate.checks.flow import Flows
from gate.checks.interruption import Interrupted
from gate.checks.protocol import ProtocolKept
from gate.checks.script import ScriptFollowed
from gate.checks.session import ConfiguredAsAsked, ReadyInTime
from gate.checks.speech import Answered, FirstAudio
from gate.checks.tools.mocking import CallsMocked
from gate.checks.triage.roots import Asked
from gate.checks.turns import FinalMarker
from gate.checks.words import WordsUnderstood
from gate.core.capabilities import Capabilities
from gate.core.findings import Blame, Finding, Layer, Verdict
from gate.core.matchers import Matcher
from gate.core.plan import Claim, Play
from gate.dialects.canonical.dialect import Canonical
from gate.evidence.reader import read
from tests.checks.notation import (
    CAN,
    CLIPS,
    FAIL,
    OPENING,
    PLACE,
    UNKNOWN,
    Line,
    audio,
    case_of,
    closed,
    done,
    ended,
    fault,
    findings,
    heard_as,
    in_call,
    note,
    received,
    recording,
    said,
    says,
    started,
    tool_call,
    tool_result,
    upgrade,
)
from tests.checks.test_cleanup import look

Lines = tuple["Line | tuple[Line, ...]", ...]

LOOKUP = Expectation("tool.call", (("name", Matcher("exact", "lookup")),))
RESULT = Expectation("tool.result")
DONE = Expectation("output_transcript.final", (("text", Matcher("contains", "done")),))
TOOLS: tuple[Any, ...] = (
    ReadyInTime(5000.0), ConfiguredAsAsked(5000.0),
    EventsInOrder((LOOKUP, RESULT)), EventsInOrder((LOOKUP, RESULT, DONE)),
    EventCount("tool.call", LOOKUP.where, 1), EventNever("error"), ProtocolKept(), ScriptFollowed(),
    WordsUnderstood(1), Answered(1), FinalMarker(), CallsMocked(),
)  # fmt: skip

SPOKE = (*OPENING, said("hello", 1000))
HEARD = (*SPOKE, heard_as(2900, "hello there"))
SAID = (started(3000), says(3100, "well"), *audio(3200, 900), done(4200))
LOOKED_UP = (*tool_call(3000, "lookup"), tool_result(3100))
EXPIRED = ended("expired", 18_000)
FINISHED = ended("finished", 14_000)


def judged(folder: Path, *lines: Any, claims: tuple[Any, ...] = TOOLS, call: int = 0, **more: Any) -> list[Finding]:
    made = tuple(one if isinstance(one, Claim) else claim(one, PLACE, call=call) for one in claims)
    late_ms, killed = more.pop("late_ms", None), more.pop("killed", False)
    recorded = recording(folder, *lines, late_ms=late_ms, killed=killed)
    return [f for f in findings(recorded, *made, **more) if f.verdict in (FAIL, UNKNOWN)]


def roots(found: list[Finding]) -> list[tuple[str, str, Layer]]:
    return [(f.check, f.symptom, f.layer) for f in found if not f.folded]


def folded(found: list[Finding]) -> list[str]:
    return [f.check for f in found if f.folded]


def test_all_that_a_deaf_agent_misses_follows_from_its_ears(tmp_path: Path) -> None:
    found = judged(tmp_path, *SPOKE, received(1500, "speech.started"), EXPIRED)
    assert roots(found) == [("transcript", "no-transcript", Layer.INPUT)]
    assert folded(found) == ["events", "events", "count", "never", "protocol", "script", "answered", "final-marker"]
    assert {f.symptom for f in found} == {"no-transcript"}
    assert {f.layer for f in found if f.verdict is FAIL} == {Layer.INPUT}


def test_without_a_claim_on_the_words_the_first_that_misses_them_is_the_root(tmp_path: Path) -> None:
    claims = tuple(one for one in TOOLS if not isinstance(one, WordsUnderstood | Answered))
    found = judged(tmp_path, *SPOKE, received(1500, "speech.started"), EXPIRED, claims=claims)
    assert roots(found) == [("events", "no-transcript", Layer.INPUT)]
    assert folded(found) == ["events", "count", "never", "protocol", "script", "final-marker"]
    assert "the recogniser" in found[0].cause


def test_words_without_an_answer_are_a_matter_of_the_model(tmp_path: Path) -> None:
    found = judged(tmp_path, *HEARD, EXPIRED)
    assert roots(found) == [("events", "no-response", Layer.OUTPUT)]
    assert "answered" in folded(found)
    assert "script" in folded(found)


def test_a_tool_that_is_missing_after_words_and_answer_is_a_matter_of_the_tools(tmp_path: Path) -> None:
    found = judged(tmp_path, *HEARD, *SAID, FINISHED)
    assert roots(found) == [("events", "tool-missing", Layer.TOOLS)]
    assert folded(found) == ["events", "count"]


def test_a_tool_that_is_called_twice_stands_alone(tmp_path: Path) -> None:
    found = judged(
        tmp_path, *HEARD, *LOOKED_UP, *tool_call(3150, "lookup", "c2"), says(3200, "done"), *SAID[2:], FINISHED
    )
    assert roots(found) == [("count", "tool-twice", Layer.TOOLS)]
    assert folded(found) == []


def test_what_came_and_is_wrong_never_follows_from_what_never_came(tmp_path: Path) -> None:
    twice = (*LOOKED_UP, *tool_call(3150, "lookup", "c2"), fault(3300))
    found = judged(tmp_path, *SPOKE, received(1500, "speech.started"), *twice, EXPIRED)
    assert [symptom for _, symptom, _ in roots(found)] == ["tool-twice", "error-reported", "no-transcript"]
    broken = judged(tmp_path, *SPOKE, *(audio(3000 + 600 * i, 500, "r1") for i in range(6)), FINISHED,
                    claims=(*TOOLS, Flows()))  # fmt: skip
    assert ("stalls", "stalls", Layer.OUTPUT) in roots(broken)
    assert ("transcript", "not-heard", Layer.INPUT) in roots(broken)


def test_one_event_that_is_wrong_in_two_ways_is_one_cause(tmp_path: Path) -> None:
    failing = (*tool_call(3000, "lookup"), Line(3100, tool_result(3100).write), says(3200, "all done"))
    claims = (EventNever("output_transcript.final", DONE.where), EventNever("output_transcript.final"))
    found = judged(tmp_path, *HEARD, *failing, FINISHED, claims=claims)
    assert [f.folded for f in found] == [False, True]


def test_an_answer_that_cannot_be_heard_is_a_matter_of_the_voice(tmp_path: Path) -> None:
    claims = (WordsUnderstood(1), Answered(1), FirstAudio(1, 800.0), ScriptFollowed())
    found = judged(tmp_path, *HEARD, started(3000), says(3100, "well"), ended("expired", 18_000, what="audible"),
                   claims=claims)  # fmt: skip
    assert roots(found) == [("answered", "no-audio", Layer.OUTPUT)]
    assert folded(found) == ["first-audio", "script"]


def test_a_caller_who_waits_for_an_end_in_vain_does_not_come_to_the_tool(tmp_path: Path) -> None:
    steps = (Play("hello"), Play("stop"))
    found = judged(tmp_path, *HEARD, *SAID[:-1], EXPIRED, steps=steps)
    assert roots(found) == [("final-marker", "no-final-marker", Layer.OUTPUT)]
    assert {"events", "count", "script"} <= set(folded(found))
    whole = judged(tmp_path, *HEARD, *SAID[:-1], EXPIRED, steps=steps[:1])
    assert [symptom for _, symptom, _ in roots(whole)] == ["tool-missing", "no-final-marker"]


def test_an_agent_that_waits_for_its_tool_for_ever(tmp_path: Path) -> None:
    found = judged(tmp_path, *HEARD, *tool_call(3000, "lookup"), EXPIRED, claims=(ScriptFollowed(),))
    assert roots(found) == [("script", "tool-unanswered", Layer.TOOLS)]


def test_an_interruption_that_is_ignored(tmp_path: Path) -> None:
    lines = (*HEARD, *audio(3000, 9000, "r1"), said("stop", 5000, 2), FINISHED)
    claims = (Interrupted(2, 2000.0), Answered(2))
    found = judged(tmp_path, *lines, heard_as(5800, "stop"), claims=claims)
    assert roots(found) == [("interrupted", "interruption-ignored", Layer.OUTPUT)]
    deaf = judged(tmp_path, *lines, claims=claims)
    assert roots(deaf) == [("interrupted", "not-heard", Layer.INPUT)]


def test_an_agent_that_crashes_on_the_callers_words_is_closed_and_not_deaf(tmp_path: Path) -> None:
    found = judged(tmp_path, *SPOKE, closed(2500, 1011), ended("closed", 2500))
    assert {(symptom, layer) for _, symptom, layer in roots(found)} == {("closed-early", Layer.CLOSE)}
    assert len(roots(found)) == 1
    later = judged(tmp_path, *SPOKE, closed(9000, 1011), ended("closed", 9000))
    assert {(symptom, layer) for _, symptom, layer in roots(later)} == {("not-heard", Layer.INPUT)}


def test_an_agent_that_nobody_reaches_is_nobodys_failure(tmp_path: Path) -> None:
    found = judged(tmp_path, ended("unreachable", 9, detail="connection refused"))
    assert roots(found) == [("ready", "unreachable", Layer.HANDSHAKE)]
    assert len(folded(found)) == len(TOOLS) - 1
    assert {f.blame for f in found} == {Blame.ENVIRONMENT}


def test_a_gate_that_is_late_is_a_flake_of_the_machine(tmp_path: Path) -> None:
    found = judged(tmp_path, *HEARD, *SAID, FINISHED, claims=(FirstAudio(1, 100.0), FirstAudio(1, 90.0)), late_ms=300.0)
    assert roots(found) == [("first-audio", "gate-late", Layer.OUTPUT)]
    assert {f.blame for f in found} == {Blame.ENVIRONMENT}
    assert "flake" in found[0].cause


def test_a_tool_without_a_mock_is_to_be_mended_in_the_manifest(tmp_path: Path) -> None:
    found = judged(tmp_path, *HEARD, *tool_call(3000, "find", reply="no-match"), EXPIRED)
    assert roots(found) == [("mocks", "tool-without-mock", Layer.TOOLS)]
    assert {"events", "answered"} <= set(folded(found))
    assert {f.blame for f in found if f.check in ("events", "mocks")} == {Blame.CONFIGURATION}


def test_a_damaged_recording_is_one_cause_and_nobodys_failure(tmp_path: Path) -> None:
    recording(tmp_path, *HEARD, FINISHED)
    wire = tmp_path / "attempt-0" / "wire.jsonl"
    lines = wire.read_bytes().splitlines(keepends=True)
    wire.write_bytes(b"".join([*lines[:20], b"{\n", *lines[21:]]))
    damaged = read(tmp_path / "attempt-0", Canonical(), tuple(CLIPS.values()))
    found = [f for f in findings(damaged, *(claim(one, PLACE) for one in TOOLS)) if f.verdict in (FAIL, UNKNOWN)]
    assert {f.symptom for f in found if not f.folded} == {"recording-damaged"}
    assert len(roots(found)) == 1
    assert {f.verdict for f in found} == {UNKNOWN}


def test_a_second_calls_failure_is_its_own(tmp_path: Path) -> None:
    claims = (*(claim(one, PLACE) for one in TOOLS[2:]), claim(Answered(1), PLACE, call=1))
    lines = (*SPOKE, EXPIRED, in_call(1, *SPOKE, EXPIRED))
    found = judged(tmp_path, *lines, claims=claims, calls=2)
    assert [(f.check, f.call) for f in found if not f.folded] == [("transcript", 0), ("answered", 1)]


def test_a_second_call_follows_from_a_first_that_never_got_in(tmp_path: Path) -> None:
    claims = (claim(TOOLS[0], PLACE), claim(Answered(1), PLACE, call=1))
    lines = (upgrade(0), ended("expired", 9000, what="ready"), in_call(1, *SPOKE, EXPIRED))
    found = judged(tmp_path, *lines, claims=claims, calls=2)
    assert [(f.check, f.call, f.folded) for f in found] == [("ready", 0, False), ("answered", 1, True)]


def test_nothing_is_folded_under_what_weighs_less(tmp_path: Path) -> None:
    shown = claim(WordsUnderstood(1), PLACE, blocks=False)
    found = judged(tmp_path, *SPOKE, EXPIRED, claims=(shown, Answered(1), EventNever("error")))
    assert [(f.check, f.folded) for f in found] == [("transcript", True), ("answered", False), ("never", True)]


def test_over_a_wire_that_does_not_show_what_was_heard_any_audio_proves_ears(tmp_path: Path) -> None:
    mute = Capabilities(frozenset({"output_audio.delta"}), 16_000, 16_000)
    claims = (Answered(1), ScriptFollowed())
    silent = judged(tmp_path, *SPOKE, EXPIRED, claims=claims, can=mute)
    assert roots(silent) == [("answered", "not-heard", Layer.INPUT)]
    talking = judged(tmp_path, *SPOKE, *audio(1300, 400), EXPIRED, claims=claims, can=mute)
    assert {layer for _, _, layer in roots(talking)} == {Layer.OUTPUT}


PARTS: tuple[Lines, ...] = (
    (heard_as(2900, "hello there"),), LOOKED_UP, SAID, (fault(3300),), tool_call(3400, "find", "c9", "no-match"),
)  # fmt: skip
ENDS: tuple[Lines, ...] = (
    FINISHED, EXPIRED, (closed(9000, 1011), *ended("closed", 9000)), ended("aborted", 9000), ended("broken", 9000),
    ended("unreachable", 9), (note(9000, "x"),),
)  # fmt: skip


@pytest.mark.parametrize("end", range(len(ENDS)))
def test_triage_changes_no_verdict_no_blame_and_no_evidence(
    end: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: list[Asked] = []
    triaged = judge.triaged

    def watched(asked: list[Asked], views: Any) -> tuple[Finding, ...]:
        before[:] = asked
        return triaged(asked, views)

    monkeypatch.setattr(judge, "triaged", watched)
    case = case_of(*(claim(one, PLACE) for one in TOOLS))
    for chosen in itertools.product((False, True), repeat=len(PARTS)):
        parts = [line for part, taken in zip(PARTS, chosen, strict=True) if taken for line in part]
        recorded = recording(tmp_path, *SPOKE, *parts, *ENDS[end], killed=end == len(ENDS) - 1)
        after = judge.judge(case, recorded, CAN, tuple(CLIPS.values()))
        assert [(one.claim.check, *_kept(one.answer)) for one in before] == [(f.check, *_kept(f)) for f in after]
        red = [f for f in after if f.verdict in (Verdict.FAIL, Verdict.UNKNOWN)]
        assert all(f.symptom and f.cause and f.first_check and f.next_action for f in red)
        assert {f.symptom for f in after if f not in red} <= {""}
        assert not any(f.folded for f in after if f not in red)
        for verdict in {f.verdict for f in red}:
            assert any(not f.folded for f in red if f.verdict is verdict) or verdict is UNKNOWN
        assert not red or any(not f.folded for f in red)


def _kept(one: Any) -> tuple[Any, ...]:
    return one.verdict, one.blame, one.expected, one.actual, one.at, one.late


def test_what_a_session_that_is_left_holds_is_left_with_it(tmp_path: Path) -> None:
    left = [look(5015, "behind", there=True), look(5015, "behind", there=True, what="locks")]
    ended_well = (*OPENING, ended("finished", 10, linger=0))
    gone = look(15, "behind", there=False), look(5, "beside", there=True)
    asked = (SessionGone(5000.0), SessionGone(5000.0, "locks"))
    found = judged(tmp_path, *ended_well, *left, claims=asked)
    assert [(f.symptom, f.folded) for f in found] == [("session-left", False), ("session-left", True)]
    (locks,) = judged(tmp_path, *ended_well, *gone, left[1], claims=asked)
    assert (locks.folded, locks.actual) == (False, "locks of s-1 still there 5.0 s after the call was over")
