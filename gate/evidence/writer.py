"""Writes one attempt's `wire.jsonl` and `frames.bin` while it happens. Judges nothing, derives nothing.

The bytes of a frame go to disk before the line that points at them, and both files are unbuffered: after a kill the
lines that are there are true, and at most the last of them is torn."""

import json
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from gate.core.frames import Frame, Opcode
from gate.core.jsons import Json
from gate.core.ports import Dialect
from gate.core.vault import Vault

FORMAT = "voxgate-wire/1"
WIRE = "wire.jsonl"
FRAMES = "frames.bin"


class Writer:
    """The sink of one attempt. `header` says who recorded what: case, attempt, dialect, trace id, versions."""

    def __init__(self, folder: Path, dialect: Dialect, vault: Vault, header: dict[str, Json], t_ns: int) -> None:
        folder.mkdir(parents=True, exist_ok=False)
        self._dialect = dialect
        self._vault = vault
        self._wire = (folder / WIRE).open("xb", buffering=0)
        self._frames = (folder / FRAMES).open("xb", buffering=0)
        self._index = 0
        self._line({"format": FORMAT, "t": t_ns, **header})

    def frame(self, frame: Frame) -> Frame:
        data = self._redacted(frame)
        raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
        at = self._append(self._frames, raw)
        due = "" if frame.due_ns is None else f',"due":{frame.due_ns}'
        index = self._numbered(
            f'"t":{frame.t_ns},"dir":"{frame.direction}","op":"{frame.opcode}","call":{frame.call},'
            f'"at":{at},"len":{len(raw)}{due}}}'
        )
        return Frame(frame.direction, frame.opcode, frame.data, frame.t_ns, frame.call, index, frame.due_ns)

    def note(self, kind: str, t_ns: int, call: int, data: dict[str, Json]) -> int:
        return self._line({"t": t_ns, "note": kind, "call": call, "data": data})

    def end(self, reason: str, complete: bool, t_ns: int, detail: str = "") -> None:
        self._line({"t": t_ns, "end": reason, "complete": complete, "detail": detail})

    def _line(self, line: dict[str, Json]) -> int:
        return self._numbered(self._vault.mask(json.dumps(line, separators=(",", ":")))[1:])

    def _numbered(self, rest: str) -> int:
        """Writes a line: its number, then the rest of a JSON object. Those of frames, fifty a second in every call, are
        put together by hand, and hold nothing but numbers and words of ours: there is nothing to mask in them."""
        index, self._index = self._index, self._index + 1
        self._append(self._wire, f'{{"i":{index},{rest}\n'.encode())
        return index

    @staticmethod
    def _append(file: FileIO, data: bytes) -> int:
        """Writes all of it, or raises (a full disk takes what fits, and says so only when asked for the rest); returns
        where it begins."""
        at = file.tell()
        while data:
            data = data[file.write(data) :]
        return at

    def _redacted(self, frame: Frame) -> str | bytes:
        """The frame without secrets, still of its dialect's shape wherever that can be."""
        if not self._vault.holds(frame.data):
            return frame.data
        data = frame.data
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            data = self._dialect.rewrite(data, lambda _path, text: self._vault.mask(text))
        return self._vault.mask(data) if isinstance(data, str) else self._vault.mask_bytes(data)

    def close(self) -> None:
        self._wire.close()
        self._frames.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
