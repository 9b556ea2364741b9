"""Words that come in pieces: what is to be hidden may begin in one frame and end in a later one.

Theory of operation. Each piece is looked at together with those before it. What ends in this piece is cut out of it
before it is written; the pieces before it, which showed nothing yet, are on disk by then, and are to be written over
with as many stars. So no frame ever waits for another, and what is left after a kill at the worst moment is the
beginning of something that never was whole."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from gate.core.jsons import parse
from gate.core.redaction import STAR, Cut, applied

KEPT: Final = 1_024
"""Characters of a stream that are remembered: nothing that is looked for is longer."""

BROKEN_JSON: Final = "[redacted:json]"


@dataclass(eq=False)
class Piece:
    """A text of a frame, `at` its dotted path. `frame` is whatever the writer knows the frame by."""

    frame: object
    at: str
    text: str
    cuts: list[Cut] = field(default_factory=list)

    @property
    def shown(self) -> str:
        return applied(self.text, self.cuts)

    def star(self, start: int, end: int) -> bool:
        """Hides these characters, as far as they are to be seen; whether any were."""
        before = len(self.cuts)
        for first, last in list(_uncovered(start, end, self.cuts)):
            self.cuts.append((first, last, STAR * (last - first)))
        self.cuts.sort()
        return len(self.cuts) > before


def _uncovered(start: int, end: int, cuts: list[Cut]) -> Iterator[tuple[int, int]]:
    for first, last, _ in cuts:
        if start < min(first, end):
            yield start, min(first, end)
        start = max(start, last)
    if start < end:
        yield start, end


class Streams:
    """The streams of one recording. `find` gives what is to be cut out of a text; with `fields`, JSON that comes in
    pieces is hidden as a whole, for nobody can say which field a piece belongs to."""

    def __init__(self, find: Callable[[str], list[Cut]], *, fields: bool) -> None:
        self._find = find
        self._fields = fields
        self._tails: dict[object, deque[Piece]] = {}
        self._broken: dict[object, str] = {}

    def take(self, stream: object, piece: Piece) -> list[Piece]:
        """Adds a piece to its stream, with its cuts; returns the earlier ones that now have more to hide."""
        if self._fields and self._is_broken_json(stream, piece.text):
            piece.cuts = [(0, len(piece.text), BROKEN_JSON)]
            return []
        tail = self._tails.setdefault(stream, deque())
        before = sum(len(one.text) for one in tail)
        piece.cuts = self._find(piece.text)
        late: list[Piece] = []
        if tail and piece.text:
            for start, end, mark in self._find("".join(one.text for one in tail) + piece.text):
                if start < before < end:
                    late += _starred(tail, start)
                    _widen(piece, end - before, mark)
        tail.append(piece)
        while sum(len(one.text) for one in tail) - len(tail[0].text) > KEPT:
            tail.popleft()
        return late

    def _is_broken_json(self, stream: object, text: str) -> bool:
        begun = self._broken.get(stream, "")
        if not begun and text.lstrip()[:1] not in ("{", "["):
            return False
        self._broken[stream] = begun + text
        try:
            parse(self._broken[stream])
        except ValueError:
            return True
        del self._broken[stream]
        return True


def _starred(tail: deque[Piece], start: int) -> list[Piece]:
    late, at = [], 0
    for one in tail:
        if start < at + len(one.text) and one.star(max(0, start - at), len(one.text)):
            late.append(one)
        at += len(one.text)
    return late


def _widen(piece: Piece, end: int, mark: str) -> None:
    """Cuts the piece off from its beginning to `end`."""
    behind = [cut for cut in piece.cuts if cut[0] >= end]
    reach = max([end, *(cut[1] for cut in piece.cuts if cut[0] < end)])
    piece.cuts = [(0, reach, mark), *behind]
