"""The end of the agent's turn is marked, and the caller's words are written down before the answer to them."""

from pathlib import Path

import pytest

from gate.checks.turns import FinalMarker, TranscriptFirst
from gate.core.capabilities import Capabilities
from gate.core.findings import Layer
from tests.checks.notation import (
    CAN,
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    Line,
    ask,
    audio,
    cancelled,
    done,
    ended,
    frames_of,
    heard_as,
    note,
    received,
    recording,
    said,
    started,
)

CALL = (*OPENING, said("hello", 1000))
END = ended("finished", 12_000)
UNMARKED = Capabilities(CAN.shows - {"output_audio.done", "response.done"}, 16_000, 16_000)


@pytest.mark.parametrize("mark", [done(3400), received(3400, "output_audio.done"), cancelled(3400)])
def test_a_marked_end_passes(tmp_path: Path, mark: Line) -> None:
    finding = ask(tmp_path, FinalMarker(), *CALL, audio(3300, 90), mark, END)
    assert (finding.verdict, finding.layer) == (PASS, Layer.OUTPUT)
    assert len(finding.at) == 2


def test_audio_that_just_stops_fails(tmp_path: Path) -> None:
    lines = (*CALL, audio(3300, 90, "r1"), done(3400, "r1"), audio(3500, 900, "r2"), END)
    finding = ask(tmp_path, FinalMarker(), *lines)
    assert (finding.verdict, finding.actual) == (FAIL, "the audio just stops")
    assert finding.at == (frames_of(recording(tmp_path, *lines), "output_audio.delta")[1],)


def test_a_superseded_response_needs_no_end_of_its_own(tmp_path: Path) -> None:
    lines = (*CALL, audio(3300, 900, "r1"), audio(4300, 900, "r2"), done(4400, "r2"), END)
    assert ask(tmp_path, FinalMarker(), *lines).verdict is PASS


def test_no_audio_has_no_end_to_mark(tmp_path: Path) -> None:
    silent = ask(tmp_path, FinalMarker(), *CALL, done(3400), END)
    assert (silent.verdict, silent.actual) == (PASS, "no audio came, so there was no end to mark")
    assert ask(tmp_path, FinalMarker(), *CALL, END, can=UNMARKED).verdict is PASS
    assert ask(tmp_path, FinalMarker(), *CALL, ended("closed", 4000)).verdict is UNKNOWN


def test_words_that_the_caller_speaks_into_may_just_stop(tmp_path: Path) -> None:
    answer = audio(3300, 3000, paced=100)
    assert ask(tmp_path, FinalMarker(), *CALL, answer, said("stop", 5900, 2), END).verdict is PASS
    assert ask(tmp_path, FinalMarker(), *CALL, answer, said("stop", 8000, 2), END).verdict is FAIL


def test_where_no_marker_exists_a_quiet_end_is_enough(tmp_path: Path) -> None:
    assert ask(tmp_path, FinalMarker(), *CALL, audio(3300, 900), END, can=UNMARKED).verdict is PASS
    assert ask(tmp_path, FinalMarker(), *CALL, audio(3300, 900), ended("closed", 4000), can=UNMARKED).verdict is UNKNOWN


@pytest.mark.parametrize("killed", [False, True])
def test_the_last_audio_of_a_stump_may_not_have_been_the_last(tmp_path: Path, killed: bool) -> None:
    last = (note(4000, "x"),) if killed else (ended("aborted", 4000),)
    for lines in ((audio(3300, 90), done(3400)), (audio(3300, 90),)):
        assert ask(tmp_path, FinalMarker(), *CALL, *lines, *last, killed=killed).verdict is UNKNOWN


def test_the_words_before_the_answer_pass(tmp_path: Path) -> None:
    lines = (*CALL, heard_as(3000, "hello there"), started(3100), audio(3300, 900), END)
    finding = ask(tmp_path, TranscriptFirst(), *lines)
    assert (finding.verdict, finding.layer) == (PASS, Layer.ORDER)
    recorded = recording(tmp_path, *lines)
    assert finding.at == (frames_of(recorded, "response.started")[0], frames_of(recorded, "transcript.final")[0])


@pytest.mark.parametrize("begin", [started(3000), audio(3000, 900)])
def test_an_answer_before_the_words_fails(tmp_path: Path, begin: Line) -> None:
    finding = ask(tmp_path, TranscriptFirst(), *CALL, begin, heard_as(3250, "hello there"), END)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.ORDER)
    assert finding.actual == "the answer began 250 ms before the words were final"


def test_the_rest_of_a_greeting_is_no_answer_before_the_words(tmp_path: Path) -> None:
    lines = (*CALL, audio(200, 3000, paced=100), heard_as(3250, "hello there"), audio(4500, 900), END)
    assert ask(tmp_path, TranscriptFirst(), *lines).verdict is PASS


def test_without_a_pair_there_is_no_order_to_compare(tmp_path: Path) -> None:
    finding = ask(tmp_path, TranscriptFirst(), *CALL, audio(3300, 900), END)
    assert (finding.verdict, finding.at) == (PASS, ())
    assert finding.actual == "no turn has both a transcript and an answer, so there is no order to compare"
    assert ask(tmp_path, TranscriptFirst(), *OPENING, END).verdict is PASS


def test_what_comes_behind_a_turn_without_an_answer_may_answer_that_one(tmp_path: Path) -> None:
    lines = (*CALL, heard_as(2900, "hello there"), said("stop", 3000, 2), audio(3700, 400), heard_as(3900, "stop"), END)
    assert ask(tmp_path, TranscriptFirst(), *lines).verdict is PASS
    answered = (*CALL, heard_as(2900, "hello"), audio(3000, 300), said("stop", 5000, 2), audio(5700, 400),
                heard_as(5900, "stop"), END)  # fmt: skip
    assert ask(tmp_path, TranscriptFirst(), *answered).verdict is FAIL


@pytest.mark.parametrize("end", ["expired", "closed", "aborted", "broken", "unreachable"])
def test_an_order_is_not_proven_by_a_stump(tmp_path: Path, end: str) -> None:
    lines = (*CALL, heard_as(3000, "hello there"), audio(3300, 900), ended(end, 5000))
    assert ask(tmp_path, TranscriptFirst(), *lines).verdict is UNKNOWN


def test_words_that_the_gate_cut_off_say_nothing_of_their_end(tmp_path: Path) -> None:
    first = (*OPENING, said("hello", 0), audio(3000, 1000), done(4000))
    again = ask(tmp_path, FinalMarker(), *first, audio(9000, 900), ended("finished", 9500))
    assert again.verdict is PASS
    assert again.actual == "response.done; the agent spoke again, until the gate hung up"
    endless = (*OPENING, said("hello", 0), *audio(3000, 6400, paced=100), ended("finished", 9500))
    assert ask(tmp_path, FinalMarker(), *endless).verdict is UNKNOWN
    stops = (*OPENING, said("hello", 0), audio(3000, 1000), ended("finished", 9500))
    assert ask(tmp_path, FinalMarker(), *stops).verdict is FAIL


def test_the_rest_of_an_answer_that_broke_off_is_no_answer_to_the_next_turn(tmp_path: Path) -> None:
    first = (*OPENING, said("hello", 0), heard_as(1900, "hello there"), started(2000, "r1"), *audio(2000, 800, "r1"))
    stalled = (said("hello", 6000, turn=2), *audio(7900, 800, "r1"), heard_as(8000, "hello there"))
    own = (started(8100, "r2"), *audio(8100, 800, "r2"), done(9000, "r2"), ended("finished", 13000))
    assert ask(tmp_path, TranscriptFirst(), *first, *stalled, *own).verdict is PASS
    early = (started(7900, "r2"), *audio(7950, 800, "r2"), heard_as(8000, "hello there"), ended("finished", 13000))
    assert ask(tmp_path, TranscriptFirst(), *first, said("hello", 6000, turn=2), *early).verdict is FAIL
