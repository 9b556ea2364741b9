"""A file that is wrong on purpose: an error, a close, or nothing at all; never its words and never an action."""

from pathlib import Path

import pytest

from gate.checks.badaudio import BadAudioRefused
from gate.core.findings import Blame, Finding, Layer
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    Line,
    ask,
    audio,
    closed,
    ended,
    fault,
    heard_as,
    note,
    said,
    says,
    sent,
    tool_call,
)

WORDS = "yes thursday please"


def asked(folder: Path, *lines: Line | tuple[Line, ...], words: str = WORDS, killed: bool = False) -> Finding:
    file = (
        note(1000, "file", turn=1, file="eight-bit"),
        sent(1001, type="input_audio.append", audio="AA==", media_type="audio/wav"),
    )
    return ask(folder, BadAudioRefused(1, words), *OPENING, file, *lines, killed=killed)


DONE = ended("finished", 9000)


@pytest.mark.parametrize(
    ("lines", "actual"),
    [
        ((fault(1200, "8 bit, expected 16"), DONE), "error bad 8 bit, expected 16"),
        ((closed(1200, 1007), ended("finished", 1300)), "closed with 1007"),
        ((closed(1200, 1000), ended("closed", 1300)), "closed with 1000"),
        ((DONE,), "nothing came of it: nothing of it, and for 3 s after the caller's last step"),
        ((says(1500, "Pardon?"), audio(1500, 800), DONE), "nothing came of it"),
        ((heard_as(1500, "uh"), DONE), "nothing came of it"),
        ((fault(1200), tool_call(2000, "book"), DONE), "error bad no"),
    ],
)
def test_an_error_a_close_or_nothing_passes(
    tmp_path: Path, lines: tuple[Line | tuple[Line, ...], ...], actual: str
) -> None:
    finding = asked(tmp_path, *lines)
    assert (finding.verdict, finding.layer) == (PASS, Layer.INPUT)
    assert finding.actual.startswith(actual)
    assert finding.at


@pytest.mark.parametrize(
    ("lines", "actual"),
    [
        ((tool_call(1500, "book"), DONE), "it called book"),
        ((tool_call(1500, "book"), fault(1600), DONE), "it called book"),
        ((heard_as(1500, "Yes, Thursday please."), DONE), "it took the words as if all was well: 'Yes, Thursday"),
        ((heard_as(1500, "yes thursday"), DONE), "it took the words"),
        ((heard_as(1500, "yes"), heard_as(1600, "thursday please"), DONE), "it took the words"),
        ((closed(1200, None), ended("closed", 1300)), "the connection was dropped without a close frame"),
    ],
)
def test_an_action_its_words_or_a_dropped_line_fail(
    tmp_path: Path, lines: tuple[Line | tuple[Line, ...], ...], actual: str
) -> None:
    finding = asked(tmp_path, *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.INPUT)
    assert finding.actual.startswith(actual)


def test_nothing_is_proven_by_a_call_that_was_not_followed_to_its_end(tmp_path: Path) -> None:
    assert asked(tmp_path, ended("aborted", 2000)).verdict is UNKNOWN
    assert asked(tmp_path, ended("expired", 5000)).verdict is UNKNOWN
    assert asked(tmp_path, DONE, killed=True).verdict is UNKNOWN
    assert asked(tmp_path, fault(1200), ended("aborted", 2000)).verdict is PASS, "what came is proven all the same"
    assert asked(tmp_path, tool_call(1500, "book"), ended("aborted", 2000)).verdict is FAIL


def test_what_answers_the_next_turn_is_not_laid_to_the_file(tmp_path: Path) -> None:
    following = said("hello", 3000, turn=2), heard_as(5000, "yes thursday please"), tool_call(5100, "book")
    assert asked(tmp_path, *following, ended("finished", 12_000)).verdict is PASS
    keys = note(3000, "press", turn=2, digits="1"), tool_call(3100, "book")
    assert asked(tmp_path, *keys, ended("finished", 12_000)).verdict is PASS


def test_what_came_before_the_file_is_not_laid_to_it(tmp_path: Path) -> None:
    assert asked(tmp_path, heard_as(900, WORDS), tool_call(950, "book"), DONE).verdict is PASS


def test_a_transcript_of_words_that_nobody_knows_is_a_doubt_about_the_manifest(tmp_path: Path) -> None:
    finding = asked(tmp_path, heard_as(1500, "anything"), DONE, words="")
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert asked(tmp_path, DONE, words="").verdict is PASS


def test_a_file_that_was_never_sent_proves_nothing(tmp_path: Path) -> None:
    assert ask(tmp_path, BadAudioRefused(1, WORDS), *OPENING, DONE).verdict is UNKNOWN


def test_a_line_that_the_caller_cut_was_not_dropped_by_the_agent(tmp_path: Path) -> None:
    cut = note(2000, "hang-up", code=None, why="cut"), closed(2001, None), note(2005, "call.end", end="finished")
    assert asked(tmp_path, *cut).verdict is PASS
