"""Every tool call finds its mock, or the manifest is to be mended."""

from pathlib import Path

import pytest

from gate.checks.mocking import CallsMocked
from gate.core.findings import Blame, Layer
from tests.checks.notation import OPENING, PASS, UNKNOWN, ask, ended, note, recording, said, tool_call

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
