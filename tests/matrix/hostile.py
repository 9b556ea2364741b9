"""Every hostile peer against the whole gate, each in a process of its own: what was found, in how much time and memory.
`make hostile` writes the table in docs/hostile.md; with names of peers it prints theirs alone."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gate.core.jsons import parse
from tests.e2e.conftest import HOUSE, command, environ
from tests.e2e.hostile import PEERS, SHORT, Peer, listening
from tests.e2e.test_session import serving

PAGE = HOUSE / "docs" / "hostile.md"
BEGIN, END = "<!-- made by `make hostile` -->", "<!-- end -->"
BUDGETS = {"connect": "2s", "call": "6s", "close": "1s", "linger": "0s"}
SECRET = "what-no-manifest-asks-for"
MOST_S = 60.0
MOST_MEMORY_MB = 400.0


@dataclass(frozen=True)
class Meeting:
    """What came of one peer. `finding` is None where none was as it must be; `memory_mb` the most that any process of
    the gate held, and `disk_mb` what was left in the results."""

    finding: Mapping[str, Any] | None
    exit: int
    took_s: float
    memory_mb: float
    disk_mb: float
    out: str
    err: str


def met(peer: Peer, folder: Path) -> Meeting:
    with serving(lambda: listening(peer)) as port:
        (folder / "voice-tests.yaml").write_text(manifest(peer, port), "utf-8")
        began = time.monotonic()
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            process = subprocess.Popen(
                command("run", "--case", peer.case), cwd=folder, env=environ(HOSTILE=SECRET), stdout=out, stderr=err
            )
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took_s, results = time.monotonic() - began, folder / "voxgate-results"
    disk = sum(path.stat().st_size for path in results.rglob("*") if path.is_file())
    return Meeting(
        found(peer, results), process.returncode, took_s, used.ru_maxrss / 1000, disk / 1e6,
        (folder / "out").read_text("utf-8"), (folder / "err").read_text("utf-8"),
    )  # fmt: skip


def manifest(peer: Peer, port: int) -> str:
    target: dict[str, object] = {"dialect": "canonical", "budgets": BUDGETS | SHORT | peer.budgets}
    target |= yaml.safe_load(peer.address.format(port=port))
    switches = {"nothing-after-close": True}
    return yaml.safe_dump({
        "version": 1, "target": target, "suites": {peer.suite: None}, "invariants": switches, "tools": peer.tools,
    })  # fmt: skip


def found(peer: Peer, results: Path) -> Mapping[str, Any] | None:
    """The finding that the peer is here for."""
    path = results / "report.json"
    report: Any = parse(path.read_bytes()) if path.is_file() else {"cases": []}
    findings = (finding for case in report["cases"] for finding in case["findings"])
    return next((one for one in findings if is_it(peer, one)), None)


def is_it(peer: Peer, finding: Mapping[str, Any]) -> bool:
    return (
        finding["verdict"] == "fail"
        and finding["check"] == peer.check
        and finding["layer"] == peer.layer
        and peer.finds in finding["actual"]
    )


def table(meetings: Iterable[tuple[str, Peer, Meeting]]) -> str:
    lines = [
        "| peer | what it does | found | layer | seconds | memory | disk |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, peer, seen in meetings:
        told = str(seen.finding["actual"]).split(": ")[-1] if seen.finding else "**nothing**"
        told = (
            re.sub(r"127.0.0.1:\d+", "127.0.0.1", " ".join(told.split())).replace("|", "\\|").replace("<", "&lt;")[:120]
        )
        size = f"{seen.memory_mb:.0f} MB | {seen.disk_mb:.1f} MB"
        lines.append(f"| {name} | {peer.story} | {told} | {peer.layer} | {seen.took_s:.1f} | {size} |")
    return "\n".join(lines) + "\n"


def main(names: list[str]) -> int:
    meetings = []
    for name in names or PEERS:
        with tempfile.TemporaryDirectory() as folder:
            seen = met(PEERS[name], Path(folder))
        meetings.append((name, PEERS[name], seen))
        if seen.finding is None:
            sys.stderr.write(f"NOT FOUND  {name}, exit {seen.exit}\n{seen.out}{seen.err}\n")
    made = table(meetings)
    sys.stdout.write(made)
    red = any(seen.finding is None or seen.exit != 1 for _, _, seen in meetings)
    if not red and not names:
        before, rest = PAGE.read_text("utf-8").split(BEGIN)
        PAGE.write_text(before + BEGIN + "\n" + made + END + rest.split(END)[1], "utf-8")
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
