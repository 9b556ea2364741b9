"""Reads one attempt back into a Recording: the only way in which a recording comes to be.

Frames are decoded again by the dialect. A torn last line is what a kill leaves behind and is passed over; anything else
that does not fit is a problem, and a recording with a problem is not complete."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from gate.core import jsons
from gate.core.frames import MESSAGES, Direction, Frame, Opcode
from gate.core.plan import Clip
from gate.core.ports import Dialect, Observer
from gate.core.recording import Ending, Heard, Note, Recording
from gate.evidence.events import derive_events
from gate.evidence.writer import FORMAT, FRAMES, WIRE

_DIRECTIONS = {direction.value: direction for direction in Direction}
_OPCODES = {opcode.value: opcode for opcode in Opcode}
ANNOTATIONS = "annotations"
LARGEST_OPINION = 16_000_000


class Unreadable(Exception):
    """The folder holds no evidence that this version can read; the text says what to do."""


@dataclass
class _Lines:
    header: dict[str, Any]
    frames: list[Frame] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    ending: Ending | None = None
    problems: list[str] = field(default_factory=list)


def read(folder: Path, dialect: Dialect, clips: tuple[Clip, ...]) -> Recording:
    """The recording in `folder`. Raises Unreadable for a folder without a header line, or from a newer version."""
    lines = _load(folder)
    annotations = _annotations(folder / ANNOTATIONS, lines.problems)
    heard = tuple(decode(lines.frames, dialect))
    notes = tuple(lines.notes)
    versions = lines.header.get("versions", {})
    return Recording(
        case_id=str(lines.header.get("case", "")),
        attempt=attempt if isinstance(attempt := lines.header.get("attempt"), int) else 1,
        recorded_by=str(versions.get("voxgate", "?")) if isinstance(versions, dict) else "?",
        trace_id=str(lines.header.get("trace_id", "")),
        frames=tuple(lines.frames),
        notes=notes,
        heard=heard,
        events=derive_events(heard, notes, clips),
        ending=lines.ending,
        problems=tuple(lines.problems),
        annotations=annotations,
        redacted=lines.header.get("redacted") is True,
        epoch_ns=_epoch_ns(lines.header),
    )


def _epoch_ns(header: dict[str, Any]) -> int:
    """From the one moment that the header names by both clocks."""
    at, t_ns = header.get("recorded_at"), header.get("t")
    try:
        wall = datetime.fromisoformat(str(at))
    except ValueError:
        return 0
    return round(wall.timestamp() * 1_000_000) * 1_000 - t_ns if isinstance(t_ns, int) else 0


def decode(frames: list[Frame], dialect: Dialect) -> Iterator[Heard]:
    """What the frames mean: each call has an observer of its own."""
    observers: dict[int, Observer] = {}
    for frame in frames:
        if frame.call not in observers:
            observers[frame.call] = dialect.observer()
        for signal in observers[frame.call].observe(frame):
            yield Heard(signal, frame.t_ns, frame.direction, frame.call, frame.index)


def _load(folder: Path) -> _Lines:
    wire = folder / WIRE
    if not wire.is_file():
        raise Unreadable(f"{wire}: no such file; a case's evidence holds {WIRE} and {FRAMES}")
    rows = _rows(wire.read_bytes())
    header = next(rows, None)
    if not isinstance(header, dict) or "format" not in header:
        raise Unreadable(f"{wire}: its first line is no header; nothing was recorded before the gate died")
    if header["format"] != FORMAT:
        raise Unreadable(f"{wire}: format {header['format']}, this version reads {FORMAT}: please update voxgate")
    lines = _Lines(header)
    blob = (folder / FRAMES).read_bytes() if (folder / FRAMES).is_file() else b""
    for row in rows:
        try:
            _take(row, blob, lines)
        except (KeyError, ValueError, TypeError, RecursionError) as error:
            lines.problems.append(f"{WIRE} line {len(lines.frames) + len(lines.notes) + 2}: {error}")
            break
    return lines


def _annotations(home: Path, problems: list[str]) -> dict[str, jsons.Json]:
    """The opinions that lie beside the frames, by name. One that cannot be read is a problem of the evidence."""
    found: dict[str, jsons.Json] = {}
    for path in sorted(home.glob("*.json")):
        try:
            if path.stat().st_size > LARGEST_OPINION:
                raise ValueError(f"larger than {LARGEST_OPINION / 1e6:.0f} MB")
            found[path.stem] = jsons.parse(path.read_bytes())
        except (OSError, ValueError) as error:
            problems.append(f"{ANNOTATIONS}/{path.name}: {error}")
    return found


def _rows(data: bytes) -> Iterator[Any]:
    """The lines as JSON; None for one that is none, unless it is the last and has no newline: that one is torn."""
    *lines, _torn = data.split(b"\n")
    for line in lines:
        try:
            yield jsons.read(line)
        except ValueError:
            yield None


def _take(row: Any, blob: bytes, lines: _Lines) -> None:
    if not isinstance(row, dict):
        raise TypeError("not a JSON object: the file was damaged after it was written")
    expected = 1 + len(lines.frames) + len(lines.notes)
    if row["i"] != expected:
        raise ValueError(f"numbered {row['i']}, expected {expected}: lines are missing")
    if lines.ending:
        raise ValueError("stands behind the last line")
    if "note" in row:
        lines.notes.append(Note(expected, _whole(row, "t"), _whole(row, "call"), str(row["note"]), dict(row["data"])))
    elif "end" in row:
        lines.ending = Ending(str(row["end"]), row["complete"] is True, _whole(row, "t"), str(row.get("detail", "")))
    else:
        lines.frames.append(_frame(row, expected, blob))


def _whole(row: dict[str, Any], key: str) -> int:
    value = row[key]
    if type(value) is not int or value < 0:
        raise ValueError(f"{key} is {value!r}, a whole number is due")
    return value


def _frame(row: dict[str, Any], index: int, blob: bytes) -> Frame:
    t_ns, at, length, call = _whole(row, "t"), _whole(row, "at"), _whole(row, "len"), _whole(row, "call")
    raw = blob[at : at + length]
    if len(raw) != length:
        raise ValueError(f"{FRAMES} ends before this frame does: it was cut")
    opcode = _OPCODES.get(row["op"]) or Opcode(row["op"])
    data = raw if opcode is Opcode.BINARY else raw.decode("utf-8", "surrogatepass")
    if opcode not in MESSAGES and not isinstance(json.loads(raw), dict):
        raise ValueError(f"a frame of kind {opcode} that is no JSON object")
    direction = _DIRECTIONS.get(row["dir"]) or Direction(row["dir"])
    due_ns = _whole(row, "due") if "due" in row else None
    return Frame(direction, opcode, data, t_ns, call, index, due_ns)
