"""What `make kills` asks behind each kill: every promise, broken on purpose, is told."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence.folders import SMALL, write
from tests.matrix import kills


def attempt(folder: Path, case: str) -> Path:
    return kills.evidence_of(folder) / "cases" / case / "1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a run in which one case was driven to its end, and another was cut off."""
    for case in ("whole", "cut"):
        write(attempt(tmp_path, case), *SMALL)
    wire = attempt(tmp_path, "cut") / "wire.jsonl"
    wire.write_bytes(wire.read_bytes()[:-30])
    return tmp_path


def misjudged(folder: Path, said: str = "", code: int = 1, **verdicts: str) -> list[str]:
    return list(kills.misjudged(folder, said, {"whole": "pass", "cut": "unknown"} | verdicts, code))


def test_a_torn_last_line_is_no_loss(folder: Path) -> None:
    assert list(kills.torn(folder)) == []


def test_a_line_that_is_gone_and_a_frame_that_is_cut_are(folder: Path) -> None:
    wire = attempt(folder, "cut") / "wire.jsonl"
    lines = wire.read_bytes().splitlines(keepends=True)
    wire.write_bytes(b"".join(lines[:3] + lines[4:]))
    frames = attempt(folder, "whole") / "frames.bin"
    frames.write_bytes(frames.read_bytes()[:-1])
    assert [fault.split(":")[0] for fault in kills.torn(folder)] == ["lines were lost"] * 2


def test_what_is_judged_as_it_was_driven_is_as_it_should_be(folder: Path) -> None:
    assert misjudged(folder, "PASS  a · whole  0.1 s\n") == []


@pytest.mark.parametrize(
    ("verdicts", "said", "code", "told"),
    [
        ({"cut": "pass"}, "", 0, "PASS without an end: ['cut']"),
        ({"whole": "unknown"}, "", 1, "driven to its end, and no PASS: ['whole']"),
        ({"cut": "fail"}, "", 1, "the agent is blamed: {'cut': 'fail'}"),
        ({}, "PASS  a\nPASS  b\n", 1, "1 more were told as PASS than are now"),
        ({}, "", 0, "exit 0 with 1 of 2 passed"),
    ],
)
def test_what_is_judged_otherwise_is_told(
    verdicts: dict[str, str], said: str, code: int, told: str, folder: Path
) -> None:
    assert told in misjudged(folder, said, code, **verdicts)


def test_a_case_that_the_gate_was_late_for_may_stay_in_doubt_and_so_may_one_that_was_driven_again(folder: Path) -> None:
    assert misjudged(folder, whole="late") == []
    write(attempt(folder, "whole").with_name("2"), *SMALL, end=False)
    assert misjudged(folder, whole="unknown") == []
    assert "PASS without an end: ['whole']" in misjudged(folder)


def test_half_a_document_is_told(folder: Path) -> None:
    results = folder / "voxgate-results"
    for name, text in {"report.json": "{", "junit.xml": "<testsuites>", "report.html": "<html>"}.items():
        (results / name).write_text(text, "utf-8")
    assert [fault.split(" ")[0] for fault in kills.half_written(folder)] == ["report.json", "junit.xml", "report.html"]


def test_words_that_do_not_say_what_is_missing_are_told(folder: Path, tmp_path: Path) -> None:
    assert list(kills.unexplained(tmp_path / "empty", "plan.json: no such file")) == []
    assert [fault.split(":")[0] for fault in kills.unexplained(folder, "oh dear")] == [
        "there are recordings, and nothing was judged", "the words do not say what is missing"
    ]  # fmt: skip


@pytest.fixture
def orphan(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[bytes]"]:
    monkeypatch.setattr(kills, "ORPHANS_S", 0.0)
    process = subprocess.Popen(["sleep", "60"], env={**os.environ, kills.MARK: "planted"})
    yield process
    process.kill()
    process.wait()


def test_a_program_that_is_left_running_is_told_and_ended(orphan: "subprocess.Popen[bytes]") -> None:
    (told,) = kills.orphans("planted")
    assert told.startswith("still running after 0 s")
    assert orphan.wait(10) < 0
    assert list(kills.orphans("nobody")) == []
