"""The run that `make kills` kills: everything that a run may be at, and how its parts are told apart from outside."""

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from gate.evidence import store
from tests.e2e.conftest import command, environ
from tests.fixtures import voices
from tests.matrix import kills_witness

LOOK_S: Final = 0.003
MARK: Final = "VOXGATE_KILLED_RUN"
CASES: Final = 6

Marks = dict[str, float]
"""When each part of a run began, in seconds from its start."""


def evidence_of(folder: Path) -> Path:
    return folder / "voxgate-results" / "evidence"


def wires(folder: Path) -> list[Path]:
    return sorted(evidence_of(folder).glob("cases/*/*/wire.jsonl"))


def ended(wire: Path) -> bool:
    """Whether its last line is there, and whole."""
    whole, _, _torn = wire.read_bytes().rpartition(b"\n")
    return b'"end":"driven"' in whole


PARTS: Final = {
    "the manifest is read": lambda folder: True,
    "clips are made": lambda folder: (folder / "spoken.txt").exists(),
    "calls go on": lambda folder: (evidence_of(folder) / store.FOR_REPORTS).exists(),
    "calls go on, and are judged": lambda folder: any(ended(wire) for wire in wires(folder)),
    "reports are written": lambda folder: (
        (evidence_of(folder) / store.PLAN).exists()
        and not (evidence_of(folder) / store.FOR_LINES).exists()
        and len({wire.parents[1] for wire in wires(folder)}) == CASES
        and all(ended(wire) for wire in wires(folder))
    ),
}
"""Each part of a run, and what shows in its folder that it has begun."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Where the agent of all runs listens, and the folder in which it writes down what it sees."""

    port: int
    seen: Path

    def url(self, run: str) -> str:
        return f"ws://127.0.0.1:{self.port}/voice?{kills_witness.RUN}={run}"


def laid_out(folder: Path, url: str) -> None:
    """A manifest with everything that a run may be at: clips to be made, a program to be kept, calls, tools."""
    speak = voices.command(folder)
    answered = {"expect": [{"event": "transcript.final"}], "never": ["error"]}
    cases = [
        {"name": f"greets {number}", "caller": [{"play": "hello"}, {"wait": "turn_done"}], **answered}
        for number in range(CASES - 1)
    ]
    own = {"name": "has words of its own", "caller": [{"play": "own"}, {"pause": "1s"}], "never": ["error"]}
    manifest = {
        "version": 1,
        "target": {
            "url": url, "dialect": "canonical", "start": {"command": ["cat"]},
            "budgets": {"linger": "200ms"},
        },
        "voice": {"command": speak},
        "clips": {"own": {"parts": [{"say": "one"}, {"say": "one two"}, {"say": "one two three"}]}},
        "suites": {"tools": {"cases": [*cases, own]}},
    }  # fmt: skip
    (folder / "voice-tests.yaml").write_text(yaml.safe_dump(manifest, sort_keys=False), "utf-8")


def started(folder: Path, run: str) -> "subprocess.Popen[bytes]":
    env = environ(VOXGATE_CACHE=str(folder / "cache"), **{MARK: run})
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        return subprocess.Popen(command("run", "--jobs", "3"), cwd=folder, env=env, stdout=out, stderr=err)


def timed(reached: Agent, number: int) -> Marks:
    """When each part begins in a run that nobody kills, and when it ends."""
    with tempfile.TemporaryDirectory() as name:
        folder, run = Path(name), f"timed-{number}"
        laid_out(folder, reached.url(run))
        process, began_s, marks = started(folder, run), time.monotonic(), Marks()
        while process.poll() is None:
            for part, is_on in PARTS.items():
                if part not in marks and is_on(folder):
                    marks[part] = time.monotonic() - began_s
            time.sleep(LOOK_S)
        marks["end"] = time.monotonic() - began_s
        if process.returncode or len(marks) != len(PARTS) + 1:
            raise RuntimeError(f"a run that nobody killed: {marks}\n{(folder / 'out').read_text('utf-8')}")
        return marks
