"""How late the gate sends its own audio with 50 sessions at once on one core. `python -m bench.pacing`

The whole of `voxgate run` drives on one core; the agent, which only listens, and the judge have the other one. Each
audio frame of the recordings counts, from the first of each session on. Beside it, in the same run: the same load
paced by `sleep(0.02)`, as clients without deadlines do it."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from websockets.asyncio.client import connect

from bench.cli import bench
from bench.figures import Figure, Result, Table, ms, percentile
from bench.runs import GATE_CORE, HERE, OTHER_CORE, ROOT, agent, free_port, pin, voxgate_run, workspace

SESSIONS = 50
TALK_S = 30
FRAME_MS = 20
LIMIT_MS = 5.0
CLIP = "monologue"


def manifest(port: int, sessions: int) -> str:
    case = "      - {{name: session {n}, caller: [{{play: " + CLIP + "}}], never: [error]}}\n"
    return (
        f"version: 1\ntarget: {{url: 'ws://127.0.0.1:{port}/', dialect: canonical}}\n"
        "suites:\n  tools:\n    cases:\n" + "".join(case.format(n=n) for n in range(1, sessions + 1))
    )


def lateness_ms(wire: Path) -> Iterator[float]:
    """Of every audio frame that the gate sent: its stamp, taken as it was handed to the socket, less its deadline."""
    for line in wire.read_text("utf-8").splitlines():
        row = json.loads(line)
        if "due" in row:
            yield (row["t"] - row["due"]) / 1e6


def recorded(results: Path) -> list[list[float]]:
    return [list(lateness_ms(wire)) for wire in sorted(results.glob("evidence/cases/*/*/wire.jsonl"))]


async def naive(port: int, sessions: int, seconds: float) -> list[list[float]]:
    """The same load without deadlines: how late each frame left, beside the pace that was meant."""
    frame = json.dumps({"type": "input_audio.append", "audio": "A" * 856})
    late: list[list[float]] = [[] for _ in range(sessions)]

    async def one(mine: list[float]) -> None:
        async with connect(f"ws://127.0.0.1:{port}/", compression=None, ping_interval=None, proxy=None) as line:
            begun_s = time.monotonic()
            for n in range(int(seconds * 1000 / FRAME_MS)):
                mine.append((time.monotonic() - begun_s) * 1000 - n * FRAME_MS)
                await line.send(frame)
                await asyncio.sleep(FRAME_MS / 1000)

    await asyncio.gather(*(one(mine) for mine in late))
    return late


def naive_apart(port: int) -> list[list[float]]:
    """In a process of its own, on the gate's core."""
    words = [sys.executable, "-m", "bench.pacing", "--naive", str(port)]
    process = subprocess.Popen(words, cwd=ROOT, env=HERE, stdout=subprocess.PIPE)  # noqa: S603
    pin(process.pid, GATE_CORE)
    said, _ = process.communicate()
    found: list[list[float]] = json.loads(said)
    return found


def row(name: str, sessions: list[list[float]]) -> tuple[str, ...]:
    all_ms = [late for session in sessions for late in session]
    shares = (ms(percentile(all_ms, share)) for share in (0.5, 0.9, 0.99, 0.999, 1.0))
    return (name, str(len(sessions)), str(len(all_ms)), *shares, ms(worst_end(sessions)))


def worst_end(sessions: Iterable[list[float]]) -> float:
    """How far the stream that drifted most was behind, at its last frame."""
    return max(session[-1] for session in sessions if session)


def measure() -> Result:
    port = free_port()
    with workspace() as folder, agent(["bench.sink", str(port)], port, OTHER_CORE):
        (folder / "voice-tests.yaml").write_text(manifest(port, SESSIONS), "utf-8")
        said = voxgate_run(folder / "voice-tests.yaml", folder / "results", SESSIONS, GATE_CORE, OTHER_CORE)
        sessions = recorded(folder / "results")
        if not any(sessions):
            raise RuntimeError(f"nothing was recorded; the gate said:\n{said}")
        plain = naive_apart(port)
    late = [value for session in sessions for value in session]
    p99 = percentile(late, 0.99) if len(sessions) == SESSIONS else None
    head = ("pacing", "sessions", "frames", "median ms", "p90", "p99", "p99.9", "worst", "behind at the end")
    return Result(
        bench="pacing",
        title=f"Send lateness with {SESSIONS} sessions at once on one core",
        command="python -m bench.pacing",
        figures=(Figure(f"send lateness p99, {SESSIONS} sessions on one core", p99, LIMIT_MS),),
        tables=(Table(head, (row("voxgate run", sessions), row("sleep(0.02)", plain))),),
        how=HOW,
    )


HOW = (
    (
        f"`voxgate run --jobs {SESSIONS}` speaks a clip of {TALK_S} s in {SESSIONS} sessions at once. The driving "
        "process is pinned to one core; the agent, which only listens, and the judge have the other one."
    ),
    (
        "Lateness is the stamp of each audio frame in wire.jsonl, taken just before the frame is handed to the socket, "
        "less the frame's deadline. Every frame counts, also those sent while other sessions still connect."
    ),
    (
        "`sleep(0.02)` is the same load from a bare client that sleeps for 20 ms between two sends: what each turn of "
        "its loop costs adds up."
    ),
)


if __name__ == "__main__":
    if "--naive" in sys.argv:
        sys.stdout.write(json.dumps(asyncio.run(naive(int(sys.argv[-1]), SESSIONS, TALK_S))))
    else:
        sys.exit(bench(measure))
