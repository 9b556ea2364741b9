"""What goes wrong on the gate's own side: nothing that was recorded is lost, the agent is not blamed for it, and
words and exit code are right."""

import json
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.run.judging import judge_evidence
from tests.e2e.conftest import Gate, command, environ
from tests.e2e.hostile import PEERS, listening
from tests.e2e.quickly import manifest, serving_quickly
from tests.e2e.test_outcomes import write
from tests.e2e.test_session import serving
from tests.matrix import hostile

FLOOD = PEERS["endless audio"]


def run(folder: Path, *arguments: str, limit: tuple[int, int] | None = None) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        if limit:
            resource.setrlimit(limit[0], (limit[1], limit[1]))

    return subprocess.run(
        command("run", *arguments), cwd=folder, env=environ(), capture_output=True, text=True, timeout=300, check=False,
        preexec_fn=limited,
    )  # fmt: skip


def judged(results: Path) -> tuple[str, dict[str, str]]:
    """The outcome and the verdicts by case, from the evidence alone."""
    report = judge_evidence(results / "evidence")
    return report.outcome.value, {case.name: case.verdict.value for case in report.cases}


def test_a_recording_that_finds_no_room_is_ended_kept_and_told(tmp_path: Path) -> None:
    """Files of more than a megabyte cannot be written, and the agent sends three."""
    with serving(lambda: listening(FLOOD)) as port:
        write(tmp_path, hostile.manifest(FLOOD, port))
        done = run(tmp_path, "--case", FLOOD.case, limit=(resource.RLIMIT_FSIZE, 1_000_000))
    assert done.returncode == 1, done.stderr
    assert "bug of Voxgate" not in done.stdout + done.stderr
    assert "it could not be recorded further: File too large; make room on this disk" in done.stdout
    (wire,) = tmp_path.rglob("wire.jsonl")
    lines = [json.loads(line) for line in wire.read_text("utf-8").splitlines()]
    assert lines[-1]["end"] == "unwritten"
    assert len([line for line in lines if line.get("dir") == "server_to_client"]) > 5
    outcome, verdicts = judged(tmp_path / "voxgate-results")
    assert (outcome, set(verdicts.values())) == ("environment", {"unknown"})


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("NOT TESTED: a small disk cannot be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.long
def test_a_full_disk_still_holds_the_last_lines_and_the_reports(small_disk: Path) -> None:
    with serving(lambda: listening(FLOOD)) as port:
        write(small_disk, hostile.manifest(FLOOD, port).replace("3MB", "30MB"))
        done = run(small_disk, "--case", FLOOD.case)
    assert done.returncode == 1, done.stderr
    assert "bug of Voxgate" not in done.stdout + done.stderr
    assert "No space left on device; make room on this disk, or choose another --out" in done.stdout
    results = small_disk / "voxgate-results"
    assert json.loads((results / "report.json").read_text("utf-8"))["outcome"] == "environment"
    assert (results / "junit.xml").read_text("utf-8").endswith("</testsuites>\n")


@pytest.mark.long
def test_two_hundred_cases_at_once_are_all_driven_and_all_judged(gate: Gate, tmp_path: Path) -> None:
    with serving(serving_quickly) as port:
        write(tmp_path, manifest(port, 200))
        outcome = gate("run", "--jobs", "200")
    assert outcome.exit == 0, outcome.out
    assert [case["verdict"] for case in outcome.report["cases"]] == ["pass"] * 200


@pytest.mark.long
def test_too_few_file_descriptors_are_the_environments(tmp_path: Path) -> None:
    with serving(serving_quickly) as port:
        write(tmp_path, manifest(port, 60))
        done = run(tmp_path, "--jobs", "60", limit=(resource.RLIMIT_NOFILE, 64))
    assert done.returncode == 1, done.stderr
    assert "bug of Voxgate" not in done.stdout + done.stderr
    assert "Too many open files" in done.stdout
    outcome, verdicts = judged(tmp_path / "voxgate-results")
    assert outcome == "environment"
    assert set(verdicts.values()) <= {"pass", "unknown"}


def test_a_name_that_nobody_knows_is_the_environments(gate: Gate, tmp_path: Path) -> None:
    write(tmp_path, manifest(1, 2, url="ws://nobody.invalid/"))
    outcome = gate("run")
    assert (outcome.exit, outcome.report["outcome"]) == (1, "environment")
    assert "its host name cannot be resolved" in outcome.out


LIMITS = [
    ("time", "1s", "3s", "the run took longer than"),
    ("disk", "1kB", "5s", "this run has more than 1 kB"),
]


@pytest.mark.parametrize(("key", "most", "stay", "told"), [LIMITS[0], pytest.param(*LIMITS[1], marks=pytest.mark.long)])
def test_a_run_over_its_limit_is_stopped_and_reported(
    key: str, most: str, stay: str, told: str, gate: Gate, tmp_path: Path
) -> None:
    with serving(serving_quickly) as port:
        write(tmp_path, manifest(port, 3, stay) + f"limits: {{{key}: {most}}}\n")
        outcome = gate("run", "--jobs", "1")
    assert (outcome.exit, outcome.report["outcome"]) == (1, "environment")
    assert told in outcome.out
    assert [case["verdict"] for case in outcome.report["cases"]] == ["unknown"] * 3


@pytest.mark.long
def test_a_clip_that_vanishes_under_way_is_told_with_its_case(gate: Gate, tmp_path: Path) -> None:
    from gate.fixtures.library import home

    (tmp_path / "mine.wav").write_bytes(next((home() / "audio").rglob("hello.wav")).read_bytes())
    with serving(serving_quickly) as port:
        start = {"command": ["sh", "-c", "rm mine.wav; exec sleep 60"], "cwd": str(tmp_path)}
        text = manifest(port, 1, start=start).replace("pause: 200ms", "play: mine.wav")
        write(tmp_path, text)
        outcome = gate("run", again=False)
    assert "bug of Voxgate" not in outcome.out + outcome.err
    assert (outcome.exit, outcome.report["outcome"]) in ((0, "passed"), (1, "environment"))
