"""Every row of the table of triage is reached by a recording that shows it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gate.checks import CHECKS, claim
from gate.checks.answer import Answer, failed, unknown
from gate.checks.badaudio import BadAudioRefused
from gate.checks.cleanup import SessionGone
from gate.checks.closing import CloseCode
from gate.checks.company import ServedAlike
from gate.checks.doors import DoorAnswered
from gate.checks.events.counting import EventCount
from gate.checks.events.in_order import EventsInOrder
from gate.checks.events.never import EventNever
from gate.checks.events.wanted import Expectation
from gate.checks.flow import Flows, Undisturbed
from gate.checks.idling import IdleCallerKept
from gate.checks.ids import SessionId
from gate.checks.interruption import Interrupted
from gate.checks.memory import Forgets, Remembers
from gate.checks.pinging import PingAnswered
from gate.checks.protocol import ProtocolKept
from gate.checks.refusal import CallerRefused, MessageRejected
from gate.checks.restarting import CameBack
from gate.checks.script import ScriptFollowed
from gate.checks.session import ConfiguredAsAsked, ReadyInTime
from gate.checks.sound import InOrder, LoudEnough, Unclipped, Voiced, WithoutHoles
from gate.checks.speech import Answered, FirstAudio, NotCutShort, StaysQuiet
from gate.checks.tools.mocking import CallsMocked
from gate.checks.triage.roots import Asked, triaged
from gate.checks.triage.rows import BY_CHECK
from gate.checks.triage.symptoms import SYMPTOMS
from gate.checks.turns import FinalMarker, TranscriptFirst
from gate.checks.view import View
from gate.checks.words import WordsUnderstood
from gate.core.findings import Blame, Finding, Layer
from gate.core.frames import Direction, Opcode
from gate.core.matchers import Matcher
from gate.core.plan import Claim
from tests.checks.notation import (
    CAN,
    CLIPS,
    OPENING,
    PLACE,
    Line,
    asked,
    audio,
    case_of,
    closed,
    configured,
    done,
    ended,
    fault,
    findings,
    frame,
    heard_as,
    in_call,
    note,
    ready,
    received,
    recording,
    said,
    says,
    sent,
    started,
    tool_call,
    tool_result,
    unanswered,
    upgrade,
)
from tests.checks.test_cleanup import look
from tests.measures import voices

FINISHED = ended("finished", 14_000)
SPOKE = (*OPENING, said("hello", 1000))
HEARD = (*SPOKE, heard_as(2900, "hello there"))
SAID = (*HEARD, started(3000), says(3100, "well"), *audio(3200, 900))
LOOKED_UP = (*HEARD, *tool_call(3000, "lookup", day="Tuesday"), tool_result(3100))
CLEAN = (*SAID, done(4200), FINISHED)


def exact(value: Any) -> Matcher:
    return Matcher("exact", value)


def tool(name: str, **arguments: Any) -> Expectation:
    where = (("name", exact(name)), *((f"arguments.{key}", exact(value)) for key, value in arguments.items()))
    return Expectation("tool.call", where)


def words(text: str) -> Expectation:
    return Expectation("output_transcript.final", (("text", Matcher("contains", text)),))


def in_order(*wanted: Expectation) -> EventsInOrder:
    return EventsInOrder(wanted)


def voice(samples: Any) -> tuple[Line | tuple[Line, ...], ...]:
    spoken = (*voices.sent(3000, samples, "r1"), done(3000 + len(samples) / 16, "r1"))
    return (*OPENING, said("hello", 1000), *spoken, FINISHED)


def sent_twice() -> Any:
    chunks, loudest = voices.chunked()
    return np.concatenate([*chunks[: loudest + 1], *chunks[loudest:]])


def broken_off() -> tuple[Line | tuple[Line, ...], ...]:
    return (*HEARD, *(audio(3000 + 600 * i, 500, "r1") for i in range(6)), FINISHED)


@dataclass(frozen=True)
class Shown:
    params: Any
    lines: tuple[Any, ...]
    more: dict[str, Any] = field(default_factory=dict)


SECOND = {"call": 1, "calls": 2}
CONTROL = (*OPENING, ended("finished", 10, linger=0))
FILE = (note(1000, "file", turn=1, file="x"), sent(1001, type="input_audio.append", audio="AA==", media_type="a/b"))
EXPIRED = ended("expired", 18_000)
PING = frame(10, Direction.SENT, Opcode.PING, "{}")

ROWS: dict[str, Shown] = {
    "no-token": Shown(ReadyInTime(5000.0), (ended("tokenless", 9, detail="no token stands at access_token"),)),
    "unreachable": Shown(ReadyInTime(5000.0), (ended("unreachable", 9, detail="connection refused"),)),
    "handshake-refused": Shown(ReadyInTime(5000.0), (upgrade(0, 401), ended("refused", 9))),
    "nothing-behind": Shown(ReadyInTime(5000.0), (upgrade(0), ended("expired", 9000, what="ready"))),
    "slow-to-be-ready": Shown(ReadyInTime(5.0), (upgrade(0), ready(900), FINISHED)),
    "session-unnamed": Shown(SessionId(present=True), (upgrade(0), received(9, "session.started"), FINISHED)),
    "caller-let-in": Shown(
        CallerRefused(0), (*CONTROL, in_call(1, upgrade(0), ready(9), ended("finished", 20))), SECOND),
    "refusal-silent": Shown(
        CallerRefused(0), (*CONTROL, in_call(1, upgrade(0), ended("expired", 5000, what="ready"))), SECOND),
    "garbage-accepted": Shown(
        MessageRejected(), (*OPENING, note(10, "inject"), ended("expired", 5000, what="rejected"))),
    "door-unanswered": Shown(
        DoorAnswered("a path"), (*CONTROL, in_call(1, upgrade(0), ended("expired", 5000, what="ready"))), SECOND),
    "door-open": Shown(
        DoorAnswered("a path", statuses=(404,), codes=(4404,)),
        (*CONTROL, in_call(1, upgrade(0), ready(9), ended("finished", 20))), SECOND),
    "certificate-refused": Shown(
        ReadyInTime(5000.0), (note(0, "tls", why="expired", detail="it expired"), ended("untrusted", 9))),
    "config-unacknowledged": Shown(ConfiguredAsAsked(5000.0), (upgrade(-100), ready(), asked(voice="a"), FINISHED)),
    "config-differs": Shown(
        ConfiguredAsAsked(5000.0), (upgrade(-100), ready(), asked(voice="a"), configured(voice="b"), FINISHED)),
    "config-late": Shown(
        ConfiguredAsAsked(5000.0, before_audio=True),
        (upgrade(-100), ready(), asked(), *audio(-50, 30), configured(), FINISHED)),
    "not-read": Shown(
        WordsUnderstood(1), (*SPOKE, EXPIRED[0], *unanswered(18_000, unread=9), EXPIRED[-1])),
    "not-heard": Shown(WordsUnderstood(1), (*SPOKE, FINISHED)),
    "no-transcript": Shown(WordsUnderstood(1), (*SPOKE, received(1500, "speech.started"), FINISHED)),
    "words-wrong": Shown(WordsUnderstood(1), (*SPOKE, heard_as(2900, "goodbye moon"), FINISHED)),
    "turn-cut-short": Shown(NotCutShort(1), (*OPENING, said("pause", 1000), *audio(3000, 500), FINISHED)),
    "noise-answered": Shown(StaysQuiet(), (*OPENING, said("noise", 1000), *audio(2500, 900), FINISHED)),
    "bad-audio-taken": Shown(BadAudioRefused(1), (*OPENING, *FILE, *tool_call(2000, "write"), FINISHED)),
    "no-response": Shown(Answered(1), (*HEARD, FINISHED)),
    "event-missing": Shown(in_order(Expectation("metadata")), CLEAN),
    "event-differs": Shown(
        in_order(Expectation("metadata", (("data", exact(2)),))), (received(1, "metadata", data=1), *CLEAN)),
    "event-unwanted": Shown(EventNever("metadata"), (received(1, "metadata", data=1), *CLEAN)),
    "event-repeated": Shown(EventCount("response.done", (), 1), (*SAID, done(4200), done(4300), FINISHED)),
    "event-order": Shown(TranscriptFirst(), (*SPOKE, *audio(2900, 900), heard_as(3300, "hello there"), FINISHED)),
    "error-reported": Shown(EventNever("error"), (*SAID, fault(4000), FINISHED)),
    "protocol-broken": Shown(ProtocolKept(), (*SAID, received(4000, "output_audio.delta", audio=7), FINISHED)),
    "late": Shown(FirstAudio(1, 100.0), CLEAN),
    "tool-missing": Shown(in_order(tool("lookup")), CLEAN),
    "tool-arguments": Shown(in_order(tool("lookup", day="Thursday")), (*LOOKED_UP, *audio(3200, 900), FINISHED)),
    "tool-twice": Shown(
        EventCount("tool.call", (), 1), (*LOOKED_UP, *tool_call(3200, "lookup", "c2", day="Tuesday"), FINISHED)),
    "tool-order": Shown(
        in_order(tool("lookup"), tool("write")),
        (*HEARD, *tool_call(3000, "write"), *tool_call(3100, "lookup", "c2"), *audio(3200, 900), FINISHED)),
    "tool-unwanted": Shown(EventNever("tool.call"), (*LOOKED_UP, FINISHED)),
    "answers-nobody": Shown(
        ScriptFollowed(), (*HEARD, *(audio(4000 + 2000 * n, 900, f"r{n}") for n in range(6)), EXPIRED)),
    "tool-unanswered": Shown(ScriptFollowed(), (*HEARD, *tool_call(3000, "lookup"), EXPIRED)),
    "result-ignored": Shown(ScriptFollowed(), (*LOOKED_UP, EXPIRED)),
    "unproven-confirmation": Shown(
        EventNever("output_transcript.final", (("text", Matcher("contains", "done")),)),
        (*HEARD, *tool_call(3000, "write"), sent(3100, type="tool.result", call_id="c1", error="no"),
         says(3200, "done"), FINISHED)),
    "tool-without-mock": Shown(CallsMocked(), (*HEARD, *tool_call(3000, "write", reply="no-match"), FINISHED)),
    "no-audio": Shown(Answered(1), (*HEARD, started(3000), says(3100, "well"), done(3200), FINISHED)),
    "answer-differs": Shown(in_order(words("Thursday")), CLEAN),
    "chunks-disordered": Shown(InOrder(), voice(sent_twice())),
    "audio-holes": Shown(WithoutHoles(), voice(voices.holed(700, 1400))),
    "clipped": Shown(Unclipped(), voice(voices.clipped())),
    "too-quiet": Shown(LoudEnough(), voice((voices.speech() * 0.03).astype(np.int16))),
    "not-speech": Shown(Voiced(), voice(voices.speech().byteswap())),
    "stalls": Shown(Flows(), broken_off()),
    "no-final-marker": Shown(FinalMarker(), (*SAID, FINISHED)),
    "interruption-ignored": Shown(
        Interrupted(2, 2000.0),
        (*HEARD, *audio(3000, 9000, "r1"), said("stop", 5000, 2), heard_as(5800, "stop"), FINISHED)),
    "stopped-by-noise": Shown(
        Undisturbed(2),
        (*HEARD, *audio(3000, 5000, "r1"), said("noise", 4000, 2), received(4400, "response.cancelled"), FINISHED)),
    "talks-on": Shown(ScriptFollowed(), (*SAID, *audio(4100, 9000), ended("expired", 18_000, what="quiet"))),
    "flooded": Shown(
        ScriptFollowed(),
        (*SAID, note(4200, "over-budget", what="received", most=64_000_000), closed(4200, None),
         ended("flooded", 4200))),
    "closed-early": Shown(ScriptFollowed(), (*SPOKE, closed(2000, 1011), ended("closed", 2000))),
    "close-missing": Shown(CloseCode((1000,)), (*SAID, done(4200), ended("expired", 18_000, what="closed"))),
    "close-wrong": Shown(CloseCode((1000,)), (*SAID, done(4200), closed(5000, 1011), ended("closed", 5000))),
    "close-unanswered": Shown(CloseCode((1000,)), (*SAID, FINISHED[0], *unanswered(14_000), FINISHED[-1])),
    "session-left": Shown(
        SessionGone(5000.0), (*CONTROL, look(500, "beside", there=True), look(5015, "behind", there=True))),
    "probe-unusable": Shown(SessionGone(5000.0), (*CONTROL, look(15, "behind", error="HTTP 401", status=401))),
    "ping-unanswered": Shown(PingAnswered(5000.0), (*OPENING, PING, ended("expired", 5010, what="pong"))),
    "next-call-lost": Shown(
        ReadyInTime(5000.0), (*CONTROL, in_call(1, upgrade(0), ended("expired", 9000, what="ready"))),
        {**SECOND, "layer": Layer.CLOSE}),
    "idle-dropped": Shown(
        IdleCallerKept(8_000.0), (*OPENING, closed(9000, None), ended("closed", 9000))),
    "not-back": Shown(
        CameBack(),
        (*OPENING, closed(2000, 1001), ended("finished", 2001, linger=0), note(2002, "restarted", problem="no"))),
    "state-lost": Shown(
        Remembers((Matcher("contains", "Thursday"),)), (*SAID, done(4200), says(4100, "well"), FINISHED)),
    "state-leaked": Shown(
        Forgets((Matcher("contains", "well"),)), (*SAID, done(4200), says(4100, "well"), FINISHED)),
    "not-judged": Shown(EventNever("error"), (*SAID, closed(5000), ended("closed", 5000))),
    "inconclusive": Shown(NotCutShort(1), (*SPOKE, *audio(1300, 900), FINISHED)),
    "manifest-too-little": Shown(
        CloseCode((1000,)),
        (*SAID, note(4200, "hang-up", code=None, why=""), closed(4201, None), ended("finished", 4201)[-1])),
    "callers-disturb": Shown(
        ServedAlike(0, (1,), "in company", "callers-disturb"),
        (*CLEAN, *in_call(1, *OPENING, closed(900, None), *ended("closed", 900))), {"call": 1, "calls": 2}),
    "cold-start": Shown(
        ServedAlike(0, (1,), "first", "cold-start"),
        (*CLEAN, *in_call(1, *OPENING, closed(900, None), *ended("closed", 900))), {"call": 1, "calls": 2}),
    "stopped": Shown(Answered(1), (*SPOKE, ended("aborted", 2500))),
    "gate-late": Shown(FirstAudio(1, 100.0), CLEAN, {"late_ms": 300.0}),
    "gate-bug": Shown(Answered(1), (*SPOKE, ended("broken", 2500))),
}  # fmt: skip

ELSEWHERE = {
    "words-cut", "wrong-rate",  # by the demo's faults, in tests/reference/test_virtual.py
    "recording-damaged",  # in test_triage.py
    "ids-mixed", "retry-without-key", "mock-unused", "tool-outside-sandbox", "no-dry-run",  # by name, below
}  # fmt: skip


def shown(folder: Path, row: Shown) -> Finding:
    more = dict(row.more)
    made = claim(row.params, PLACE, call=more.pop("call", 0), layer=more.pop("layer", None))
    recorded = recording(folder, *row.lines, late_ms=more.pop("late_ms", None))
    return findings(recorded, made, **more)[0]


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_reached_by_a_recording_that_shows_it(name: str, tmp_path: Path) -> None:
    found = shown(tmp_path, ROWS[name])
    row = SYMPTOMS[name]
    assert (found.symptom, found.cause, found.folded) == (name, row.cause, False)
    assert found.first_check
    assert found.next_action
    assert row.layer in (None, found.layer)


def test_every_row_is_reached() -> None:
    assert ROWS.keys() | ELSEWHERE == SYMPTOMS.keys()


@pytest.mark.parametrize("name", SYMPTOMS)
def test_a_row_says_four_different_things(name: str) -> None:
    row = SYMPTOMS[name]
    told = [row.cause, row.first_check, row.next_action]
    assert len(set(told)) == 3
    assert all(text and len(text) <= 120 and not text.endswith(".") for text in told)


BY_NAME = {
    "call-ids": "ids-mixed", "response-ids": "ids-mixed", "session-id": "ids-mixed", "retry-key": "retry-without-key",
    "sandboxed": "tool-outside-sandbox", "dry-run": "no-dry-run",
    "arguments": "tool-arguments", "ids-known": "tool-arguments",
    "writes-once": "tool-twice", "must-not-confirm": "unproven-confirmation", "confirms": "unproven-confirmation",
    "says": "answer-differs", "hears": "words-wrong", "result-before-answer": "event-order",
    "close-code": "close-wrong",
}  # fmt: skip


def answered(folder: Path, check: str, answer: Answer) -> Finding:
    view = View(recording(folder, *CLEAN), 0, CAN, CLIPS, case_of())
    return triaged([Asked(Claim(check, PLACE), answer)], {0: view})[0]


@pytest.mark.parametrize("check", BY_NAME)
def test_what_came_and_is_wrong_is_named_by_its_check(check: str, tmp_path: Path) -> None:
    found = answered(tmp_path, check, failed(Layer.TOOLS, "one", "another", "move it", at=(30,)))
    assert (found.symptom, found.next_action) == (BY_NAME[check], "move it")


def test_a_mock_that_nobody_used_is_a_matter_of_the_manifest(tmp_path: Path) -> None:
    answer = unknown(Layer.TOOLS, "one", "none", "see tools.json; drop it", blame=Blame.CONFIGURATION)
    found = answered(tmp_path, "mocks-used", answer)
    assert (found.symptom, found.next_action) == ("mock-unused", "drop it")


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_its_row(check: str) -> None:
    assert check in BY_CHECK or check in ("events", "never", "count", "ends-with", "script")


def test_a_check_may_name_its_symptom_itself(tmp_path: Path) -> None:
    answer = failed(Layer.TOOLS, "nothing outside", "a call", "", symptom="tool-outside-sandbox")
    found = answered(tmp_path, "tomorrow", answer)
    assert (found.symptom, found.next_action) == (
        "tool-outside-sandbox",
        "point it to ${sandbox.http} or ${sandbox.mcp}",
    )


def test_advice_takes_the_place_of_the_tables_part_by_part(tmp_path: Path) -> None:
    twice = shown(tmp_path, ROWS["tool-twice"])
    assert (twice.first_check, twice.next_action) == (
        "retries and duplicate events", "give the write an idempotency key",
    )  # fmt: skip
    cut = shown(tmp_path, ROWS["turn-cut-short"])
    assert cut.first_check == "the end-of-turn detection: a pause in mid-sentence is no end of a turn"
    assert cut.next_action == SYMPTOMS["turn-cut-short"].next_action
