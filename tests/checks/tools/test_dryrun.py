"""A real tool says that it changed nothing, or the manifest is to be mended: it is never the agent's failure."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks.tools.dryrun import DryRunsOnly
from gate.core.findings import Blame, Finding
from gate.core.matchers import Matcher
from tests.checks.notation import OPENING, PASS, UNKNOWN, Line, ask, decided, ended, note, recording

ONLY = DryRunsOnly((("book", (("result.dry_run", Matcher("exact", True)),)),))
END = ended("finished", 8000)
UNSAID = "the endpoint of book did not say that this was a dry run: something real may have been changed"


def real(at: float, name: str = "book", call_id: str = "c1") -> Line:
    return decided(at, name, call_id, "real", None)


def answered(at: float, result: Any, error: str | None = None, name: str = "book", call_id: str = "c1") -> Line:
    status = 200 if error is None else 503
    data = {"call_id": call_id, "name": name, "via": "socket", "status": status, "result": result, "error": error}
    return note(at, "real.result", **data)


def judged(folder: Path, *lines: Line, killed: bool = False) -> Finding:
    return ask(folder, ONLY, *OPENING, *lines, killed=killed)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (real(1000), answered(1100, {"dry_run": True, "id": "A-17"})),
        (real(1000), answered(1100, {"dry_run": True}), real(2000), answered(2100, {"dry_run": True})),
        (real(1000, "look"), answered(1100, {"id": "A-17"}, name="look")),
        (decided(1000, "book", "c1", "mocked"),),
    ],
)
def test_word_of_a_dry_run_passes_and_so_does_a_tool_that_was_asked_for_none(
    tmp_path: Path, lines: tuple[Line, ...]
) -> None:
    assert judged(tmp_path, *lines, END).verdict is PASS


@pytest.mark.parametrize(
    ("lines", "actual", "kind"),
    [
        (
            (real(1000), answered(1100, {"dry_run": False})),
            f'{UNSAID} (result.dry_run true was expected of {{"dry_run":false}})',
            "real.result",
        ),
        (
            (real(1000), answered(1100, None, "book answered with HTTP 503: busy")),
            f"{UNSAID} (book answered with HTTP 503: busy)",
            "real.result",
        ),
        (
            (real(1000),),
            "book was called, and the call was over before it answered: something real may have been changed",
            "tool",
        ),
    ],
)
def test_what_does_not_say_so_is_in_doubt_and_the_manifests_to_mend(
    tmp_path: Path, lines: tuple[Line, ...], actual: str, kind: str
) -> None:
    finding = judged(tmp_path, *lines, END)
    assert (finding.verdict, finding.blame, finding.actual) == (UNKNOWN, Blame.CONFIGURATION, actual)
    assert finding.at == tuple(found.index for found in recording(tmp_path, *OPENING, *lines, END).notes_of(0, kind))
    assert "dry_run.where" in finding.first_check


def test_each_of_two_calls_with_one_id_wants_its_own_answer(tmp_path: Path) -> None:
    lines = (real(1000, call_id=""), answered(1100, {"dry_run": True}, call_id=""), real(2000, call_id=""))
    assert judged(tmp_path, *lines, END).verdict is UNKNOWN


def test_a_stump_does_not_show_every_call(tmp_path: Path) -> None:
    assert judged(tmp_path, note(4000, "x"), killed=True).verdict is UNKNOWN
