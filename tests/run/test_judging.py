"""What judging leaves beside a recording for people."""

from dataclasses import replace
from pathlib import Path

import pytest

from gate.core.plan import Plan
from gate.run import judging
from tests.rehearsal import demo_plan, rehearse


def compressed(folder: Path, *faults: str) -> bool:
    """Whether a question that is answered, or not, is compressed for the page."""
    plan, vault = demo_plan("canonical")
    case = next(case for case in plan.cases if case.name == "a question is answered")
    one: Plan = replace(plan, cases=(case,))
    report = rehearse(one, vault, folder / "evidence", faults)
    return (folder / (report.cases[0].evidence or "") / "derived" / "call.mp3").is_file()


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
