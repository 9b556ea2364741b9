"""Takes out of frames and notes what must not be written down: secrets by value, fields by path, words by pattern.

A frame keeps its dialect's shape wherever that can be. Nothing here waits, and nothing looks further back than a
thousand characters: calls are going on meanwhile."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from gate.core.frames import MESSAGES, Frame
from gate.core.jsons import Json, canonical, parse
from gate.core.ports import Dialect
from gate.core.redaction import Cut, Redaction, applied, hidden, keyed
from gate.core.vault import Vault
from gate.evidence.streams import Piece, Streams

WORDS_OF_NOTES: Final = ("arguments", "result", "error", "answer", "body", "detail", "why", "text", "value")
WORDS_AROUND: Final = ("body", "reason")
LONGEST_PIECE: Final = 1_024
_KIND: Final = re.compile(r'"(?:type|event|kind|role|speaker|label|source)"\s*:\s*"([^"]{1,60})"')
_SOUND: Final = re.compile(r"[A-Za-z0-9+/]{160}")


@dataclass(eq=False)
class Written:
    """A frame that may have to be written over: as it was before anything was hidden, and where it went. `place` and
    `size` are those of its bytes."""

    frame: Frame
    pieces: dict[str, Piece] = field(default_factory=dict)
    place: int = 0
    size: int = 0


class Redactor:
    """`key` is that of the run, and is kept nowhere."""

    def __init__(self, vault: Vault, dialect: Dialect, redaction: Redaction, key: bytes = b"") -> None:
        self._vault = vault
        self._dialect = dialect
        self.redaction = redaction
        self._key = key
        self._streams = Streams(self._cuts, fields=bool(redaction.fields))

    def frame(self, frame: Frame) -> tuple[str | bytes, Written | None, list[Written]]:
        """What is to be written; a record of the frame, if it may have to be written over; and which earlier ones now
        have to be."""
        if frame.opcode not in MESSAGES:
            return self._around(str(frame.data)), None, []
        may_go_on = not frame.sent and self._may_be_a_piece(frame.data)
        if not (may_go_on or self.redaction.active or self._vault.holds(frame.data)):
            return frame.data, None, []
        leaves = _Leaves(self, Written(frame) if may_go_on else None, frame)
        data = self._dialect.rewrite(frame.data, leaves)
        if not leaves.changed:
            data = frame.data
        written = leaves.written if leaves.written and leaves.written.pieces else None
        return self._masked(data), written, leaves.late

    def again(self, written: Written) -> bytes | None:
        """The bytes of an earlier frame as they are now to be, of the size that they had; None where that cannot be."""
        data = self._masked(self._dialect.rewrite(written.frame.data, _Again(self, written)))
        raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
        return raw.ljust(written.size) if len(raw) <= written.size else None

    def note(self, data: dict[str, Json]) -> dict[str, Json]:
        if not self.redaction.active:
            return data
        plain: dict[str, Json] = {name: hidden(item, name, self.redaction, self._key) for name, item in data.items()}
        return plain | {name: self._words(plain[name], name) for name in WORDS_OF_NOTES if name in plain}

    def text(self, text: str) -> str:
        """A text of ours that may quote the agent."""
        return self._vault.mask(self.redaction.masked(text))

    def line(self, line: str) -> str:
        """A line of JSON: only secrets are looked for in it."""
        return self._vault.mask(line)

    def leaf(self, path: str, text: str) -> str:
        return keyed(self._key, text) if self.redaction.covers(path) else applied(text, self._cuts(text))

    def take(self, stream: object, piece: Piece) -> list[Written]:
        return [one.frame for one in self._streams.take(stream, piece) if isinstance(one.frame, Written)]

    def _cuts(self, text: str) -> list[Cut]:
        secrets, found = self._vault.spans(text), self.redaction.cuts(text)
        return sorted(secrets + [one for one in found if not any(one[0] < s[1] and s[0] < one[1] for s in secrets)])

    def _may_be_a_piece(self, data: str | bytes) -> bool:
        if len(data) > LONGEST_PIECE or (self._vault.empty and not self.redaction.active):
            return False
        return _SOUND.search(data if isinstance(data, str) else data.decode("latin-1")) is None

    def _around(self, data: str) -> str:
        """HTTP, upgrades and closes: JSON of ours with texts of the agent's in it."""
        if self.redaction.active:
            told = parse(data)
            assert isinstance(told, dict)
            data = canonical({name: self._words(item, name) if name in WORDS_AROUND else item
                              for name, item in told.items()})  # fmt: skip
        return self._vault.mask(data)

    def _words(self, value: Json, path: str) -> Json:
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            try:
                return canonical(self._words(parse(value), path))
            except ValueError:
                pass
        return hidden(value, path, self.redaction, self._key, self.redaction.masked)

    def _masked(self, data: str | bytes) -> str | bytes:
        """Whatever the dialect did not take for words."""
        if not self._vault.holds(data):
            return data
        return self._vault.mask(data) if isinstance(data, str) else self._vault.mask_bytes(data)


class _Leaves:
    """The change of one frame. `late`: earlier frames that are to be written over for it."""

    def __init__(self, redactor: Redactor, written: Written | None, frame: Frame) -> None:
        self._redactor = redactor
        self.written = written
        text = frame.data if isinstance(frame.data, str) else frame.data.decode("latin-1")
        self._stream = (frame.call, tuple(_KIND.findall(text, 0, LONGEST_PIECE))) if written else None
        self.changed = False
        self.late: list[Written] = []

    def hides(self, path: str) -> bool:
        return self._redactor.redaction.covers(path)

    def __call__(self, path: str, text: str) -> str:
        if self.written is None or self.hides(path):
            shown = self._redactor.leaf(path, text)
        else:
            piece = Piece(self.written, path, text)
            self.late += self._redactor.take((self._stream, path), piece)
            self.written.pieces[path] = piece
            shown = piece.shown
        self.changed = self.changed or shown != text
        return shown


class _Again:
    """The same change once more, with what has been learnt since."""

    def __init__(self, redactor: Redactor, written: Written) -> None:
        self._redactor = redactor
        self._pieces = written.pieces

    def hides(self, path: str) -> bool:
        return self._redactor.redaction.covers(path)

    def __call__(self, path: str, text: str) -> str:
        piece = self._pieces.get(path)
        return piece.shown if piece and piece.text == text else self._redactor.leaf(path, text)


def starred(data: bytes, written: Written) -> bytes:
    """The last resort, where a frame cannot be written anew in its place: its pieces as stars, wherever they stand."""
    for piece in written.pieces.values():
        for hidden_text in _hidden_in(piece):
            data = data.replace(hidden_text, b"*" * len(hidden_text))
    return data


def _hidden_in(piece: Piece) -> Iterator[bytes]:
    return (piece.text[start:end].encode("utf-8", "surrogatepass") for start, end, _ in piece.cuts if end > start)
