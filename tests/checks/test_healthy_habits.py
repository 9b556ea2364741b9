"""What decent agents do and what looks odd: none of it may fail, whatever the check."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks import claim
from gate.checks.events.in_order import EventsInOrder, Expectation
from gate.checks.events.never import EventNever
from gate.checks.interruption import Interrupted
from gate.checks.session import ConfiguredAsAsked, ReadyInTime
from gate.checks.speech import Answered, FirstAudio, NotCutShort, StaysQuiet
from gate.checks.turns import FinalMarker, TranscriptFirst
from gate.checks.words import WordsUnderstood
from tests.checks.notation import (
    OPENING,
    PASS,
    PLACE,
    Line,
    audio,
    cancelled,
    chunk,
    done,
    ended,
    findings,
    heard_as,
    received,
    recording,
    said,
    started,
    tone,
)

QUESTION = (*OPENING, said("hello", 2000))  # spoken from 2200 to 3800 ms
WORDS = heard_as(4000, "hello there")
ANSWER = (*audio(4200, 900, "r2"), done(4210, "r2"))

OPEN = (ReadyInTime(5000.0), ConfiguredAsAsked(5000.0), EventNever("error"))
SMOKE = (NotCutShort(1), WordsUnderstood(1), Answered(1), FirstAudio(1, 800.0), FinalMarker(), TranscriptFirst())

HABITS: dict[str, tuple[Line | tuple[Line, ...], ...]] = {
    "a greeting before anybody spoke": (audio(100, 1200, "r1"), done(110, "r1"), WORDS, ANSWER),
    "a greeting that still plays when the caller begins": (audio(100, 2800, "r1"), done(110, "r1"), WORDS, ANSWER),
    "a greeting stopped by the caller": (audio(100, 9000, "r1"), cancelled(2700, "r1"), WORDS, ANSWER),
    "no greeting": (WORDS, ANSWER),
    "cancelled on every turn with nothing playing": (cancelled(2400), WORDS, ANSWER, cancelled(2410)),
    "cancelled before speech-started": (
        audio(100, 9000), cancelled(2390), received(2400, "speech.started"), WORDS, ANSWER,
    ),
    "a superseded response without an end": (WORDS, started(4050, "r1"), ANSWER),
    "a superseded response with some audio and no end": (WORDS, *audio(4100, 60, "r1"), ANSWER),
    "unknown messages": (received(50, "ping"), received(2500, "usage", tokens=5), WORDS, ANSWER, received(4300, "x")),
    "chunks of 200 ms": (WORDS, audio(4200, 1000, paced=200), done(5300)),
    "chunks of 137.5 ms": (WORDS, audio(4200, 1100, paced=137.5), done(5400)),
    "21 s sent in 1.3 s": (WORDS, *(chunk(4200 + i * 65, tone(1050), "r2") for i in range(20)), done(5500, "r2")),
    "responses without ids or starts": (WORDS, audio(4200, 900), done(5200)),
    "one id for everything": (audio(100, 1200, "x"), done(110, "x"), WORDS, audio(4200, 900, "x"), done(4210, "x")),
    "an endless stream, silence included": (
        audio(0, 800, paced=100), audio(800, 3400, level=0, paced=100), WORDS, audio(4200, 900, paced=100), done(5200),
    ),
    "a sentence at a time": (WORDS, audio(4200, 900, "a"), done(4201, "a"), audio(5400, 900, "b"), done(5401, "b")),
    "a transcript in growing parts": (heard_as(3000, "hello"), heard_as(4000, "hello there"), ANSWER),
}  # fmt: skip


@pytest.mark.parametrize("agent", HABITS.values(), ids=HABITS.keys())
def test_a_healthy_answer_passes_the_whole_smoke_recipe(tmp_path: Path, agent: tuple[Any, ...]) -> None:
    recorded = recording(tmp_path, *QUESTION, *agent, ended("finished", 14_000))
    assert not recorded.problems
    found = findings(recorded, *(claim(params, PLACE) for params in (*OPEN, *SMOKE)))
    assert {finding.check: finding.verdict for finding in found if finding.verdict is not PASS} == {}


BARGE_IN = (*OPENING, said("hello", 0), WORDS, said("stop", 6000, 2), heard_as(6800, "stop"))  # "stop" from 6100 ms

STOPPING: dict[str, tuple[Line | tuple[Line, ...], ...]] = {
    "by a message": (audio(4200, 9000, "r1"), cancelled(6560, "r1"), audio(7300, 900, "r2"), done(7301, "r2")),
    "before its speech-started": (
        audio(4200, 9000), cancelled(6560), received(6570, "speech.started"), audio(7300, 900),
    ),
    "by just stopping, without a message": (audio(4200, 2300, paced=100), audio(7300, 900)),
    "with a superseded response without an end": (audio(4200, 9000, "r1"), cancelled(6560), audio(7300, 900, "r2")),
}  # fmt: skip


@pytest.mark.parametrize("agent", STOPPING.values(), ids=STOPPING.keys())
def test_a_healthy_barge_in_passes(tmp_path: Path, agent: tuple[Any, ...]) -> None:
    recorded = recording(tmp_path, *BARGE_IN, *agent, ended("finished", 12_000))
    claims = (Answered(1), Interrupted(2, 2000.0), Answered(2))
    found = findings(recorded, *(claim(params, PLACE) for params in claims))
    assert [finding.verdict for finding in found] == [PASS] * 3, found


def test_a_greeting_is_no_answer_to_noise(tmp_path: Path) -> None:
    recorded = recording(tmp_path, *OPENING, audio(100, 4000), said("noise", 2000), ended("finished", 9000))
    assert findings(recorded, claim(StaysQuiet(), PLACE))[0].verdict is PASS


def test_filler_words_before_a_tool_answers_are_no_disorder(tmp_path: Path) -> None:
    filler = (audio(4200, 600, "r1"), received(4300, "tool.call", call_id="c", name="lookup", arguments={}))
    answer = (received(4900, "tool.result", call_id="c", result=1), audio(5200, 900, "r2"))
    recorded = recording(tmp_path, *QUESTION, WORDS, *filler, *answer, ended("finished", 9000))
    wanted = EventsInOrder(tuple(map(Expectation, ("tool.call", "tool.result", "output_audio.delta"))))
    assert findings(recorded, claim(wanted, PLACE))[0].verdict is PASS
