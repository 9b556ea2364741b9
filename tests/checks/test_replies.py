"""A reply over a wire of text, and what is no reply."""

from pathlib import Path

import pytest

from gate.checks.replies import Replied
from gate.core.findings import Verdict
from tests.checks.notation import OPENING, Line, ask, ended, note, received, says, sent


def typed(ms: float, turn: int = 1) -> tuple[Line, ...]:
    return note(ms, "write", turn=turn), sent(ms, type="text.input", text="hello")


CASES = {
    "an answer": ((*typed(1000), says(1400, "yes?"), *ended("finished", 9000)), Verdict.PASS, "400 ms after it"),
    "no answer": ((*typed(1000), *ended("finished", 9000)), Verdict.FAIL, "no message came"),
    "a greeting is none": ((says(200, "hi"), *typed(1000), *ended("finished", 9000)), Verdict.FAIL, "no message came"),
    "the rest of what had begun before": (
        (received(200, "response.started", response_id="r1"), *typed(1000),
         received(1400, "output_transcript.final", text="hi", response_id="r1"), *ended("finished", 9000)),
        Verdict.FAIL, "no message came",
    ),
    "words that are none": ((*typed(1000), says(1400, "  "), *ended("finished", 9000)), Verdict.FAIL, "hold no words"),
    "the answer to the next line": (
        (*typed(1000), *typed(2000, 2), says(2400, "yes?"), *ended("finished", 9000)), Verdict.FAIL, "no message came",
    ),
    "a call that broke off": ((*typed(1000), *ended("aborted", 2000)), Verdict.UNKNOWN, ""),
    "a line that was never typed": (ended("finished", 9000), Verdict.UNKNOWN, "never spoken"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_replied(name: str, tmp_path: Path) -> None:
    lines, verdict, actual = CASES[name]
    finding = ask(tmp_path, Replied(1), *OPENING, *lines)
    assert finding.verdict is verdict
    assert actual in finding.actual
