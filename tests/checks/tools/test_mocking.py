"""Every tool call finds its mock, or the manifest is to be mended."""

from pathlib import Path

import pytest

from gate.checks.tools.mocking import CallsMocked, MocksUsed
from gate.core.findings import Blame, Layer
from tests.checks.notation import (
    OPENING,
    PASS,
    UNKNOWN,
    Line,
    ask,
    decided,
    ended,
    note,
    recording,
    said,
    tool_call,
    wire_call,
)

CALL = (*OPENING, said("hello", 0))


def test_mocked_calls_pass(tmp_path: Path) -> None:
    finding = ask(tmp_path, CallsMocked(), *CALL, tool_call(3000, "lookup"), ended("finished", 8000))
    assert (finding.verdict, finding.layer) == (PASS, Layer.TOOLS)


def test_a_call_without_a_mock_is_a_matter_of_configuration(tmp_path: Path) -> None:
    lines = (
        *CALL,
        tool_call(3000, "write", reply="no-match"),
        tool_call(3100, "read", "c2", "no-match"),
        ended("finished", 8000),
    )
    finding = ask(tmp_path, CallsMocked(), *lines)
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert finding.actual == "no mock fits a call of read, write"
    assert finding.at == tuple(note.index for note in recording(tmp_path, *lines).notes_of(0, "tool"))


@pytest.mark.parametrize("end", ["aborted", "broken", "unreachable", None])
def test_a_stump_does_not_show_every_call(tmp_path: Path, end: str | None) -> None:
    last = (ended(end, 4000),) if end else (note(4000, "x"),)
    assert ask(tmp_path, CallsMocked(), *CALL, *last, killed=end is None).verdict is UNKNOWN


HERE, THERE = "voice-tests.yaml:20:9", "voice-tests.yaml:21:9"
OWN = MocksUsed((("write", HERE), ("read", THERE)))


def used(ms: float, name: str, call_id: str, mock: str) -> tuple[Line, ...]:
    return wire_call(ms, name, call_id, {}), decided(ms, name, call_id, mock=mock)


def test_mocks_of_a_case_that_were_used_pass(tmp_path: Path) -> None:
    lines = (*CALL, used(3000, "write", "c1", HERE), used(3100, "read", "c2", THERE))
    assert ask(tmp_path, OWN, *lines, ended("expired", 8000)).verdict is PASS


def test_a_mock_of_a_case_that_nobody_used_is_told(tmp_path: Path) -> None:
    lines = (*CALL, used(3000, "write", "c1", HERE))
    found = ask(tmp_path, OWN, *lines, ended("finished", 8000))
    assert (found.verdict, found.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert found.actual == f"no call used the mock of read ({THERE})"
    assert "not proven" in ask(tmp_path, OWN, *lines, note(4000, "x"), killed=True).actual
