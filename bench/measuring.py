"""How fast a long call is judged, and with how much memory. `python -m bench.measuring`

A synthetic call of 2.5, 5 and 10 minutes is written down by the real writer, then read, measured and judged from the
folder as after every call, each length in a process of its own."""

import gc
import json
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.cli import bench
from bench.figures import Figure, Result, Table
from bench.longcall import CASE, manifest, record
from bench.runs import HERE, ROOT, workspace
from gate.checks.judge import examine, views_of
from gate.core.findings import Verdict
from gate.core.plan import Plan
from gate.dialects import dialect_of
from gate.evidence.derive import derive
from gate.evidence.events import derive_events
from gate.evidence.reader import read
from gate.fixtures.library import Library, home
from gate.manifest import read_plan
from gate.run.bench import ONE_CORE

MINUTES = (2.5, 5.0, 10.0)
REPEATS = 3
LIMIT_S = 1.0
LINEAR = 2.0
STEPS = ("reading", "events", "findings and measures", "derived files")
MEASURING = ("events", "findings and measures")


def plan_of(minutes: float, folder: Path) -> Plan:
    path = folder / "voice-tests.yaml"
    path.write_text(manifest(minutes), "utf-8")
    return read_plan(path, {}, Library(home() / "audio", folder))[0]


def judged(minutes: float, folder: Path) -> dict[str, float]:
    """Seconds of each step for one recording that is already on disk. Raises if the call is not judged a pass."""
    plan = plan_of(minutes, folder)
    case = next(case for case in plan.cases if case.name == CASE)
    dialect = dialect_of(plan.target(case.target))
    took: dict[str, float] = {}
    with _timed("reading", took):
        recording = read(folder / "attempt", dialect, plan.clips)
    with _timed("events", took):
        derive_events(recording.heard, recording.notes, plan.clips)
    took["reading"] -= took["events"]
    with _timed("derived files", took):
        derive(folder / "attempt" / "derived", recording, "bench")
    for _ in range(2):  # the first brings libraries into memory, which a run does once
        with _timed("findings and measures", took):
            findings, numbers = examine(case, views_of(case, recording, dialect.capabilities, plan.clips))
    wrong = [finding for finding in findings if finding.verdict is not Verdict.PASS]
    if wrong or not numbers:
        raise RuntimeError(f"the synthetic call is not what it should be: {wrong[:1] or 'no measures'}")
    return took


@contextmanager
def _timed(step: str, took: dict[str, float]) -> Iterator[None]:
    begun = time.process_time()
    yield
    took[step] = time.process_time() - begun


def alone(words: list[str]) -> dict[str, Any]:
    """One measurement in a fresh process: what one call left in memory must not help or hurt the next."""
    command = [sys.executable, "-m", "bench.measuring", "--alone", *words]
    said = subprocess.run(command, cwd=ROOT, env=HERE | ONE_CORE, check=True, capture_output=True).stdout  # noqa: S603
    found: dict[str, Any] = json.loads(said)
    return found


def one(what: str, minutes: float, folder: Path) -> dict[str, Any]:
    if what == "record":
        plan = plan_of(minutes, folder)
        return {"minutes": record(folder / "attempt", plan)}
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    gc.disable()  # as judging does
    if what == "memory":
        tracemalloc.start()
    took = judged(minutes, folder)
    peak = tracemalloc.get_traced_memory()[1] if what == "memory" else 0
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
    return {"took": took, "peak_mb": peak / 2**20, "grown_mb": grown_kb / 1024}


def measuring_s(took: dict[str, float]) -> float:
    return sum(took[step] for step in MEASURING)


def growth(sizes_mb: list[float]) -> float:
    """Of lengths that double: how much more the second doubling adds than the first, so 2 where all is linear."""
    small, middle, large = sizes_mb
    return (large - middle) / (middle - small)


def measure_all() -> Result:
    rows, peaks, slowest = [], [], 0.0
    for minutes in MINUTES:
        with workspace() as folder:
            lasts = alone(["record", str(minutes), str(folder)])["minutes"]
            runs = [alone(["time", str(minutes), str(folder)]) for _ in range(REPEATS)]
            memory = alone(["memory", str(minutes), str(folder)])
        runs.sort(key=lambda run: measuring_s(run["took"]))
        usual = runs[len(runs) // 2]
        slowest = measuring_s(usual["took"])
        peaks.append(memory["peak_mb"])
        steps = [f"{usual['took'][step]:.2f}" for step in STEPS]
        rows.append((f"{lasts:.1f} min", *steps, f"{slowest:.2f}", f"{memory['peak_mb']:.0f}",
                     f"{usual['grown_mb']:.0f}"))  # fmt: skip
    head = ("call", *(f"{step} s" for step in STEPS), "measuring s", "peak MB", "process grew MB")
    return Result(
        bench="measuring",
        title="Judging a long call",
        command="python -m bench.measuring",
        figures=(
            Figure("10-minute call, measured and judged, beyond reading it", slowest, LIMIT_S, "s"),
            Figure(
                "memory added by the second doubling against the first (linear: 2)", growth(peaks), 1.1 * LINEAR, "x"
            ),
        ),
        tables=(Table(head, tuple(rows)),),
        how=HOW,
    )


HOW = (
    (
        "The gate's own caller against a scripted agent, in virtual time, by the real writer: 20 ms of audio in each "
        "frame, 16 kHz to the agent and 24 kHz from it, every 10 s a turn with an answer of 7.6 s, each claimed."
    ),
    (
        "Reading is loading the folder and decoding every frame; measuring is the event log, the findings and the "
        "measures. The derived files (three WAV files among them) are for people, and told apart. Each time is "
        f"processor time, the median of {REPEATS} processes; the peak is of Python's own allocations (tracemalloc, in "
        "a run that is not timed)."
    ),
)


if __name__ == "__main__":
    if "--alone" in sys.argv:
        sys.stdout.write(json.dumps(one(sys.argv[-3], float(sys.argv[-2]), Path(sys.argv[-1]))))
    else:
        sys.exit(bench(measure_all))
