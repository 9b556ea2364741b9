"""Small recordings by hand, and the names of what lies in an attempt's folder."""

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import canonical
from gate.core.plan import Clip
from gate.core.recording import Recording
from gate.core.vault import Vault
from gate.dialects.canonical.dialect import Canonical
from gate.evidence.reader import read
from gate.evidence.writer import Writer

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
MS = 1_000_000
HEADER: dict[str, Any] = {"case": "a.case", "attempt": 2, "trace_id": "ab" * 16, "versions": {"voxgate": "0.1.0"}}
CLIP = Clip("hi", "0" * 64, 16_000, 100.0, "hi", segments_ms=((10.0, 60.0),))


def text(direction: Direction, ms: float, call: int = 0, due_ms: float | None = None, /, **message: Any) -> Frame:
    due_ns = None if due_ms is None else int(due_ms * MS)
    return Frame(direction, Opcode.TEXT, canonical(message), int(ms * MS), call, due_ns=due_ns)


def control(direction: Direction, opcode: Opcode, ms: float, **data: Any) -> Frame:
    return Frame(direction, opcode, canonical(data), int(ms * MS))


def spoken(ms: float, pcm: bytes, call: int = 0) -> Frame:
    return text(SENT, ms, call, type="input_audio.append", audio=base64.b64encode(pcm).decode())


def heard(ms: float, pcm: bytes, call: int = 0) -> Frame:
    return text(RECEIVED, ms, call, type="output_audio.delta", audio=base64.b64encode(pcm).decode())


Written = Frame | tuple[str, float, dict[str, Any]]


def write(folder: Path, *lines: Written, vault: Vault | None = None, end: bool = True) -> list[Frame]:
    """Writes frames and notes `(kind, ms, data)`; returns the frames as the writer numbered them."""
    frames = []
    with Writer(folder, Canonical(), vault or Vault({}), HEADER, 0) as writer:
        for line in lines:
            if isinstance(line, Frame):
                frames.append(writer.frame(line))
            else:
                writer.note(line[0], int(line[1] * MS), 0, line[2])
        if end:
            writer.end("driven", True, 9_000 * MS, "all well")
    return frames


def load(folder: Path, clips: Iterable[Clip] = (CLIP,)) -> Recording:
    return read(folder, Canonical(), tuple(clips))


SMALL: tuple[Written, ...] = (
    control(SENT, Opcode.UPGRADE, 1, url="ws://x", headers=[["Authorization", "Bearer x"]]),
    control(RECEIVED, Opcode.UPGRADE, 2, status=101, headers=[]),
    text(RECEIVED, 3, type="session.started", session_id="s-9"),
    ("play", 4, {"clip": "hi", "at_sample": 0, "turn": 1}),
    spoken(20, bytes(640)),
    Frame(RECEIVED, Opcode.BINARY, b"\x00\xff\n\x80", 25 * MS),
    text(RECEIVED, 30, type="transcript.final", text="grüezi \ud800 \n"),
    control(RECEIVED, Opcode.CLOSE, 40, code=1000, reason=""),
    ("call.end", 41, {"end": "finished", "detail": "", "name": "call"}),
)
