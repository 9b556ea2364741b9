"""`make kills`: `kill -9` at two hundred random moments of a real run: while the manifest is read, clips are made,
calls go on, the first of them are judged, and reports are written. Behind each it asks what was promised: nothing that
was recorded is lost, by what the agent saw of it too, nothing is proven by what was cut off, no document is half there,
what the gate started is gone, and the same folder can be used again. The table goes to docs/robustness.md.

The seed decides the moments: `--seed` makes the same ones again, as far as the machine is as fast."""

import argparse
import asyncio
import io
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import yaml
from junitparser import JUnitXml

from bench.agent import SameWords
from bench.runs import agent, machine
from gate.cli.main import main as judge
from gate.cli.running import read as plan_of
from gate.core.vault import Vault
from gate.dialects.canonical.dialect import Canonical
from gate.evidence import reader, store
from gate.reference.faults import Faults
from gate.reference.house import House
from gate.reference.voice import load
from gate.report.documents import from_json
from tests.e2e.conftest import command, environ
from tests.e2e.test_outcomes import free_port
from tests.fixtures import voices
from tests.matrix import kills_witness
from tests.matrix.kills_witness import Witness
from tests.matrix.pages import ROBUSTNESS, written

KILLS: Final = 200
ORPHANS_S: Final = 15.0
LOOK_S: Final = 0.003
MARK: Final = "VOXGATE_KILLED_RUN"
CASES: Final = 6
TRIES: Final = 5
"""How often a run is made that was over before it could be killed."""

LATE: Final = "late"
"""UNKNOWN only since the gate's own pacing was late."""

BUG: Final = "bug of Voxgate"
JUDGED: Final = "judged"
"""Where the reports go that are made behind the kill: those of the killed run stay what they are."""

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


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of one kill. `seen`: how many messages the agent had taken by then. `again`: how many runs before it
    were over before they could be killed. `faults`: every promise that was not kept."""

    part: str
    at_s: float
    lines: int = 0
    seen: int = 0
    passed: int = 0
    unproven: int = 0
    judged: bool = False
    again: int = 0
    faults: tuple[str, ...] = ()


def killed(reached: Agent, lengths_s: dict[str, float], seed: int, part: str, number: int) -> Killed:
    """Kills a run in that part of it, and looks. One that was over before, and green, is made again, a few times."""
    moments = random.Random(f"{seed}.{number}")
    for again in range(TRIES):
        with tempfile.TemporaryDirectory() as name:
            folder, run = Path(name), f"{number}.{again}"
            laid_out(folder, reached.url(run))
            process, began_s = started(folder, run), time.monotonic()
            while process.poll() is None and not PARTS[part](folder):
                time.sleep(LOOK_S)
            with suppress(subprocess.TimeoutExpired):
                process.wait(moments.uniform(0.0, lengths_s[part]))
            process.kill()
            at_s = time.monotonic() - began_s
            code = process.wait()
            if code == -signal.SIGKILL:
                return replace(looked_at(folder, part, at_s, run, reached.seen / run), again=again)
            if code:
                said = "".join((folder / where).read_text("utf-8")[-500:] for where in ("out", "err"))
                return Killed(part, at_s, again=again, faults=(f"it ended by itself, with exit {code}: {said}",))
    return Killed(part, at_s, again=TRIES, faults=(f"{TRIES} runs were over before they could be killed",))


def looked_at(folder: Path, part: str, at_s: float, run: str, home: Path) -> Killed:
    """What is left in the folder of a run that was killed; `home` is where the agent wrote down what it saw of it."""
    faults = [*orphans(run), *torn(folder), *half_written(folder)]
    seen = kills_witness.over(home)
    faults += kills_witness.unrecorded(seen, evidence_of(folder))
    lines = sum(wire.read_bytes().count(b"\n") for wire in wires(folder))
    code, err = judged(folder)
    said = (folder / "out").read_text("utf-8")
    report = folder / JUDGED / "report.json"
    verdicts = dict[str, str]()
    if code in (0, 1) and not report.is_file():
        faults.append(f"judge: exit {code}, and no report: {err[-500:]}")
    elif code in (0, 1):
        cases = from_json(report.read_text("utf-8")).cases
        verdicts = {case.id: LATE if case.only_late else case.verdict.value for case in cases}
        faults += misjudged(folder, verdicts, code)
        faults += taken_back(said, {f"{case.suite} · {case.name}" for case in cases if verdicts[case.id] == "pass"})
    elif code == 2:
        faults += unexplained(folder, err)
    if code not in (0, 1, 2) or BUG in err or "Traceback" in err:
        faults.append(f"judge: exit {code}: {err[-500:]}")
    faults += not_usable_again(folder)
    counted = Counter("unknown" if verdict == LATE else verdict for verdict in verdicts.values())
    took = sum(len(call.took) for call in seen)
    return Killed(
        part, at_s, lines, took, counted["pass"], counted["unknown"], judged=code != 2, faults=tuple(faults)
    )  # fmt: skip


def judged(folder: Path) -> tuple[int, str]:
    """`voxgate judge` on what is there, with reports of its own: its exit code, and what it said on standard error."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as err:
        try:
            results = str(folder / "voxgate-results")
            return judge(["judge", results, "--out", str(folder / JUDGED)]), err.getvalue()
        except SystemExit as stopped:
            return int(str(stopped.code)), err.getvalue()


def torn(folder: Path) -> Iterator[str]:
    """Every line but the last is whole, and so is every frame that a line points at; the next line says so."""
    for wire in wires(folder):
        try:
            recording = reader.read(wire.parent, Canonical(), ())
        except reader.Unreadable as problem:
            if wire.read_bytes().count(b"\n"):
                yield f"unreadable: {problem}"
            continue
        there = wire.read_bytes().count(b"\n")
        kept = 1 + len(recording.frames) + len(recording.notes) + (recording.ending is not None)
        if recording.problems or kept != there:
            yield f"lines were lost: {kept} read of {there}: {recording.problems}"


def half_written(folder: Path) -> Iterator[str]:
    """A document is there as a whole, or not at all."""
    readers = {"report.json": json.loads, "junit.xml": JUnitXml.fromstring, "report.html": _page}
    for name, read in readers.items():
        path = folder / "voxgate-results" / name
        if path.is_file():
            try:
                read(path.read_bytes())
            except Exception as error:
                yield f"{name} is half there: {error}"


def _page(data: bytes) -> None:
    if not data.rstrip().endswith(b"</html>"):
        raise ValueError("it does not end as a page does")


def misjudged(folder: Path, verdicts: dict[str, str], code: int) -> Iterator[str]:
    """PASS exactly where the last attempt at a case was driven to its end. A machine that was too busy for the gate may
    leave it in doubt."""
    last = {wire.parents[1].name: wire for wire in wires(folder)}
    driven = {case for case, wire in last.items() if ended(wire)}
    passed = {case for case, verdict in verdicts.items() if verdict == "pass"}
    late = {case for case, verdict in verdicts.items() if verdict == LATE}
    if proven := passed - driven:
        yield f"PASS without an end: {sorted(proven)}"
    if lost := driven - passed - late:
        yield f"driven to its end, and no PASS: {sorted(lost)}"
    if wrong := {case: verdict for case, verdict in verdicts.items() if verdict not in ("pass", "unknown", LATE)}:
        yield f"the agent is blamed: {wrong}"
    if code != (0 if len(passed) == len(verdicts) else 1):
        yield f"exit {code} with {len(passed)} of {len(verdicts)} passed"


def taken_back(said: str, passed: set[str]) -> Iterator[str]:
    """What the killed run had told as PASS, by name, still is."""
    told = {line.split("  ")[1] for line in said.splitlines() if line.startswith("PASS  ")}
    if lost := told - passed:
        yield f"told as PASS, and is no more: {sorted(lost)}"


def unexplained(folder: Path, err: str) -> Iterator[str]:
    """Nothing can be judged only where nothing was driven; the words name what is missing."""
    if wires(folder):
        yield f"there are recordings, and nothing was judged: {err}"
    if not any(words in err for words in ("no such file", "not JSON", "holds no evidence", "there is no")):
        yield f"the words do not say what is missing: {err}"


def not_usable_again(folder: Path) -> Iterator[str]:
    """The next run lays out its evidence in the same place."""
    plan, _ = plan_of(str(folder / "voice-tests.yaml"), os.environ)
    try:
        store.create(evidence_of(folder), plan, {"run_id": "next", "problems": []}, Vault({}))
    except OSError as error:
        yield f"the next run is refused: {error}"


def orphans(number: object) -> Iterator[str]:
    """What the gate started is gone, within a while."""
    until_s = time.monotonic() + ORPHANS_S
    while (left := with_mark(number)) and time.monotonic() < until_s:
        time.sleep(0.05)
    if left:
        yield f"still running after {ORPHANS_S:g} s: {left}"
        for pid in left:
            os.kill(pid, signal.SIGKILL)


def with_mark(number: object) -> dict[int, str]:
    found = {}
    for home in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{MARK}={number}".encode() in (home / "environ").read_bytes().split(b"\0"):
                found[int(home.name)] = (home / "cmdline").read_text("utf-8").replace("\0", " ")
    return found


@contextmanager
def an_agent() -> Iterator[Agent]:
    """The reference agent in a process of its own, for all runs, with ears that need no time."""
    port = free_port()
    with tempfile.TemporaryDirectory() as seen, agent(["tests.matrix.kills", "--agent", str(port), seen], port):
        yield Agent(port, Path(seen))


async def be_an_agent(port: int, seen: Path) -> None:
    dialect = Canonical()
    house = House(dialect.agent, dialect.capabilities, SameWords(), load(), Faults(()))
    async with Witness(house, port=port, seen=seen).serving():
        await asyncio.to_thread(sys.stdin.buffer.read)


def table(kills: list[Killed], seed: int) -> str:
    about = machine()
    head = (
        "aimed at", "kills", "over before, made again", "seconds into the run", "messages that the agent took",
        "lines kept", "cases judged PASS", "UNKNOWN", "nothing to judge, and said so", "promises broken",
    )  # fmt: skip
    lines = [
        f"{len(kills)} kills, seed {seed} ({about['date']}, {about['cores']} cores, Python {about['python']}).",
        "",
        f"| {' | '.join(head)} |",
        "| --- |" + " ---: |" * (len(head) - 1),
    ]
    for part in PARTS:
        mine = [one for one in kills if one.part == part]
        if not mine:
            continue
        first, last = min(one.at_s for one in mine), max(one.at_s for one in mine)
        cells = (
            part, len(mine), sum(one.again for one in mine), f"{first:.1f}-{last:.1f}",
            f"{sum(one.seen for one in mine):,}", f"{sum(one.lines for one in mine):,}",
            sum(one.passed for one in mine), sum(one.unproven for one in mine),
            sum(not one.judged for one in mine), sum(bool(one.faults) for one in mine),
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--agent"]:
        asyncio.run(be_an_agent(int(arguments[1]), Path(arguments[2])))
        return 0
    reader_ = argparse.ArgumentParser(prog="python -m tests.matrix.kills", description=__doc__)
    reader_.add_argument("--kills", type=int, default=KILLS, help=f"how many (default: {KILLS})")
    reader_.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    reader_.add_argument("--beside", type=int, default=3, help="how many runs at the same time (default: 3)")
    reader_.add_argument("--page", action="store_true", help="write the page, however many")
    options = reader_.parse_args(arguments)
    with an_agent() as reached, ProcessPoolExecutor(options.beside) as pool:
        runs = list(pool.map(partial(timed, reached), range(-options.beside, 0)))
        begins = {part: statistics.median(run[part] for run in runs) for part in (*PARTS, "end")}
        following = dict(zip(begins, list(begins)[1:], strict=False))
        lengths_s = {part: begins[following[part]] - begins[part] for part in PARTS}
        sys.stderr.write(f"a run that nobody kills: {lengths_s}\n")
        parts = [list(PARTS)[number % len(PARTS)] for number in range(options.kills)]
        kills = list[Killed]()
        for one in pool.map(partial(killed, reached, lengths_s, options.seed), parts, range(options.kills)):
            kills.append(one)
            if one.again:
                sys.stderr.write(f"over before the kill, {one.again} times: {one.part}, kill {len(kills) - 1}\n")
            for fault in one.faults:
                sys.stderr.write(f"NOT KEPT  {one.part}, kill {len(kills) - 1} at {one.at_s:.2f} s: {fault}\n")
    made = table(kills, options.seed)
    sys.stdout.write(made)
    red = any(one.faults for one in kills)
    if not red and (options.page or not arguments):
        written(ROBUSTNESS, "kills", made)
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
