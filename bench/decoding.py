"""What it costs to tell what a frame means, beyond JSON and base64 themselves. `python -m bench.decoding`

One call of every dialect's demo, a question and its answer, is rehearsed in virtual time and written down by the real
writer; then all of its frames, both ways, are observed again, over and over."""

import base64
import gc
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench.cli import bench
from bench.figures import Figure, Result, Table
from bench.runs import workspace
from gate.core.frames import Frame, Opcode
from gate.core.jsons import Json, parse
from gate.core.ports import Dialect
from gate.dialects import DIALECTS, dialect_of
from gate.evidence import store
from gate.evidence.reader import read
from gate.fixtures.demos import demos
from tests.rehearsal import demo_plan, rehearse

CASE = "a question is answered"
REPEATS = 15
LIMIT_US = 20.0
LONG = 100


def frames_of(name: str, folder: Path) -> tuple[Dialect, list[Frame]]:
    """The dialect of a demo, and the text and binary frames of one of its calls."""
    plan, vault = demo_plan(name)
    (case,) = [case for case in plan.cases if case.suite == "smoke" and case.name == CASE]
    only = type(plan)(**{field: getattr(plan, field) for field in plan.__slots__} | {"cases": (case,)})
    rehearse(only, vault, folder / name)
    dialect = dialect_of(plan.target(case.target))
    recording = read(store.attempt_folder(folder / name, case.id, 1), dialect, plan.clips)
    return dialect, [frame for frame in recording.frames if frame.opcode in (Opcode.TEXT, Opcode.BINARY)]


def baseline(frames: list[Frame]) -> None:
    """JSON and base64 alone: what no reader of these frames can do without."""
    for frame in frames:
        if isinstance(frame.data, str):
            _decode(parse(frame.data))


def _decode(value: Json) -> None:
    match value:
        case str() if len(value) > LONG and " " not in value:
            base64.b64decode(value)
        case dict():
            for item in value.values():
                if isinstance(item, str | dict | list):
                    _decode(item)
        case list():
            for item in value:
                _decode(item)
        case _:
            pass


def observe(dialect: Dialect, frames: list[Frame]) -> None:
    observer = dialect.observer()
    for frame in frames:
        observer.observe(frame)


def fastest_us(works: Sequence[Callable[[], None]], frames: int) -> list[float]:
    """Microseconds of processor time for a frame, of each work: the least of several rounds, as nothing but noise makes
    it more. They take turns, so that a slow moment of the machine is one for all."""
    rounds: list[list[int]] = [[] for _ in works]
    for _ in range(REPEATS):
        for work, times in zip(works, rounds, strict=True):
            begun = time.process_time_ns()
            work()
            times.append(time.process_time_ns() - begun)
    return [min(times) / 1000 / frames for times in rounds]


def measure() -> Result:
    rows, worst = [], 0.0
    gc.disable()
    with workspace() as folder:
        for name in [name for name in DIALECTS if name in demos()]:
            dialect, frames = frames_of(name, folder)
            works = (partial(baseline, frames), partial(observe, dialect, frames))
            alone, whole = fastest_us(works, len(frames))
            worst = max(worst, whole - alone)
            rows.append((name, str(len(frames)), f"{alone:.1f}", f"{whole:.1f}", f"{whole - alone:.1f}"))
    figure = Figure("the costliest dialect, a frame beyond JSON and base64", worst, LIMIT_US, "us")
    table = Table(("dialect", "frames", "JSON and base64 us", "observed us", "beyond us"), tuple(rows))
    return Result(
        "decoding", "What it costs to tell what a frame means", "python -m bench.decoding", (figure,), (table,),
        (" ".join((__doc__ or "").split("\n\n")[1].split()),),
        {},
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(bench(measure))
