"""Runs the real command in a process of its own, over real sockets, and judges its evidence again after every run."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gate.reference.heartbeat import BUSY
from gate.report.renderers import RENDERERS
from gate.report.workspace import NOWHERE, Workspace
from gate.run.judging import judge_evidence

HOUSE = Path(__file__).parents[2]


@dataclass
class Outcome:
    exit: int
    out: str
    err: str
    results: Path

    @property
    def report(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.results / "report.json").read_text("utf-8"))
        return loaded

    @property
    def cases(self) -> dict[str, dict[str, Any]]:
        return {case["name"]: case for case in self.report["cases"]}

    def failures(self) -> list[dict[str, Any]]:
        """The blocking findings against the agent, in order."""
        findings = [finding for case in self.report["cases"] for finding in case["findings"]]
        return [finding for finding in findings if finding["verdict"] == "fail" and finding["blocks"]]


Gate = Callable[..., Outcome]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "gate", *arguments]


PIPELINES = ("CI", "GITHUB_ACTIONS", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
"""What the tests themselves may run in: what they start is not to be told of it."""


def environ(**more: str) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if name not in PIPELINES}
    return {**known, "PYTHONPATH": str(HOUSE), "NO_COLOR": "1", **more}


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """`gate("demo", "--fault", …)` in an empty folder. What was judged live must be judged the same from evidence.
    A run whose agent says that the machine was too busy for it proves nothing: it is made again with fewer calls."""

    def run(*arguments: str, again: bool = True, **env: str) -> Outcome:
        for turn, fewer in enumerate(FEWER):
            outcome = once(*arguments, *fewer, **env)
            if not was_busy(outcome.results):
                break
            outcome.results.rename(tmp_path / f"busy-{turn}")
        else:
            pytest.skip(f"NOT TESTED: this machine is too busy for the reference agent, {len(FEWER)} times over")
        if again and (outcome.results / "evidence" / "run.json").is_file():
            judged_again(outcome)
        return outcome

    def once(*arguments: str, **env: str) -> Outcome:
        done = subprocess.run(
            command(*arguments),
            cwd=tmp_path,
            env=environ(**env),
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr, tmp_path / "voxgate-results")

    return run


FEWER: tuple[tuple[str, ...], ...] = ((), ("--jobs", "2"), ("--jobs", "1"))


def was_busy(results: Path) -> bool:
    logs = (results / "evidence").glob("agent.*.log")
    return any(line.startswith(BUSY) for log in logs for line in log.read_text("utf-8").splitlines())


def judged_again(live: Outcome) -> None:
    """As `voxgate judge` does it: the same line of code."""
    report = judge_evidence(live.results / "evidence")
    again = json.loads(RENDERERS["report.json"](report, NOWHERE))
    assert again["cases"] == live.report["cases"]
    assert again["outcome"] == live.report["outcome"]
    assert report.exit_code == live.exit
    here = str(live.results.parent)
    where = Workspace(here, here, str(live.results))
    assert RENDERERS["junit.xml"](report, where) == (live.results / "junit.xml").read_text("utf-8")
