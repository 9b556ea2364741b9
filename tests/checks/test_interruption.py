"""A barge-in is proven only by words that were cut off, and an answer right behind it is no talking on."""

from dataclasses import replace
from pathlib import Path

import pytest

from gate.checks.interruption import Interrupted
from gate.checks.speech import Answered
from gate.core.findings import Blame, Layer
from tests.checks.notation import (
    CAN,
    FAIL,
    OPENING,
    PASS,
    SKIP,
    UNKNOWN,
    Line,
    ask,
    audio,
    cancelled,
    chunk,
    done,
    ended,
    heard_as,
    note,
    said,
    tone,
)

# "stop" is spoken from 5100 to 5500 ms, while the agent speaks from 3000 ms on.
CALL = (*OPENING, said("hello", 0), said("stop", 5000, 2), heard_as(5800, "stop"))
CHECK = Interrupted(2, 2000.0)

STOPS = {
    "cancelled": (*audio(3000, 9000, "r1"), cancelled(5560, "r1")),
    "cancelled before its own speech-started": (*audio(3000, 9000), cancelled(5560)),
    "the audio just stops": audio(3000, 2500, paced=100),
    "an answer follows at once": (*audio(3000, 9000, "r1"), cancelled(5560, "r1"), *audio(5700, 2000, "r2")),
    "an answer follows, nameless": (*audio(3000, 2500, paced=100), *audio(5900, 2000)),
    "21 s sent in 1.3 s": (*(chunk(3000 + i * 65, tone(1050)) for i in range(20)), cancelled(5700)),
    "cancelled in a pause": (chunk(3000, tone(1900) + bytes(32_000) + tone(3000)), cancelled(5400)),
}


@pytest.mark.parametrize("agent", STOPS.values(), ids=STOPS.keys())
def test_an_agent_that_falls_silent_passes(tmp_path: Path, agent: tuple[Line, ...]) -> None:
    finding = ask(tmp_path, CHECK, *CALL, agent, ended("finished", 12_000))
    assert (finding.verdict, finding.layer) == (PASS, Layer.OUTPUT)


def test_the_time_until_silence_is_told(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *CALL, audio(3000, 9000), cancelled(5560), ended("finished", 12_000))
    assert finding.actual == "silent after 460 ms"


TALKS_ON = {
    "to its end": audio(3000, 5000, paced=100),
    "for 3.6 s": (*audio(3000, 9000, "r1"), cancelled(8700, "r1")),
    "sentence after sentence, each a response": (
        *audio(3000, 2500, "r1"),
        done(3001, "r1"),
        *audio(5450, 1300, "r2"),
        done(5480, "r2"),
        *audio(5490, 1300, "r3"),
    ),
}


@pytest.mark.parametrize("agent", TALKS_ON.values(), ids=TALKS_ON.keys())
def test_an_agent_that_talks_on_fails(tmp_path: Path, agent: tuple[Line, ...]) -> None:
    finding = ask(tmp_path, CHECK, *CALL, agent, ended("finished", 14_000))
    assert (finding.verdict, finding.layer) == (FAIL, Layer.OUTPUT)
    assert finding.actual.startswith("still audible after ")


def test_nothing_is_interrupted_where_the_agent_was_silent(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *CALL, audio(3000, 1950), ended("finished", 12_000))
    assert finding.verdict is SKIP
    assert finding.actual.startswith("the agent was not audible when the caller interrupted")


def test_words_that_ended_by_themselves_were_not_interrupted(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *CALL, audio(3000, 3000), ended("finished", 12_000))
    assert (finding.verdict, finding.actual) == (
        SKIP, "what the agent was saying ended by itself after 900 ms, so nothing was interrupted",
    )  # fmt: skip


def test_an_agent_of_few_words_is_not_put_to_this_test_and_fails_nobody(tmp_path: Path) -> None:
    """The wait for words to interrupt ran out, and the agent had been heard."""
    waited = (*OPENING, said("hello", 0), ended("expired", 18_000, what="audible"))
    for claim in (CHECK, Answered(2)):
        finding = ask(tmp_path, claim, *waited, audio(3000, 300))
        assert (finding.verdict, finding.actual) == (SKIP, "the agent's answer was over before it could be interrupted")
        assert ask(tmp_path, claim, *waited).verdict is UNKNOWN


def test_an_agent_that_only_hears_nothing_is_an_ear_problem(tmp_path: Path) -> None:
    deaf = [line for line in CALL if line is not CALL[-1]]
    assert ask(tmp_path, CHECK, *deaf, audio(3000, 6000), ended("finished", 14_000)).layer is Layer.INPUT


@pytest.mark.parametrize(("end", "blame"), [("aborted", Blame.ENVIRONMENT), ("broken", Blame.GATE)])
def test_a_recording_that_stops_with_the_sound_proves_no_silence(tmp_path: Path, end: str, blame: Blame) -> None:
    stopped = ask(tmp_path, CHECK, *CALL, audio(3000, 2800, paced=100), ended(end, 5900))
    assert (stopped.verdict, stopped.blame) == (UNKNOWN, blame)
    still = ask(tmp_path, CHECK, *CALL, audio(3000, 9000), ended(end, 5900))
    assert (still.verdict, still.blame) == (UNKNOWN, blame)


def test_a_killed_gate_proves_no_silence(tmp_path: Path) -> None:
    assert ask(tmp_path, CHECK, *CALL, audio(3000, 2800, paced=100), note(5900, "x"), killed=True).verdict is UNKNOWN


def test_an_interruption_that_was_never_spoken_is_unknown(tmp_path: Path) -> None:
    assert ask(tmp_path, CHECK, *OPENING, said("hello", 0), ended("expired", 9000)).verdict is UNKNOWN


def test_audio_sent_ahead_cannot_be_taken_back_by_a_message_that_nobody_described(tmp_path: Path) -> None:
    blind = replace(CAN, shows=CAN.shows - {"response.cancelled"})
    lines = (*CALL, audio(3000, 15_000), ended("finished", 25_000))
    finding = ask(tmp_path, CHECK, *lines, can=blind)
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert finding.next_action.endswith("describe the message under options.events.response.cancelled")
    assert ask(tmp_path, CHECK, *lines).verdict is FAIL


def paced(at: float, ms: float) -> tuple[Line, ...]:
    return audio(at, ms, "r1", paced=100)


def test_an_agent_that_stops_sending_within_one_message_was_interrupted(tmp_path: Path) -> None:
    """Its last message came just before the caller's first sample, at 4100 ms, and no mark ever ended what it said."""
    lines = (*OPENING, said("hello", 1000), *paced(3000, 1100), said("stop", 4000, 2), ended("finished", 12_000))
    assert ask(tmp_path, Interrupted(2, 2000), *lines).verdict is PASS


def test_an_answer_that_its_mark_had_ended_was_not(tmp_path: Path) -> None:
    answer = (*paced(3000, 1100), done(4050, "r1"))
    lines = (*OPENING, said("hello", 1000), *answer, said("stop", 4000, 2), ended("finished", 12_000))
    assert ask(tmp_path, Interrupted(2, 2000), *lines).verdict is SKIP


@pytest.mark.parametrize(("before_ms", "verdict"), [(4000, PASS), (1200, SKIP)])
def test_without_marks_a_longer_answer_before_tells(tmp_path: Path, before_ms: float, verdict: object) -> None:
    blind = replace(CAN, shows=CAN.shows - {"response.done", "output_audio.done"})
    first = (said("hello", 1000), *audio(3000, before_ms, None, paced=100))
    lines = (*OPENING, *first, said("hello", 10_000, 2), *audio(12_000, 1100, None, paced=100))
    interrupted_at = (said("stop", 13_000, 3), ended("finished", 22_000))
    assert ask(tmp_path, Interrupted(3, 2000), *lines, *interrupted_at, can=blind).verdict is verdict


def test_speech_that_takes_back_what_was_sent_ahead_is_a_message_that_does() -> None:
    told = replace(CAN, shows=CAN.shows - {"response.cancelled"}, speech_interrupts=True)
    assert told.takes_back
    assert not replace(told, speech_interrupts=False).takes_back
