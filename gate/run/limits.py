"""The most that a run may take: what it works at is stopped where its time is over, or where its evidence has no more
room, while there is still enough of that for the reports."""

import asyncio
import os
import shutil
from collections.abc import Coroutine
from pathlib import Path
from time import monotonic

from gate.core.plan import Limits
from gate.core.sizes import told

LOOK_S = 2.0
KEPT_FREE = 20_000_000
"""Reports, and the last lines of all recordings, are smaller than this."""


async def within(limits: Limits, folder: Path, work: Coroutine[None, None, None]) -> str:
    """Does the work, or cancels it; returns which limit was reached, or nothing."""
    task, until_s = asyncio.create_task(work), monotonic() + limits.time_ms / 1000
    try:
        while not (await asyncio.wait({task}, timeout=max(0.0, min(LOOK_S, until_s - monotonic()))))[0]:
            if monotonic() >= until_s:
                return f"the run took longer than {limits.time_ms / 60_000:g} min (limits.time) and was stopped"
            if reached := await asyncio.to_thread(_no_room, limits, folder):
                return f"{reached}: the run was stopped"
        task.result()
        return ""
    finally:
        task.cancel()
        await asyncio.wait({task})


def _no_room(limits: Limits, folder: Path) -> str:
    used, free = used_bytes(folder), shutil.disk_usage(folder).free
    if used > limits.disk_bytes:
        return f"the evidence of this run has more than {told(limits.disk_bytes)} (limits.disk)"
    return f"the disk that holds {folder} has only {free / 1e6:.1f} MB left" if free < KEPT_FREE else ""


def used_bytes(folder: Path) -> int:
    """What the files below a folder hold in all. What comes or goes meanwhile may be missing."""
    used = 0
    for at, _, names in os.walk(folder):
        for name in names:
            try:
                used += os.stat(os.path.join(at, name), follow_symlinks=False).st_size  # noqa: PTH116, PTH118 (thousands of files)
            except OSError:
                continue
    return used
