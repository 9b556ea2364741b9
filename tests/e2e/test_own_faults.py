"""What goes wrong on the gate's own side: nothing that was recorded is lost, the agent is not blamed for it, and
words and exit code are right."""

import json
import os
import resource
import shlex
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import yaml

from gate.checks import CHECKS, Check
from gate.checks.events.never import EventNever
from gate.cli.main import main
from gate.core.ends import CallEnd
from gate.core.plan import Case
from gate.core.ports import Sink
from gate.fixtures.library import home
from gate.report.renderers import RENDERERS
from gate.run.judging import judge_evidence
from gate.session.drive import Driver
from tests.e2e.conftest import Gate, command, environ
from tests.e2e.hostile import PEERS, listening
from tests.e2e.quickly import manifest, serving_quickly
from tests.e2e.test_outcomes import write
from tests.e2e.test_session import serving
from tests.matrix import hostile

FLOOD = PEERS["endless audio"]


def run(folder: Path, *arguments: str, limit: tuple[int, int] | None = None) -> subprocess.CompletedProcess[str]:
    return run_command(folder, "run", *arguments, limit=limit)


def run_command(
    folder: Path, *arguments: str, limit: tuple[int, int] | None = None
) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        if limit:
            resource.setrlimit(limit[0], (limit[1], limit[1]))

    return subprocess.run(
        command(*arguments), cwd=folder, env=environ(), capture_output=True, text=True, timeout=300, check=False,
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
    assert "give a smaller --jobs, or raise `ulimit -n`" in done.stdout
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


WAVE = next((home() / "audio").rglob("hello.wav"))


def files_gone(folder: Path, port: int, deed: str, plays: object) -> None:
    """A manifest whose agent, as it starts, does that to the folder, and whose second case plays a file of it."""
    (folder / "mine.wav").write_bytes(WAVE.read_bytes() if plays == "mine.wav" else b"no wave at all")
    command = ["sh", "-c", f"{deed}; echo done; exec sleep 60"]
    start = {"command": command, "cwd": str(folder), "ready": {"log": "done"}}
    text = yaml.safe_load(manifest(port, 2, start=start))
    text["suites"]["tools"]["cases"][1]["caller"] = [{"play": plays}, {"pause": "200ms"}]
    write(folder, yaml.safe_dump(text))


@pytest.mark.long
def test_a_clip_that_vanishes_under_way_is_held_already(gate: Gate, tmp_path: Path) -> None:
    with serving(serving_quickly) as port:
        files_gone(tmp_path, port, "rm mine.wav", "mine.wav")
        outcome = gate("run")
    assert (outcome.exit, outcome.report["outcome"]) == (0, "passed"), outcome.out


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("rm mine.wav", "No such file or directory"),
        pytest.param("echo >> mine.wav", "not the file that the plan describes", marks=pytest.mark.long),
    ],
)
def test_a_file_that_is_not_what_it_was_is_told_with_its_case_alone(
    deed: str, told: str, gate: Gate, tmp_path: Path
) -> None:
    with serving(serving_quickly) as port:
        files_gone(tmp_path, port, deed, {"clip": "mine.wav", "as_is": True})
        outcome = gate("run")
    assert (outcome.exit, outcome.report["outcome"]) == (1, "environment"), outcome.out + outcome.err
    assert {name: case["verdict"] for name, case in outcome.cases.items()} == {"case 0": "pass", "case 1": "unknown"}
    (doubt,) = [one for one in outcome.cases["case 1"]["findings"] if one["check"] == "recording"]
    assert "what the caller plays or sends is no longer what the run began with" in doubt["actual"]
    assert told in doubt["actual"]


def test_a_folder_that_is_taken_away_under_way_is_the_environments(gate: Gate, tmp_path: Path) -> None:
    with serving(serving_quickly) as port:
        files_gone(tmp_path, port, "cd voxgate-results/evidence && rmdir cases && touch cases", "mine.wav")
        outcome = gate("run", again=False)
    assert (outcome.exit, outcome.report["outcome"]) == (1, "environment"), outcome.out + outcome.err
    assert "was not driven to its end: [Errno 20] Not a directory" in outcome.out
    assert [case["verdict"] for case in outcome.report["cases"]] == ["unknown"] * 2
    assert (outcome.results / "junit.xml").read_text("utf-8").endswith("</testsuites>\n")


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run with one case that passed."""
    folder = tmp_path_factory.mktemp("passed")
    with serving(serving_quickly) as port:
        write(folder, manifest(port, 1))
        assert run(folder).returncode == 0
    return folder


@pytest.fixture
def driven(passed: Path, tmp_path: Path) -> Path:
    """The results of that run, once more."""
    shutil.copytree(passed, tmp_path, dirs_exist_ok=True)
    return tmp_path / "voxgate-results"


def broken(*given: object) -> NoReturn:
    raise ZeroDivisionError("oh")


def test_a_check_that_throws_is_exit_3_and_takes_nothing_else_with_it(
    driven: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(CHECKS, "never", Check(EventNever, broken))
    assert main(["judge", str(driven)]) == 3
    assert "the check itself broke (ZeroDivisionError: oh)" in capsys.readouterr().out
    report = json.loads((driven / "report.json").read_text("utf-8"))
    verdicts = Counter(finding["verdict"] for finding in report["cases"][0]["findings"])
    assert (report["outcome"], verdicts["unknown"], verdicts["fail"]) == ("internal", 1, 0)
    assert verdicts["pass"] > 3


def test_driving_that_throws_is_exit_3_and_takes_no_other_case_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drive = Driver.drive

    async def break_one(self: Driver, case: Case, sink: Sink, trace_id: str) -> list[CallEnd]:
        if case.name == "case 1":
            broken()
        return await drive(self, case, sink, trace_id)

    monkeypatch.setattr(Driver, "drive", break_one)
    with serving(serving_quickly) as port:
        write(tmp_path, manifest(port, 3))
        results = tmp_path / "voxgate-results"
        assert main(["run", str(tmp_path / "voice-tests.yaml"), "--out", str(results)]) == 3
    assert "driving it broke: ZeroDivisionError: oh" in capsys.readouterr().out
    assert judged(results) == ("internal", {"case 0": "pass", "case 1": "unknown", "case 2": "pass"})


@pytest.mark.parametrize("name", [*RENDERERS, "report.html"])
def test_a_renderer_that_throws_is_exit_3_and_leaves_no_older_document_in_its_place(
    name: str, driven: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if name in RENDERERS:
        monkeypatch.setitem(RENDERERS, name, broken)
    else:
        monkeypatch.setattr("gate.run.showing.page", broken)
    keep_alone(driven, name)
    assert main(["judge", str(driven)]) == 3
    assert f"voxgate: {name} could not be made: ZeroDivisionError: oh" in capsys.readouterr().err
    assert missing(driven) == [name]
    assert not list(driven.glob("*.part"))


DOCUMENTS = (*RENDERERS, "report.html")


def keep_alone(results: Path, name: str) -> None:
    """An older document of that name is there, and none of the others."""
    for one in DOCUMENTS:
        if one != name:
            (results / one).unlink()
    assert (results / name).is_file()


def missing(results: Path) -> list[str]:
    return [one for one in DOCUMENTS if not (results / one).is_file()]


def test_a_report_that_finds_no_room_is_told_by_name_and_leaves_no_older_one_in_its_place(driven: Path) -> None:
    """Files larger than all documents but the largest cannot be written."""
    *_, second, largest = sorted(DOCUMENTS, key=lambda name: (driven / name).stat().st_size)
    most = ((driven / second).stat().st_size + (driven / largest).stat().st_size) // 2
    keep_alone(driven, largest)
    done = run_command(driven.parent, "judge", "voxgate-results", limit=(resource.RLIMIT_FSIZE, most))
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.splitlines() == [f"voxgate: {largest} could not be written: File too large"]
    assert missing(driven) == [largest]
    assert not list(driven.glob("*.part"))
    assert json.loads((driven / "report.json").read_text("utf-8"))["outcome"] == "passed"


@pytest.fixture
def sealed_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder of a file system that nothing can be written to."""
    disk = tmp_path / "sealed"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("NOT TESTED: a sealed disk cannot be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in [
                [("demo",)],
                [("judge", "voxgate-results")],
                [("bundle", "voxgate-results")],
                [("init", "--dialect", "canonical", "--url", "ws://127.0.0.1:1/")],
            ]
        ),
    ],
    ids=lambda arguments: arguments[0],
)
def test_results_that_cannot_be_written_are_configuration_and_no_bug(
    arguments: tuple[str, ...], driven: Path, sealed_disk: Path
) -> None:
    out = sealed_disk / "out"
    done = run_command(driven.parent, *arguments, "--out", str(out))
    assert done.returncode == 2, done.stdout + done.stderr
    assert str(out) in done.stderr
    assert "Read-only file system" in done.stderr
    assert WHAT_TO_DO in done.stderr
    assert "bug of Voxgate" not in done.stderr


WHAT_TO_DO = f", as user {os.geteuid()}; choose another --out, or give the folder to that user"


@pytest.mark.parametrize(
    ("place", "out"), [("voxgate-results/evidence", ()), ("taken/deeper/evidence", ("--out", "taken/deeper"))]
)
def test_where_results_cannot_be_written_it_is_told_what_to_do_and_nothing_is_called(
    place: str, out: tuple[str, ...], tmp_path: Path
) -> None:
    """A file lies where a folder is due: that stops any user, root too."""
    taken = tmp_path / place.split("/")[0]
    taken.write_text("mine", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as agent:
        start = {"command": ["sh", "-c", "touch started; exec sleep 60"], "cwd": str(tmp_path)}
        write(tmp_path, manifest(agent.getsockname()[1], 1, start=start))
        done = run(tmp_path, *out)
        agent.setblocking(False)
        with pytest.raises(BlockingIOError):
            agent.accept()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"voxgate: {place}: Not a directory{WHAT_TO_DO}\n"
    assert not (tmp_path / "started").exists()
    assert taken.read_text("utf-8") == "mine"


def test_a_machine_without_a_port_left_is_the_environments(tmp_path: Path) -> None:
    """In a network of its own that has four ports to call from."""
    ready = "ip link set lo up && sysctl -qw net.ipv4.ip_local_port_range='40000 40003'"
    alone = ["unshare", "--net", "sh", "-c"]
    if subprocess.run([*alone, ready], capture_output=True, check=False).returncode:
        pytest.skip("NOT TESTED: a network of its own cannot be made here")
    start = {"command": [sys.executable, "-m", "tests.e2e.quickly", "8765"], "ready": {"port": 8765}}
    write(tmp_path, manifest(8765, 12, "1s", start=start))
    words = shlex.join(command("run", "--jobs", "12"))
    done = subprocess.run(
        [*alone, f"{ready} && exec {words}"], cwd=tmp_path, env=environ(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "bug of Voxgate" not in done.stdout + done.stderr
    assert "this machine has no port left to call from; give a smaller --jobs" in done.stdout
    outcome, verdicts = judged(tmp_path / "voxgate-results")
    assert outcome == "environment"
    assert set(verdicts.values()) == {"pass", "unknown"}
