"""How long `voxgate judge` takes over a call with 100,000 events of the agent's. `python -m bench.judging`"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from bench.busylog import record
from bench.cli import bench
from bench.figures import Figure, Result, Table
from bench.runs import HERE, ROOT, workspace

EVENTS = (25_000, 50_000, 100_000)
MINUTES = 10.0
REPEATS = 3
LIMIT_S = 6.0


HOW = (
    "A call of 10 minutes by the real writer: tool calls and their results, audio in pieces of 20 ms, words in pieces, "
    "metadata; what the case expects comes at the very end, and two events must never come. Beside the agent's events "
    f"30,000 frames of the caller's silence are read. The median of {REPEATS} runs."
)


def judged_s(evidence: Path) -> float:
    """Seconds on the clock of the whole command, start and reports included. Raises if the call is not a pass."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "gate", "judge", str(evidence)]
    done = subprocess.run(command, cwd=ROOT, env=HERE, capture_output=True, text=True, check=False)  # noqa: S603
    took_s = time.perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"the synthetic call is not what it should be:\n{done.stdout}{done.stderr}")
    return took_s


def measure_all() -> Result:
    rows, took_s = [], 0.0
    for events in EVENTS:
        with workspace() as folder:
            evidence = folder / "results" / "evidence"
            evidence.parent.mkdir()
            record(evidence, events, MINUTES)
            times = sorted(judged_s(evidence) for _ in range(REPEATS))
            size_mb = sum(path.stat().st_size for path in evidence.rglob("*") if path.is_file()) / 2**20
            shutil.rmtree(evidence)
        took_s = times[len(times) // 2]
        rows.append((f"{events:,}", f"{size_mb:.0f}", f"{took_s:.2f}", f"{times[-1]:.2f}"))
    return Result(
        bench="judging",
        title="`voxgate judge` on a call with very many events",
        command="python -m bench.judging",
        figures=(Figure("`voxgate judge` on 100,000 events, start and reports included", took_s, LIMIT_S, "s"),),
        tables=(Table(("events", "evidence MB", "median s", "worst s"), tuple(rows)),),
        how=(HOW,),
    )


if __name__ == "__main__":
    sys.exit(bench(measure_all))
