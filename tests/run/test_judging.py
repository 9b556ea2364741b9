"""What judging leaves beside a recording for people."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gate.core.findings import CaseResult, Verdict
from gate.core.plan import Plan
from gate.run import judging
from gate.run.apart import WITH_FORK
from tests.rehearsal import demo_plan, rehearse

NO_FORK = pytest.mark.skipif(not WITH_FORK, reason="NOT TESTED: a child, which this system is not given")


def asked(folder: Path, *faults: str) -> CaseResult:
    """A question that is answered, or not."""
    plan, vault = demo_plan("canonical")
    case = next(case for case in plan.cases if case.name == "a question is answered")
    one: Plan = replace(plan, cases=(case,))
    return rehearse(one, vault, folder / "evidence", faults).cases[0]


def compressed(folder: Path, *faults: str) -> bool:
    """Whether its call is, for the page."""
    return (folder / (asked(folder, *faults).evidence or "") / "derived" / "call.mp3").is_file()


def verdict(folder: Path, *faults: str) -> Verdict:
    return asked(folder, *faults).verdict


def test_a_long_call_is_compressed_for_the_page_only_if_something_is_wrong_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compressed(tmp_path / "short")
    monkeypatch.setattr(judging, "LONGEST_GREEN_MS", 1_000.0)
    assert not compressed(tmp_path / "long")
    assert compressed(tmp_path / "red", "no-final-marker")


def test_what_a_child_derives_is_what_this_process_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, many in (("here", 1_000_000), ("apart", 0)):
        monkeypatch.setattr(judging, "MANY_FRAMES", many)
        compressed(tmp_path / name)
    here, there = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("derived/*")} for name in ("here", "apart")
    )
    assert here == there
    assert len(here) == 9


def no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


def killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("fails", "many_frames"),
    [
        (no_room, 1_000_000),
        pytest.param(no_room, 0, marks=NO_FORK),
        pytest.param(killed, 0, marks=NO_FORK),
    ],
)
def test_a_verdict_rests_on_nothing_that_is_derived(
    fails: Callable[..., None], many_frames: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "derive", fails)
    monkeypatch.setattr(judging, "MANY_FRAMES", many_frames)
    assert (verdict(tmp_path / "green"), verdict(tmp_path / "red", "no-final-marker")) == (Verdict.PASS, Verdict.FAIL)
