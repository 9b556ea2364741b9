"""Every tool call of one call of a recording, with what it got: what the wire says and what the sandbox saw, joined.

It reads events alone, and judges nothing. A call id that comes again on the wire is the same call, told again."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from gate.core.jsons import Json, digest
from gate.core.recording import Event
from gate.measures.entries import UNTOLD, Entry

__all__ = ["UNTOLD", "Entry", "Ledger", "ledger"]


@dataclass(frozen=True, slots=True)
class Ledger:
    """`echoes`: events, by index, in which the wire tells of calls that the sandbox saw by itself."""

    entries: tuple[Entry, ...] = ()
    echoes: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Row:
    entry: Entry
    events: list[int] = field(default_factory=list)


Key = tuple[bool, str]
"""Whether the sandbox saw it, and the call id: both sides give ids of their own."""


def ledger(events: Iterable[Event]) -> Ledger:
    """`events` are those of one call, in their order."""
    book = _Book()
    for event in events:
        match event.name:
            case "tool.call":
                book.called(event)
            case "tool" if event.payload.get("reply") != "again":
                book.decided(event)
            case "tool.result":
                book.answered(event)
            case "real.result":
                book.really(event)
            case "tool.cancelled" | "sandbox.gone":
                book.dropped(event)
            case _:
                pass
    return book.closed()


class _Book:
    """Open while the events are read. Calls without an id are decided and answered in the order in which they came."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._last: dict[Key, _Row] = {}
        self._undecided: defaultdict[Key, deque[_Row]] = defaultdict(deque)
        self._unanswered: defaultdict[Key, deque[_Row]] = defaultdict(deque)
        self._unasked: defaultdict[str, deque[int]] = defaultdict(deque)

    def called(self, event: Event) -> None:
        key, payload = _key(event), event.payload
        if key[1] and key in self._last:
            self._last[key].events.append(event.index)
            return
        entry = Entry(
            key[1], str(payload.get("name")), payload.get("arguments"),
            str(payload.get("via")) if key[0] else "socket", event.t_ns, event.at,
            idempotency_key=_text(payload.get("idempotency_key")), trace_id=_text(payload.get("trace_id")),
        )  # fmt: skip
        row = self._last[key] = _Row(entry, [event.index])
        self._rows.append(row)
        self._undecided[key].append(row)
        self._unanswered[key].append(row)

    def decided(self, event: Event) -> None:
        payload, waiting = event.payload, self._undecided[_key(event)]
        if waiting:
            row = waiting.popleft()
            row.entry = replace(
                row.entry, reply=str(payload.get("reply")), how=_text(payload.get("how")),
                mock=_text(payload.get("mock")), step=_count(payload.get("step")), steps=_count(payload.get("steps")),
            )  # fmt: skip

    def answered(self, event: Event) -> None:
        key = _key(event)
        if key not in self._last:
            self._unasked[str(event.payload.get("name"))].append(event.index)
            return
        waiting = self._unanswered[key]
        row = waiting.popleft() if waiting else self._last[key]
        row.events.append(event.index)
        if row.entry.answered_ns is None:
            result, error = event.payload.get("result"), _text(event.payload.get("error"))
            how = row.entry.how or ("value" if error is None else "error")
            row.entry = replace(
                row.entry, result=result, error=error, how=how, answered_ns=event.t_ns, answered_at=event.at
            )

    def really(self, event: Event) -> None:
        """What a real tool answered: it is passed on a moment later, in an event of its own."""
        if row := self._last.get(_key(event)):
            row.entry = replace(row.entry, how="value" if event.payload.get("error") is None else "error")

    def dropped(self, event: Event) -> None:
        row = self._last.get(_key(event))
        if row and row.entry.answered_ns is None:
            row.entry = replace(row.entry, dropped_ns=event.t_ns)

    def closed(self) -> Ledger:
        """Each call that the sandbox saw takes the first that the wire tells of in the same words, and its answer."""
        told: defaultdict[tuple[str, str | None], deque[_Row]] = defaultdict(deque)
        for row in self._rows:
            if row.entry.told:
                told[row.entry.name, _words(row.entry)].append(row)
        taken: set[int] = set()
        echoes: set[int] = set()
        for seen in (row.entry for row in self._rows if row.entry.via != "socket"):
            if echoing := told[seen.name, _words(seen)] or told[seen.name, None]:
                echo = echoing.popleft()
                taken.add(id(echo))
                echoes |= set(echo.events)
            elif self._unasked[seen.name]:
                echoes.add(self._unasked[seen.name].popleft())
        return Ledger(tuple(row.entry for row in self._rows if id(row) not in taken), frozenset(echoes))


def _key(event: Event) -> Key:
    seen = event.direction == "probe" or event.name == "sandbox.gone" or event.payload.get("via") in ("http", "mcp")
    return seen, str(event.payload.get("call_id") or "")


def _words(entry: Entry) -> str | None:
    return None if entry.via == "socket" and entry.arguments in UNTOLD else digest(entry.arguments)


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def _count(value: Json) -> int:
    return value if isinstance(value, int) else 0
