"""Tool calls as they are written into a ledger, and which of those that the wire tells of the sandbox saw. Pure."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gate.core.jsons import digest
from gate.core.matchers import as_text
from gate.core.recording import Event
from gate.measures.entries import UNTOLD, Entry

LOOKED_AT: Final = 100
"""So many calls of one tool may be on their way at a time: what comes together stands together."""


@dataclass(slots=True, eq=False)
class Row:
    """A call and the events that tell of it, by index."""

    entry: Entry
    events: list[int] = field(default_factory=list)

    def is_told_again(self, event: Event) -> bool:
        """Whether the event, of the same id, tells of this call once more: in the same words, or with less or more of
        them."""
        arguments, known = event.payload.get("arguments"), self.entry.arguments
        if event.payload.get("name") != self.entry.name or not (
            not arguments or not known or digest(arguments) == digest(known)
        ):
            return False
        self.events.append(event.index)
        self.entry = replace(self.entry, arguments=known or arguments)
        return True


def joined(rows: Sequence[Row], unasked: Mapping[str, deque[int]]) -> tuple[list[Row], frozenset[int]]:
    """The rows without those that only echo another one, and the events of these. `unasked`: results of no call on the
    wire, by the tool's name.

    Each call that the sandbox saw takes the first that the wire tells of in the same words; what is left over, one of
    the first in words that are no others."""
    told: defaultdict[tuple[str, str | None], deque[Row]] = defaultdict(deque)
    for row in rows:
        if row.entry.told:
            told[row.entry.name, _words(row.entry)].append(row)
    echoes: list[Row] = []
    results: set[int] = set()
    alone: list[Entry] = []
    for seen in (row.entry for row in rows if row.entry.via != "socket"):
        if echoing := told[seen.name, _words(seen)] or told[seen.name, None]:
            echoes.append(echoing.popleft())
        else:
            alone.append(seen)
    left: defaultdict[str, list[Row]] = defaultdict(list)
    for row in sorted((row for waiting in told.values() for row in waiting), key=lambda row: row.entry.at):
        left[row.entry.name].append(row)
    for seen in alone:
        if alike := next((row for row in left[seen.name][:LOOKED_AT] if _is_alike(row.entry, seen)), None):
            left[seen.name].remove(alike)
            echoes.append(alike)
        elif unasked.get(seen.name):
            results.add(unasked[seen.name].popleft())
    taken = set(map(id, echoes))
    return [row for row in rows if id(row) not in taken], frozenset(results.union(*(row.events for row in echoes)))


def _words(entry: Entry) -> str | None:
    return None if entry.via == "socket" and entry.arguments in UNTOLD else digest(entry.arguments)


def _is_alike(told: Entry, seen: Entry) -> bool:
    """Whether a backend may have made one call of the other: it adds arguments of its own, leaves some out, and a query
    makes a text of each."""
    here, there = told.arguments, seen.arguments
    if told.name != seen.name or not isinstance(here, dict) or not isinstance(there, dict):
        return False
    both = here.keys() & there.keys()
    agree = all(as_text(here[key]).casefold() == as_text(there[key]).casefold() for key in both)
    return agree and len(both) == min(len(here), len(there))
