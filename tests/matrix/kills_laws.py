"""What must hold of a folder behind a kill, whatever the moment was: each law tells in words where it is broken."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from junitparser import JUnitXml

from gate.cli.running import read as plan_of
from gate.core.vault import Vault
from gate.dialects.canonical.dialect import Canonical
from gate.evidence import reader, store
from tests.matrix.kills_run import MARK, ended, evidence_of, wires

ORPHANS_S: Final = 15.0

LATE: Final = "late"
"""UNKNOWN only since the gate's own pacing was late."""


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
