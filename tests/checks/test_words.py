"""The caller's words, as the agent wrote them down."""

from pathlib import Path

import pytest

from gate.checks.words import WordsUnderstood
from gate.core.findings import Blame, Layer
from gate.measures.word_errors import error_rate
from tests.checks.notation import FAIL, OPENING, PASS, UNKNOWN, ask, ended, heard_as, note, said

CALL = (*OPENING, said("pause", 1000))  # "to the bank please", the last word at 4600 ms
END = ended("finished", 12_000)


def test_close_words_pass_without_regard_to_case_and_punctuation(tmp_path: Path) -> None:
    finding = ask(tmp_path, WordsUnderstood(1), *CALL, heard_as(4800, "To the bank, please!"), END)
    assert (finding.verdict, finding.layer) == (PASS, Layer.INPUT)
    assert finding.actual == "'To the bank, please!', 0% wrong"


def test_other_words_fail_and_are_shown(tmp_path: Path) -> None:
    finding = ask(tmp_path, WordsUnderstood(1), *CALL, heard_as(4800, "two thank fleas please"), END)
    assert (finding.verdict, finding.actual) == (FAIL, "'two thank fleas please', 75% wrong")
    assert len(finding.at) == 1


@pytest.mark.parametrize(
    "finals", [("to the bank", "please"), ("to the bank", "to the bank please"), ("to the bank please",) * 3]
)
def test_parts_longer_parts_and_repetitions_are_all_read(tmp_path: Path, finals: tuple[str, ...]) -> None:
    lines = [heard_as(3000 + 700 * i, text) for i, text in enumerate(finals)]
    assert ask(tmp_path, WordsUnderstood(1), *CALL, *lines, END).actual.endswith("0% wrong")


def test_no_words_at_all_fail(tmp_path: Path) -> None:
    finding = ask(tmp_path, WordsUnderstood(1), *CALL, END)
    assert (finding.verdict, finding.actual) == (FAIL, "no final transcript came")
    empty = ask(tmp_path, WordsUnderstood(1), *CALL, heard_as(4800, ""), END)
    assert empty.verdict is FAIL


def test_the_words_of_the_next_turn_are_not_those_of_this_one(tmp_path: Path) -> None:
    lines = (*CALL, said("stop", 6000, 2), heard_as(7000, "to the bank please"), END)
    assert ask(tmp_path, WordsUnderstood(1), *lines).verdict is FAIL


@pytest.mark.parametrize(
    ("end", "blame"),
    [("aborted", Blame.ENVIRONMENT), ("broken", Blame.GATE), ("unreachable", Blame.ENVIRONMENT)],
)
def test_a_cut_call_does_not_show_what_was_understood(tmp_path: Path, end: str, blame: Blame) -> None:
    for lines in (CALL, OPENING):
        finding = ask(tmp_path, WordsUnderstood(1), *lines, ended(end, 5000))
        assert (finding.verdict, finding.blame) == (UNKNOWN, blame)
    assert ask(tmp_path, WordsUnderstood(1), *CALL, note(5000, "x"), killed=True).verdict is UNKNOWN


def test_the_rate_counts_wrong_words() -> None:
    assert error_rate("a b c d", "A, b! x d") == 0.25
    assert error_rate("a b", "") == 1.0


def test_where_words_are_not_compared_any_will_do_but_none(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    written = ask(tmp_path / "a", WordsUnderstood(1, None), *CALL, heard_as(4800, "555"), END)
    assert (written.verdict, written.actual) == (PASS, "'555'")
    assert ask(tmp_path / "b", WordsUnderstood(1, None), *CALL, END).verdict is FAIL
