"""What the caller heard: an answer and not a leftover, nothing inside the question, soon; and silence on noise."""

from pathlib import Path

import pytest

from gate.checks.speech import Answered, FirstAudio, HearsNothing, NotCutShort, StaysQuiet
from gate.core.findings import Blame, Layer
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    Line,
    ask,
    audio,
    cancelled,
    chunk,
    done,
    ended,
    frames_of,
    heard_as,
    note,
    received,
    recording,
    said,
    started,
    tone,
)

QUESTION = (*OPENING, said("hello", 1000))  # spoken from 1200 to 2800 ms
GREETING = audio(200, 5000, "r1")  # sent at once, heard until 5200 ms


def test_an_answer_after_the_last_word_passes_and_says_when(tmp_path: Path) -> None:
    finding = ask(tmp_path, Answered(1), *QUESTION, audio(3300, 900), ended("finished", 8000))
    assert (finding.verdict, finding.layer, finding.actual) == (
        PASS, Layer.OUTPUT, "audible 500 ms after the caller's last word",
    )  # fmt: skip
    recorded = recording(tmp_path, *QUESTION, audio(3300, 900), ended("finished", 8000))
    start, end = frames_of(recorded, "caller.speech_start")[0], frames_of(recorded, "caller.speech_end")[0]
    assert finding.at == (start, end)


def test_silence_is_the_ears_if_not_even_the_words_were_written_down(tmp_path: Path) -> None:
    deaf = ask(tmp_path, Answered(1), *QUESTION, ended("expired", 18_000))
    assert (deaf.verdict, deaf.layer) == (FAIL, Layer.INPUT)
    assert deaf.actual == "no transcript of the caller's words came, and no answer"
    mute = ask(tmp_path, Answered(1), *QUESTION, heard_as(3000, "hello there"), ended("expired", 18_000))
    assert (mute.verdict, mute.layer, mute.actual) == (FAIL, Layer.OUTPUT, "no audio came")


def test_audio_that_cannot_be_heard_is_no_answer(tmp_path: Path) -> None:
    finding = ask(tmp_path, Answered(1), *QUESTION, chunk(3300, bytes(32_000)), ended("finished", 8000))
    assert (finding.verdict, finding.layer) == (FAIL, Layer.OUTPUT)
    assert finding.actual == "1 audio frames came and nothing in them can be heard (-120 dBFS)"


LEFTOVERS = {
    "with ids": GREETING,
    "without ids": audio(200, 5000),
    "paced": audio(200, 5000, paced=100),
    "paced, its end marked late": (*audio(200, 5000, "r1", paced=100), done(5300, "r1")),
}


@pytest.mark.parametrize("greeting", LEFTOVERS.values(), ids=LEFTOVERS.keys())
def test_the_rest_of_a_greeting_is_no_answer(tmp_path: Path, greeting: tuple[Line, ...]) -> None:
    lines = (*QUESTION, greeting, ended("finished", 12_000))
    for params in (Answered(1), FirstAudio(1, 800)):
        assert ask(tmp_path, params, *lines).verdict is FAIL


NEW_ANSWERS = {
    "another id": (*GREETING, *audio(3300, 900, "r2")),
    "after the end of the greeting": (*audio(200, 2700), done(2900), *audio(3300, 900)),
    "right after the end of the greeting": (*audio(200, 2900), done(3110), *audio(3200, 900)),
    "after a cancel of much that was sent at once": (
        *(chunk(200 + i, tone(1000), "r1") for i in range(6)),
        cancelled(1700, "r1"),
        *audio(3300, 900, "r1"),
    ),
    "after a start": (*audio(200, 2700), started(3200), *audio(3300, 900)),
    "after a cancel": (*GREETING, cancelled(1700, "r1"), *audio(3300, 900, "r1")),
    "after a second of silence": (*audio(200, 1500), *audio(3300, 900)),
    "in an endless stream": (*audio(0, 800, paced=100), *audio(800, 2500, level=0, paced=100), *audio(3300, 900)),
}


@pytest.mark.parametrize("said_by_agent", NEW_ANSWERS.values(), ids=NEW_ANSWERS.keys())
def test_an_answer_is_told_from_a_greeting(tmp_path: Path, said_by_agent: tuple[Line, ...]) -> None:
    assert ask(tmp_path, Answered(1), *QUESTION, said_by_agent, ended("finished", 12_000)).verdict is PASS


def test_an_answer_queued_behind_a_greeting_is_timed_as_it_is_heard(tmp_path: Path) -> None:
    lines = (*QUESTION, GREETING, audio(3300, 900, "r2"), ended("finished", 12_000))
    finding = ask(tmp_path, FirstAudio(1, 800), *lines)
    assert (finding.verdict, finding.actual) == (FAIL, "2400 ± 12 ms")


def test_an_answer_to_the_next_turn_is_none_to_this_one(tmp_path: Path) -> None:
    lines = (
        *QUESTION,
        heard_as(3000, "hello there"),
        said("stop", 5000, 2),
        audio(7000, 900),
        ended("finished", 12_000),
    )
    assert ask(tmp_path, Answered(1), *lines).verdict is FAIL
    assert ask(tmp_path, Answered(2), *lines).verdict is PASS


def test_the_first_audio_is_timed_from_the_last_word(tmp_path: Path) -> None:
    lines = (*QUESTION, chunk(3300, bytes(6400) + tone(500)), ended("finished", 8000))
    assert (soon := ask(tmp_path, FirstAudio(1, 700), *lines)).verdict is PASS
    assert soon.actual == "700 ± 12 ms"
    late = ask(tmp_path, FirstAudio(1, 699), *lines)
    assert (late.verdict, late.layer, late.actual) == (FAIL, Layer.OUTPUT, "700 ± 12 ms")


def test_a_gate_that_was_late_itself_proves_no_latency(tmp_path: Path) -> None:
    lines = (*QUESTION, audio(3300, 900), ended("finished", 8000))
    finding = ask(tmp_path, FirstAudio(1, 400), *lines, late_ms=21)
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.ENVIRONMENT)
    assert finding.actual == "500 ± 33 ms, but the gate itself was 21 ms late with the caller's audio"
    assert ask(tmp_path, FirstAudio(1, 400), *lines, late_ms=20).verdict is FAIL


PAUSE = (*OPENING, said("pause", 1000))  # spoken 1200-2000 and 4000-4600 ms


def test_an_answer_inside_the_pause_cuts_the_caller_short(tmp_path: Path) -> None:
    finding = ask(tmp_path, NotCutShort(1), *PAUSE, audio(2900, 900), audio(5200, 900), ended("finished", 9000))
    assert (finding.verdict, finding.layer) == (FAIL, Layer.INPUT)
    assert finding.actual == "it spoke 1700 ms before the caller's last word"
    assert len(finding.at) == 3
    assert ask(tmp_path, NotCutShort(1), *PAUSE, audio(5200, 900), ended("finished", 9000)).verdict is PASS


GREETINGS = {
    "over before the caller speaks": audio(0, 900),
    "still playing": audio(0, 3500),
    "still playing, paced": audio(0, 3500, paced=100),
    "still playing, in two responses": (*audio(0, 2000, "r1"), done(10, "r1"), *audio(20, 2000, "r2")),
    "paced in sentences, each with its end": (*audio(0, 1500, paced=100), done(1500), *audio(1500, 1500, paced=100)),
}


@pytest.mark.parametrize("greeting", GREETINGS.values(), ids=GREETINGS.keys())
def test_a_greeting_does_not_cut_the_caller_short(tmp_path: Path, greeting: tuple[Line, ...]) -> None:
    lines = (*PAUSE, greeting, audio(5900, 900), ended("finished", 10_000))
    assert ask(tmp_path, NotCutShort(1), *lines).verdict is PASS


def test_a_greeting_that_is_still_playing_hides_no_cut(tmp_path: Path) -> None:
    lines = (*PAUSE, audio(0, 1500, "r1"), audio(2900, 900, "r2"), ended("finished", 10_000))
    assert ask(tmp_path, NotCutShort(1), *lines).verdict is FAIL


def test_a_late_greeting_is_not_proven_to_be_a_cut(tmp_path: Path) -> None:
    finding = ask(tmp_path, NotCutShort(1), *PAUSE, audio(1500, 1000), audio(5200, 900), ended("finished", 9000))
    assert finding.verdict is UNKNOWN
    assert "a late greeting does the same" in finding.actual


NOISE = (*OPENING, said("noise", 1000))


def test_an_agent_that_speaks_after_noise_alone_fails(tmp_path: Path) -> None:
    finding = ask(tmp_path, StaysQuiet(), *NOISE, audio(2500, 900), ended("finished", 9000))
    assert (finding.verdict, finding.layer, finding.actual) == (FAIL, Layer.INPUT, "the agent spoke")
    recorded = recording(tmp_path, *NOISE, audio(2500, 900), ended("finished", 9000))
    assert finding.at == (recorded.notes_of(0, "play")[0].index, frames_of(recorded, "output_audio.delta")[0])


def test_silence_on_noise_passes_and_says_how_long_was_watched(tmp_path: Path) -> None:
    finding = ask(tmp_path, StaysQuiet(), *NOISE, ended("finished", 9000))
    assert (finding.verdict, finding.actual) == (PASS, "nothing of it, and for 3 s after the caller's last step")
    greeted = ask(tmp_path, StaysQuiet(), *NOISE, audio(100, 1500), ended("finished", 9000))
    assert greeted.verdict is PASS


def test_noise_that_was_never_played_proves_nothing(tmp_path: Path) -> None:
    assert ask(tmp_path, StaysQuiet(), *OPENING, ended("finished", 9000)).verdict is UNKNOWN


def test_a_start_of_speech_in_pure_silence_fails(tmp_path: Path) -> None:
    finding = ask(
        tmp_path,
        HearsNothing(),
        *OPENING,
        received(400, "speech.started"),
        *NOISE[len(OPENING) :],
        ended("finished", 9000),
    )
    assert (finding.verdict, finding.layer) == (FAIL, Layer.INPUT)
    assert finding.actual == "speech.started 600 ms before the caller's first sound"


def test_a_start_of_speech_behind_the_first_sound_passes(tmp_path: Path) -> None:
    assert (
        ask(tmp_path, HearsNothing(), *NOISE, received(1400, "speech.started"), ended("finished", 9000)).verdict is PASS
    )
    assert ask(tmp_path, HearsNothing(), *NOISE, ended("finished", 9000)).verdict is PASS
    assert ask(tmp_path, HearsNothing(), *OPENING, ended("finished", 9000)).verdict is UNKNOWN


@pytest.mark.parametrize("params", [Answered(1), FirstAudio(1, 800.0), NotCutShort(1), StaysQuiet(), HearsNothing()])
@pytest.mark.parametrize(
    ("end", "blame"),
    [
        ("aborted", Blame.ENVIRONMENT),
        ("unreachable", Blame.ENVIRONMENT),
        ("broken", Blame.GATE),
        (None, Blame.ENVIRONMENT),
    ],
)
def test_a_call_that_was_cut_off_proves_nothing(tmp_path: Path, params: object, end: str | None, blame: Blame) -> None:
    last = (ended(end, 2000),) if end else (note(2000, "x"),)
    finding = ask(tmp_path, params, *OPENING, said("hello", 1000), *last, killed=end is None)
    assert (finding.verdict, finding.blame) == (UNKNOWN, blame)


def test_a_clip_that_was_cut_off_is_no_turn(tmp_path: Path) -> None:
    finding = ask(tmp_path, Answered(1), *QUESTION, audio(2000, 500), ended("closed", 2700))
    assert (finding.verdict, finding.actual) == (UNKNOWN, "never spoken")
    waited = ask(tmp_path, Answered(2), *QUESTION, ended("expired", 9000))
    assert waited.actual == "the caller did not get to this turn: an earlier wait ran out"
