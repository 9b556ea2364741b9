"""What a session knows of the one before it."""

from pathlib import Path

import pytest

from gate.checks.memory import Forgets, Remembers
from gate.core.findings import Layer
from gate.core.matchers import Matcher
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    Line,
    ask,
    closed,
    done,
    ended,
    heard_as,
    in_call,
    note,
    said,
    says,
)

KNOWN = (Matcher("contains", "now on Thursday"),)
RESUMED = note(-200, "resume", session_id="s-1", of=0)


def second(*lines: Line | tuple[Line, ...]) -> tuple[Line, ...]:
    whole = (*OPENING, said("hello", 0), heard_as(2000, "hello there"), *lines)
    first = (*OPENING, ended("finished", 900, linger=0))
    return (*in_call(0, *first), *in_call(1, *whole))


def answer(text: str) -> tuple[Line | tuple[Line, ...], ...]:
    return says(2500, text), done(2600), ended("finished", 8000)


def test_who_remembers_says_what_only_that_agent_can_say(tmp_path: Path) -> None:
    right = ask(tmp_path, Remembers(KNOWN), *second(*answer("Done. It is now on Thursday.")), call=1)
    assert right.verdict is PASS
    wrong = ask(tmp_path, Remembers(KNOWN), *second(*answer("Which day would you like?")), call=1)
    assert (wrong.verdict, wrong.layer, wrong.symptom) == (FAIL, Layer.CLOSE, "state-lost")
    assert wrong.actual == "'Which day would you like?'"


def test_who_is_to_have_forgotten_may_not_say_it(tmp_path: Path) -> None:
    right = ask(tmp_path, Forgets(KNOWN), *second(*answer("Which day would you like?")), call=1)
    assert right.verdict is PASS
    wrong = ask(tmp_path, Forgets(KNOWN), *second(*answer("Done. It is now on Thursday.")), call=1)
    assert (wrong.verdict, wrong.layer, wrong.symptom) == (FAIL, Layer.CLOSE, "state-leaked")


def test_silence_shows_nothing_of_what_is_known(tmp_path: Path) -> None:
    assert ask(tmp_path, Forgets(KNOWN), *second(ended("finished", 8000)), call=1).verdict is UNKNOWN
    cut_off = second(says(2500, "Which day"), closed(3000), ended("closed", 3000))
    assert ask(tmp_path, Forgets(KNOWN), *cut_off, call=1).verdict is UNKNOWN


@pytest.mark.parametrize("check", [Remembers, Forgets])
def test_a_session_that_could_not_be_resumed_proves_nothing(tmp_path: Path, check: type[Remembers]) -> None:
    lines = second(*answer("Done. It is now on Thursday."))
    assert ask(tmp_path, check(KNOWN, 0), *lines, call=1).verdict is UNKNOWN
    resumed = ask(tmp_path, check(KNOWN, 0), *lines, *in_call(1, RESUMED), call=1)
    assert resumed.verdict is (PASS if check is Remembers else FAIL)
