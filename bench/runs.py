"""Processes of a bench: agents and the gate on cores of their own, as a user starts them. It measures nothing."""

import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GATE_CORE, OTHER_CORE = 0, 1
STARTS_WITHIN_S = 30.0
HERE = {**os.environ, "PYTHONPATH": str(ROOT)}


def machine() -> dict[str, str]:
    """What the figures were measured on; nothing that names the machine."""
    return {
        "cores": str(os.cpu_count()),
        "cpu": _cpu_model(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
        "load_before": f"{os.getloadavg()[0]:.2f}",
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def workspace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="voxgate-bench-") as folder:
        yield Path(folder)


@contextmanager
def agent(words: Sequence[str], port: int, core: int | None = None) -> Iterator[None]:
    """A Python module as a process that listens on `port`, until the block is left."""
    process = subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=HERE, stdin=subprocess.PIPE)  # noqa: S603
    try:
        pin(process.pid, core)
        _wait_for(port, process)
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the agent ended with {process.returncode} before it listened on {port}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on {port} after {STARTS_WITHIN_S:g} s")


def voxgate_run(manifest: Path, out: Path, jobs: int, core: int | None = None, judge_core: int | None = None) -> str:
    """`voxgate run`; returns what it said. With cores given, the driving process has one and the judge the other."""
    command = [sys.executable, "-m", "gate", "run", str(manifest), "--out", str(out), "--jobs", str(jobs)]
    with (out.parent / f"{out.name}.txt").open("w+b") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=HERE, stdout=said, stderr=subprocess.STDOUT)  # noqa: S603
        pin(process.pid, core)
        while process.poll() is None:
            if judge_core is not None:
                for child in _children(process.pid):
                    pin(child, judge_core)
            time.sleep(0.2)
        said.seek(0)
        return said.read().decode("utf-8", "replace")


def pin(pid: int, core: int | None) -> None:
    """Keeps a process, with threads of its own yet to come, on one core; a machine with one core has no other."""
    if core is not None and core < (os.cpu_count() or 1):
        os.sched_setaffinity(pid, {core})


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
