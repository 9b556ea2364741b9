"""The reference agent's own log of what crossed its socket and when: a second witness beside the gate's recording.

Nothing is decoded or written while a call goes on, so that the log does not move what it tells of: frames are kept as
they are, and become lines when their call is over."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json, canonical
from gate.core.ports import Dialect
from gate.core.signals import AudioIn, AudioOut, Signal

NAMES = {Direction.SENT: "in", Direction.RECEIVED: "out"}


@dataclass
class CallLog:
    """The frames of one call, each with the time at which it was taken from the socket or given to it."""

    session_id: str
    frames: list[Frame] = field(default_factory=list)

    def took(self, data: str | bytes, t_ns: int) -> None:
        """A frame of the caller's."""
        self.frames.append(Frame(Direction.SENT, _opcode(data), data, t_ns))

    def gives(self, data: str | bytes, t_ns: int) -> None:
        """A frame of the agent's, just before it is sent."""
        self.frames.append(Frame(Direction.RECEIVED, _opcode(data), data, t_ns))

    def ends(self, code: int | None, t_ns: int) -> None:
        """The agent ends the call: by a close frame, or (None) by dropping the line."""
        opcode = Opcode.LOST if code is None else Opcode.CLOSE
        self.frames.append(Frame(Direction.RECEIVED, opcode, canonical({"code": code, "reason": ""}), t_ns))


class WireLog:
    """Adds to the file at `path`, which need not exist. Raises OSError if it cannot be written."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._dialect = dialect

    async def write(self, call: CallLog) -> None:
        """A line for each thing that a frame says; gives way after every frame, since other calls may go on."""
        observer = self._dialect.observer()
        for frame in call.frames:
            for signal in observer.observe(frame):
                self._file.write(json.dumps(_line(frame, signal, call.session_id)) + "\n")
            await asyncio.sleep(0)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def _opcode(data: str | bytes) -> Opcode:
    return Opcode.TEXT if isinstance(data, str) else Opcode.BINARY


def _line(frame: Frame, signal: Signal, session_id: str) -> dict[str, Json]:
    line: dict[str, Json] = {
        "t_ns": frame.t_ns, "session": session_id, "dir": NAMES[frame.direction], "kind": signal.EVENT,
    }  # fmt: skip
    if isinstance(signal, AudioIn | AudioOut):
        line |= {"audio_bytes": len(signal.pcm), "rate_hz": signal.rate_hz}
    return line
