"""Writes one attempt's `wire.jsonl` and `frames.bin` while it happens. Judges nothing, derives nothing.

The bytes of a frame go to disk before the line that points at them, and both files are unbuffered: after a kill the
lines that are there are true, and at most the last of them is torn. Where the disk is full, what cannot be written
whole is taken back, no further frame is taken, and the last lines are written as far as there is room. Bytes that are
written are written over in one case alone: when it turns out later that something which must not be kept begins in
them."""

import contextlib
import json
import os
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from gate.core.frames import Frame
from gate.core.jsons import Json
from gate.core.ports import Dialect, NotWritten
from gate.core.redaction import NOTHING, Redaction
from gate.core.vault import Vault
from gate.evidence.muting import Muter
from gate.evidence.redacting import Redactor, Written, starred

FORMAT = "voxgate-wire/1"
WIRE = "wire.jsonl"
FRAMES = "frames.bin"
WHAT_TO_DO = "make room on this disk, or choose another --out"


class Writer:
    """The sink of one attempt. `header` says who recorded what: case, attempt, dialect, trace id, versions."""

    def __init__(
        self, folder: Path, dialect: Dialect, vault: Vault, header: dict[str, Json], t_ns: int,
        redaction: Redaction = NOTHING, key: bytes = b"", make_room: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`make_room` is called once, when something could not be written."""
        self._make_room = make_room
        self._full = ""
        folder.mkdir(parents=True, exist_ok=False)
        self._redactor = Redactor(vault, dialect, redaction, key)
        self._muter = Muter(dialect) if redaction.audio else None
        self._wire = (folder / WIRE).open("xb", buffering=0)
        self._frames = (folder / FRAMES).open("x+b", buffering=0)
        self._index = 0
        told: dict[str, Json] = {"redacted": True} if redaction.active else {}
        self._line({"format": FORMAT, "t": t_ns, **header, **told})

    def frame(self, frame: Frame) -> Frame:
        if self._full:
            raise NotWritten(self._full)
        kept = self._muter.frame(frame) if self._muter else frame
        data, written, late = self._redactor.frame(kept)
        raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
        at = self._append(self._frames, raw)
        if written:
            written.place, written.size = at, len(raw)
        for earlier in late:
            self._write_over(earlier)
        due = "" if frame.due_ns is None else f',"due":{frame.due_ns}'
        index = self._numbered(
            f'"t":{frame.t_ns},"dir":"{frame.direction}","op":"{frame.opcode}","call":{frame.call},'
            f'"at":{at},"len":{len(raw)}{due}}}'
        )
        return Frame(frame.direction, frame.opcode, frame.data, frame.t_ns, frame.call, index, frame.due_ns)

    def _write_over(self, written: Written) -> None:
        """A frame that turned out to begin what is to be hidden: the same number of bytes, in the same place."""
        file, size = self._frames.fileno(), written.size
        data = self._redactor.again(written)
        os.pwrite(file, starred(os.pread(file, size, written.place), written) if data is None else data, written.place)

    def note(self, kind: str, t_ns: int, call: int, data: dict[str, Json]) -> int:
        return self._line({"t": t_ns, "note": kind, "call": call, "data": self._redactor.note(data)})

    def end(self, reason: str, complete: bool, t_ns: int, detail: str = "") -> None:
        self._line({"t": t_ns, "end": reason, "complete": complete, "detail": self._redactor.text(detail)})

    def _line(self, line: dict[str, Json]) -> int:
        return self._numbered(self._redactor.line(json.dumps(line, separators=(",", ":")))[1:])

    def _numbered(self, rest: str) -> int:
        """Writes a line: its number, then the rest of a JSON object. Those of frames, fifty a second in every call, are
        put together by hand, and hold nothing but numbers and words of ours: there is nothing to mask in them."""
        self._append(self._wire, f'{{"i":{self._index},{rest}\n'.encode())
        self._index += 1
        return self._index - 1

    def _append(self, file: FileIO, data: bytes) -> int:
        """Writes all of it, or raises (a full disk takes what fits, and says so only when asked for the rest); returns
        where it begins."""
        at = file.tell()
        try:
            while data:
                data = data[file.write(data) :]
        except OSError as error:
            with contextlib.suppress(OSError):
                file.truncate(at)
                file.seek(at)
            if not self._full:
                self._full = f"it could not be recorded further: {error.strerror}; {WHAT_TO_DO}"
                self._make_room()
            raise NotWritten(self._full) from error
        return at

    def close(self) -> None:
        self._wire.close()
        self._frames.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
