"""Callers beside one another, and the first after a start: served like the one that they are compared with."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks.company import PromptAlike, ServedAlike
from gate.core.findings import Blame, Finding, Layer, Verdict
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    SKIP,
    UNKNOWN,
    Line,
    ask,
    audio,
    closed,
    ended,
    heard_as,
    in_call,
    said,
    upgrade,
)

ASKED = (*OPENING, said("hello", 1000), heard_as(2900, "hello there"))


def answered(ms: float = 3200) -> tuple[Line | tuple[Line, ...], ...]:
    return *ASKED, *audio(ms, 900), *ended("finished", ms + 1000, linger=0)


SILENT = (*ASKED, *ended("expired", 20_000, what="audible"))
BUSY = {
    "HTTP 503": (upgrade(0, 503), *ended("refused", 1)),
    "HTTP 429": (upgrade(0, 429), *ended("refused", 1)),
    "closed with 1013": (*OPENING, closed(20, 1013), *ended("closed", 20)),
}


def served(folder: Path, *calls: Any, control: Any = None, check: Any = ServedAlike, **more: Any) -> Finding:
    numbers = tuple(range(1, len(calls) + 1))
    lines = [*(control or answered()), *(line for number in numbers for line in in_call(number, *calls[number - 1]))]
    params = check(0, numbers, "in company", "callers-disturb", **more)
    return ask(folder, params, *lines, call=1, calls=len(calls) + 1)


def test_all_are_answered(tmp_path: Path) -> None:
    finding = served(tmp_path, answered(), answered(5000))
    assert (finding.verdict, finding.layer, finding.expected) == (PASS, Layer.HANDSHAKE, "an answer in company")


UNSERVED = {
    "silence": (SILENT, "no audio came"),
    "dropped": ((*OPENING, closed(900, None), *ended("closed", 900)),
                "the connection was dropped without a close frame before it"),
    "closed as if well": ((*OPENING, closed(900, 1000), *ended("closed", 900)), "closed with 1000 before it"),
    "refused as if not allowed": ((upgrade(0, 403), *ended("refused", 1)), "refused with HTTP 403"),
    "never ready": ((upgrade(0), *ended("expired", 10_000, what="ready")),
                    "the socket was opened, and no session became ready"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSERVED)
def test_who_is_not_served_is_told_with_what_came_instead(name: str, tmp_path: Path) -> None:
    lines, actual = UNSERVED[name]
    finding = served(tmp_path, answered(), lines)
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.HANDSHAKE, "callers-disturb")
    assert finding.actual == f"1 of 2 got none: {actual}"
    assert finding.blame is Blame.AGENT


@pytest.mark.parametrize("how", BUSY)
def test_no_room_is_no_fault_where_the_agent_says_so(how: str, tmp_path: Path) -> None:
    finding = served(tmp_path, answered(), BUSY[how])
    assert (finding.verdict, finding.actual) == (PASS, f"1 of 2 were turned away for want of room: {how}")


def test_if_nobody_is_answered_alone_either_company_is_not_to_blame(tmp_path: Path) -> None:
    finding = served(tmp_path, SILENT, control=SILENT)
    assert finding.verdict is UNKNOWN
    assert "the call to compare with was not answered either" in finding.actual


def test_a_gate_that_was_stopped_proves_nothing(tmp_path: Path) -> None:
    finding = served(tmp_path, (*ASKED, *ended("aborted", 3000)))
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.ENVIRONMENT)


@pytest.mark.parametrize(("ms", "verdict"), [(3700, PASS), (3701, FAIL)])
def test_how_much_slower_is_too_slow(ms: float, verdict: Verdict, tmp_path: Path) -> None:
    finding = served(tmp_path, answered(3300), answered(ms), check=PromptAlike, slower_ms=500.0)
    assert finding.verdict is verdict
    assert finding.actual == f"after up to {ms - 2800:.0f} ms, and after 400 ms without that"


def test_where_nobody_was_answered_there_is_nothing_to_compare(tmp_path: Path) -> None:
    assert served(tmp_path, SILENT, check=PromptAlike, slower_ms=500.0).verdict is SKIP


def test_what_the_gate_itself_sent_late_is_not_held_against_the_agent(tmp_path: Path) -> None:
    lines = [*answered(), *in_call(1, *answered(9000))]
    params = PromptAlike(0, (1,), "in company", "callers-disturb", 500.0)
    finding = ask(tmp_path, params, *lines, call=1, calls=2, late_ms=300.0)
    assert (finding.verdict, finding.late) == (UNKNOWN, True)
