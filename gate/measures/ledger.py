"""Every tool call of one call of a recording, with what it got: what the wire says and what the sandbox saw, joined.

It reads events alone, and judges nothing. A call id that comes again on the wire is the same call, told again; with
another name or other arguments it is another call, whatever its id."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gate.core.jsons import Json, parse
from gate.core.recording import Event
from gate.measures.entries import UNTOLD, Entry
from gate.measures.rows import Row, joined

__all__ = ["UNTOLD", "Entry", "Ledger", "ledger"]


@dataclass(frozen=True, slots=True)
class Ledger:
    """`echoes`: events, by index, in which the wire tells of calls that the sandbox saw by itself."""

    entries: tuple[Entry, ...] = ()
    echoes: frozenset[int] = frozenset()


Key = tuple[bool, str]
"""Whether the sandbox saw it, and the call id: both sides give ids of their own."""


def ledger(events: Iterable[Event]) -> Ledger:
    """`events` are those of one call, in their order."""
    book = _Book()
    for event in events:
        match event.name:
            case "tool.call":
                book.called(event)
            case "tool":
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
        self._rows: list[Row] = []
        self._last: dict[Key, Row] = {}
        self._undecided: defaultdict[Key, deque[Row]] = defaultdict(deque)
        self._unanswered: defaultdict[Key, deque[Row]] = defaultdict(deque)
        self._unasked: defaultdict[str, deque[int]] = defaultdict(deque)

    def called(self, event: Event) -> None:
        key, payload = _key(event), event.payload
        if key[1] and key in self._last and self._last[key].is_told_again(event):
            return
        entry = Entry(
            key[1], str(payload.get("name")), payload.get("arguments"),
            str(payload.get("via")) if key[0] else "socket", event.t_ns, event.at,
            idempotency_key=_text(payload.get("idempotency_key")), trace_id=_text(payload.get("trace_id")),
        )  # fmt: skip
        row = self._last[key] = Row(entry, [event.index])
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
            error = _text(event.payload.get("error"))
            how = row.entry.how or ("value" if error is None else "error")
            result = event.payload.get("result") if how == "malformed" else _held(event.payload.get("result"))
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
        rows, echoes = joined(self._rows, self._unasked)
        return Ledger(tuple(row.entry for row in rows), echoes)


def _key(event: Event) -> Key:
    seen = event.direction == "probe" or event.name == "sandbox.gone" or event.payload.get("via") in ("http", "mcp")
    return seen, str(event.payload.get("call_id") or "")


def _held(result: Json) -> Json:
    """What a result holds that is an object in a text, as many backends pass it on."""
    if not isinstance(result, str) or not result.lstrip().startswith("{"):
        return result
    try:
        return parse(result)
    except ValueError:
        return result


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def _count(value: Json) -> int:
    return value if isinstance(value, int) else 0
