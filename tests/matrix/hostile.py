"""Every hostile peer against the whole gate, each in a process of its own: what was found, in how much time and memory.
`make hostile` writes the tables in docs/hostile.md; with names of peers it prints theirs alone."""

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
from tests.e2e.hostile import BY_DEFAULT, PEERS, SHORT, Peer, listening
from tests.e2e.test_session import serving

PAGE = HOUSE / "docs" / "hostile.md"
TABLES = {"<!-- made by `make hostile` -->": PEERS, "<!-- made by `make hostile`, default budgets -->": BY_DEFAULT}
END = "<!-- end -->"
BUDGETS = {"connect": "2s", "call": "6s", "close": "1s", "linger": "0s"}
SECRET = "what-no-manifest-asks-for"
MOST_S, MOST_MEMORY_MB = 60.0, 400.0
MOST_S_BY_DEFAULT, MOST_MEMORY_MB_BY_DEFAULT = 120.0, 2_000.0


@dataclass(frozen=True)
class Meeting:
    """What came of one peer. `finding` is None where none was as it must be, and `lost` says what of `Peer.keeps` is in
    no event; `memory_mb` is the most that any process of the gate held, and `disk_mb` what was left in the results."""

    finding: Mapping[str, Any] | None
    lost: tuple[Mapping[str, object], ...]
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
        found(peer, results), lost(peer, results), process.returncode, took_s, used.ru_maxrss / 1000, disk / 1e6,
        (folder / "out").read_text("utf-8"), (folder / "err").read_text("utf-8"),
    )  # fmt: skip


def manifest(peer: Peer, port: int) -> str:
    target: dict[str, object] = {"dialect": "canonical"} | ({} if peer.by_default else {"budgets": BUDGETS | SHORT})
    target |= yaml.safe_load(peer.address.format(port=port))
    own = {"name": peer.case, "caller": [{"play": "hello"}, {"pause": "500ms"}], **peer.claims}
    suites = {"tools": {"cases": [own]}} if peer.claims else {peer.suite: None}
    switches = {"nothing-after-close": True}
    return yaml.safe_dump({
        "version": 1, "target": target, "suites": suites, "invariants": switches, "tools": peer.tools,
    })  # fmt: skip


def found(peer: Peer, results: Path) -> Mapping[str, Any] | None:
    """The finding that the peer is here for."""
    path = results / "report.json"
    report: Any = parse(path.read_bytes()) if path.is_file() else {"cases": []}
    findings = (finding for case in report["cases"] for finding in case["findings"])
    return next((one for one in findings if is_it(peer, one)), None)


def lost(peer: Peer, results: Path) -> tuple[Mapping[str, object], ...]:
    """What was to be kept as it was said, and is in no event."""
    lines = [line for log in results.rglob("events.jsonl") for line in log.read_bytes().splitlines()]
    told: list[Any] = [parse(line) for line in lines]
    shown = [one["payloadShape"].items() for one in told]
    return tuple(kept for kept in peer.keeps if not any(all(pair in one for pair in kept.items()) for one in shown))


def amiss(peer: Peer, seen: Meeting) -> list[str]:
    """Whatever is not as it must be."""
    most_s = MOST_S_BY_DEFAULT if peer.by_default else MOST_S
    most_mb = MOST_MEMORY_MB_BY_DEFAULT if peer.by_default else MOST_MEMORY_MB
    wrong = {
        f"exit code {seen.exit}": seen.exit != 1,
        "a bug of Voxgate": "bug of Voxgate" in seen.out + seen.err,
        f"no finding of {peer.check} with {peer.finds!r}": seen.finding is None,
        f"lost: {seen.lost}": bool(seen.lost),
        f"took {seen.took_s:.1f} s, at most {most_s:g}": seen.took_s > most_s,
        f"held {seen.memory_mb:.0f} MB, at most {most_mb:g}": seen.memory_mb > most_mb,
    }
    return [what for what, is_so in wrong.items() if is_so]


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
        if peer.borne:
            told = f"borne: {peer.borne}; found: {told}"
        size = f"{seen.memory_mb:.0f} MB | {seen.disk_mb:.1f} MB"
        lines.append(f"| {name} | {peer.story} | {told} | {peer.layer} | {seen.took_s:.1f} | {size} |")
    return "\n".join(lines) + "\n"


def main(names: list[str]) -> int:
    """Meets them, and writes the tables if all of it is as it must be and nobody in particular was asked for."""
    page, red = PAGE.read_text("utf-8"), False
    for begin, peers in TABLES.items():
        meetings = []
        for name in (name for name in peers if not names or name in names):
            with tempfile.TemporaryDirectory() as folder:
                seen = met(peers[name], Path(folder))
            meetings.append((name, peers[name], seen))
            if wrong := amiss(peers[name], seen):
                red = True
                sys.stderr.write(f"AMISS  {name}: {'; '.join(wrong)}\n{seen.out}{seen.err}\n")
        made = table(meetings) if meetings else ""
        sys.stdout.write(made)
        before, rest = page.split(begin)
        page = before + begin + "\n" + made + END + rest.split(END, 1)[1]
    if not red and not names:
        PAGE.write_text(page, "utf-8")
    return 1 if red else 0


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - PEERS.keys() - BY_DEFAULT.keys():
        sys.exit(f"no such peer: {', '.join(sorted(unknown))}")
    sys.exit(main(sys.argv[1:]))
