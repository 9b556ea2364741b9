"""What `make kills` asks behind each kill: every promise, broken on purpose, is told."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.core.frames import Frame
from gate.core.tracing import traceparent
from gate.core.vault import Vault
from gate.dialects.canonical.dialect import Canonical
from gate.evidence.writer import WIRE, Writer
from tests.evidence.folders import HEADER, SMALL, spoken, write
from tests.matrix import kills, kills_laws, kills_run
from tests.matrix.kills_witness import GAVE, OVER, TOOK, UPGRADE, calls_of, digest, unrecorded


def attempt(folder: Path, case: str) -> Path:
    return kills_run.evidence_of(folder) / "cases" / case / "1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a run in which one case was driven to its end, and another was cut off."""
    for case in ("whole", "cut"):
        write(attempt(tmp_path, case), *SMALL)
    wire = attempt(tmp_path, "cut") / "wire.jsonl"
    wire.write_bytes(wire.read_bytes()[:-30])
    return tmp_path


def misjudged(folder: Path, code: int = 1, **verdicts: str) -> list[str]:
    return list(kills_laws.misjudged(folder, {"whole": "pass", "cut": "unknown"} | verdicts, code))


def test_a_torn_last_line_is_no_loss(folder: Path) -> None:
    assert list(kills_laws.torn(folder)) == []


def test_a_line_that_is_gone_and_a_frame_that_is_cut_are(folder: Path) -> None:
    wire = attempt(folder, "cut") / "wire.jsonl"
    lines = wire.read_bytes().splitlines(keepends=True)
    wire.write_bytes(b"".join(lines[:3] + lines[4:]))
    frames = attempt(folder, "whole") / "frames.bin"
    frames.write_bytes(frames.read_bytes()[:-1])
    assert [fault.split(":")[0] for fault in kills_laws.torn(folder)] == ["lines were lost"] * 2


def test_what_is_judged_as_it_was_driven_is_as_it_should_be(folder: Path) -> None:
    assert misjudged(folder) == []


@pytest.mark.parametrize(
    ("verdicts", "code", "told"),
    [
        ({"cut": "pass"}, 0, "PASS without an end: ['cut']"),
        ({"whole": "unknown"}, 1, "driven to its end, and no PASS: ['whole']"),
        ({"cut": "fail"}, 1, "the agent is blamed: {'cut': 'fail'}"),
        ({}, 0, "exit 0 with 1 of 2 passed"),
    ],
)
def test_what_is_judged_otherwise_is_told(verdicts: dict[str, str], code: int, told: str, folder: Path) -> None:
    assert told in misjudged(folder, code, **verdicts)


def test_another_pass_in_place_of_one_that_was_told_is_told() -> None:
    said = "PASS  a · one  0.1 s\nUNKNOWN  a · two  0.1 s\nPASS  a · three\n\nPASSED\n"
    assert list(kills_laws.taken_back(said, {"a · one", "a · two", "a · three"})) == []
    assert list(kills_laws.taken_back(said, {"a · one", "a · two"})) == ["told as PASS, and is no more: ['a · three']"]


def test_a_case_that_the_gate_was_late_for_may_stay_in_doubt_and_so_may_one_that_was_driven_again(folder: Path) -> None:
    assert misjudged(folder, whole="late") == []
    write(attempt(folder, "whole").with_name("2"), *SMALL, end=False)
    assert misjudged(folder, whole="unknown") == []
    assert "PASS without an end: ['whole']" in misjudged(folder)


def test_half_a_document_is_told(folder: Path) -> None:
    results = folder / "voxgate-results"
    for name, text in {"report.json": "{", "junit.xml": "<testsuites>", "report.html": "<html>"}.items():
        (results / name).write_text(text, "utf-8")
    assert [fault.split(" ")[0] for fault in kills_laws.half_written(folder)] == [
        "report.json",
        "junit.xml",
        "report.html",
    ]


def test_words_that_do_not_say_what_is_missing_are_told(folder: Path, tmp_path: Path) -> None:
    assert list(kills_laws.unexplained(tmp_path / "empty", "plan.json: no such file")) == []
    assert [fault.split(":")[0] for fault in kills_laws.unexplained(folder, "oh dear")] == [
        "there are recordings, and nothing was judged", "the words do not say what is missing"
    ]  # fmt: skip


def looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch, judged: tuple[int, str]) -> tuple[str, ...]:
    """What is told of a killed run that left nothing but a report, where `voxgate judge` ends so."""
    kills_run.laid_out(folder, "ws://127.0.0.1:1/")
    (folder / "out").write_text("", "utf-8")
    (folder / "voxgate-results").mkdir()
    (folder / "voxgate-results" / "report.json").write_text("{}", "utf-8")
    monkeypatch.setattr(kills, "judged", lambda folder: judged)
    return kills.looked_at(folder, "calls go on", 1.0, "nobody", folder / "seen").faults


@pytest.mark.parametrize("code", [0, 1])
def test_judging_that_leaves_no_report_is_told_and_that_of_the_killed_run_is_none(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert looked_at(tmp_path, monkeypatch, (code, "oh")) == (f"judge: exit {code}, and no report: oh",)


def test_judging_that_breaks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked_at(tmp_path, monkeypatch, (3, "oh")) == ("judge: exit 3: oh",)


def test_it_is_judged_beside_the_reports_of_the_killed_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[list[str]]()

    def judge(words: list[str]) -> int:
        asked.append(words)
        return 0

    monkeypatch.setattr(kills, "judge", judge)
    assert kills.judged(tmp_path) == (0, "")
    assert asked == [["judge", str(tmp_path / "voxgate-results"), "--out", str(tmp_path / kills.JUDGED)]]


def killed(monkeypatch: pytest.MonkeyPatch, folder: Path, *scripts: str) -> kills.Killed:
    """One kill where the runs are these scripts, one after the other: each is over, or sleeps, when it is looked at."""
    left = iter(scripts)

    def started(folder: Path, run: str) -> "subprocess.Popen[bytes]":
        script = next(left)
        for name in ("out", "err"):
            (folder / name).write_text(f"{name} of {script}\n", "utf-8")
        process = subprocess.Popen(["sh", "-c", script])
        if "sleep" not in script:
            process.wait()
        return process

    monkeypatch.setattr(kills, "started", started)
    monkeypatch.setattr(
        kills, "looked_at", lambda folder, part, at_s, run, home: kills.Killed(part, at_s, faults=(run, str(home)))
    )
    (part, *_) = kills_run.PARTS
    return kills.killed(kills_run.Agent(1, folder), {part: 0.0}, 1, part, 7)


def test_a_run_that_was_over_before_is_made_again_and_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = killed(monkeypatch, tmp_path, "exit 0", "exit 0", "exec sleep 60")
    assert (one.again, one.faults) == (2, ("7.2", str(tmp_path / "7.2")))
    assert "| the manifest is read | 1 | 2 | " in kills.table([one], 1)


def test_a_run_that_ended_by_itself_otherwise_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for script, code in (("exit 1", 1), ("kill -TERM $$", -15)):
        one = killed(monkeypatch, tmp_path, "exit 0", script)
        assert one.faults == (f"it ended by itself, with exit {code}: out of {script}\nerr of {script}\n",)


def test_runs_that_are_always_over_before_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = killed(monkeypatch, tmp_path, *["exit 0"] * kills.TRIES)
    assert one.faults == (f"{kills.TRIES} runs were over before they could be killed",)


SAID = [spoken(20 * number, bytes([number]) * 640) for number in range(8)]
TRACE = traceparent(HEADER["trace_id"], 0)


def witnessed(home: Path, *took: Frame, gave: tuple[Frame, ...] = (), over: bool = True) -> list[str]:
    """What is told of a folder with the recording of one case, where the agent saw that."""
    seen = home / "seen"
    seen.mkdir()
    lines = [f"{TOOK} {UPGRADE}", *(f"{TOOK} {digest(one.data)}" for one in took)]
    lines += [f"{GAVE} {digest(one.data)}" for one in gave] + [f"{OVER} "] * over
    (seen / TRACE).write_text("".join(f"{line}\n" for line in lines), "ascii")
    return list(unrecorded(calls_of(seen), kills_run.evidence_of(home)))


def test_what_the_agent_saw_stands_in_the_recording(tmp_path: Path) -> None:
    write(attempt(tmp_path, "a"), SMALL[0], *SAID, *SMALL[2:3], SMALL[5], end=False)
    received = [one for one in (SMALL[2], SMALL[5], SMALL[6]) if isinstance(one, Frame)]
    assert witnessed(tmp_path, *SAID[:6], gave=tuple(received)) == []


def test_a_message_that_the_agent_took_and_the_recording_lacks_is_told(tmp_path: Path) -> None:
    """Whole lines in their order, one of an earlier message not among them: the recording itself shows nothing."""
    write(attempt(tmp_path, "a"), SMALL[0], *SAID[:3], *SAID[4:], end=False)
    assert list(kills_laws.torn(tmp_path)) == []
    assert witnessed(tmp_path, *SAID) == [f"the agent took 9 messages, and number 4 of them is not recorded: {TRACE}"]


def test_the_very_last_message_is_no_exception(tmp_path: Path) -> None:
    write(attempt(tmp_path, "a"), SMALL[0], *SAID[:-1], end=False)
    assert witnessed(tmp_path, *SAID) == [f"the agent took 9 messages, and number 8 of them is not recorded: {TRACE}"]


def test_a_call_without_a_recording_is_told(tmp_path: Path) -> None:
    assert witnessed(tmp_path) == [f"the agent took 1 messages, and number 0 of them is not recorded: {TRACE}"]


def test_what_the_agent_never_gave_is_told_and_so_is_a_call_that_it_still_holds(tmp_path: Path) -> None:
    write(attempt(tmp_path, "a"), *SMALL, end=False)
    one, other = SMALL[2], SMALL[6]
    assert isinstance(one, Frame)
    assert isinstance(other, Frame)
    assert witnessed(tmp_path, gave=(one, other), over=False) == [
        f"the agent still holds the call {TRACE}",
        f"number 1 of what was recorded as received is not what the agent gave: {TRACE}",
    ]


def test_a_writer_with_a_buffer_of_its_own_is_told(tmp_path: Path) -> None:
    """As a kill leaves it: what the process held is gone. By itself, what is on disk looks right."""
    folder = attempt(tmp_path, "a")
    with Writer(folder, Canonical(), Vault({}), HEADER, 0) as writer:
        writer._wire.close()
        with (folder / WIRE).open("ab", buffering=600) as buffered:
            writer._wire = buffered  # type: ignore[assignment]
            for frame in (SMALL[0], *SAID):
                assert isinstance(frame, Frame)
                writer.frame(frame)
            assert list(kills_laws.torn(tmp_path)) == []
            (told,) = witnessed(tmp_path, *SAID)
    assert told.startswith("the agent took 9 messages, and number ")


@pytest.fixture
def orphan(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[bytes]"]:
    monkeypatch.setattr(kills_laws, "ORPHANS_S", 0.0)
    process = subprocess.Popen(["sleep", "60"], env={**os.environ, kills_run.MARK: "planted"})
    yield process
    process.kill()
    process.wait()


def test_a_program_that_is_left_running_is_told_and_ended(orphan: "subprocess.Popen[bytes]") -> None:
    (told,) = kills_laws.orphans("planted")
    assert told.startswith("still running after 0 s")
    assert orphan.wait(10) < 0
    assert list(kills_laws.orphans("nobody")) == []
