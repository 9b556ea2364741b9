"""Whether a write of a call that was cut comes again in the next one. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unproven_here
from gate.checks.tools.minds import meant, without_key
from gate.checks.tools.seen import named, unseen
from gate.checks.tools.writes import key_of
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.jsons import digest
from gate.core.tooling import Idempotency
from gate.measures.ledger import Entry


@dataclass(frozen=True, slots=True)
class WritesKept:
    """A write (`tools.writes`) of the call before, number `before`, does not come again in this one, in which nobody
    asked for it: but as the same call, under the same call id, where it got no answer, or under the same idempotency
    key."""

    CHECK: ClassVar[str] = "writes-kept"
    before: int


def kept(view: View, params: WritesKept) -> Answer:
    writes = view.case.tools.writes
    expected = f"no write of the call before by {', '.join(writes)} comes again"
    if nothing := unseen(view, expected):
        return nothing
    first = [entry for entry in replace(view, call=params.before).ledger if entry.name in writes]
    if not first:
        actual = "nothing was written before the line was cut"
        return unproven_here(Layer.TOOLS, expected, actual, "let the caller say what makes the agent write")
    for one, again in _repeated(first, view, view.case.tools.idempotency):
        answered = "after it had succeeded" if one.succeeded else "though nobody knows what became of it"
        actual = (
            f"{named(again)} came again {view.since_start_ms(again.asked_ns):.0f} ms into the next call, {answered}"
        )
        todo = "give the write an idempotency key, and make it once for all attempts"
        return replace(failed(Layer.TOOLS, expected, actual, todo, at=(again.at,)), symptom="tool-twice")
    return passed(Layer.TOOLS, expected, view.watch) if view.whole else view.unproven(Layer.TOOLS, expected)


def _repeated(before: list[Entry], view: View, key: Idempotency | None) -> Iterator[tuple[Entry, Entry]]:
    changes = {_change(entry, key): entry for entry in before}
    for entry in view.ledger:
        one = changes.get(_change(entry, key))
        if one is not None and not _is_the_same(one, entry, key):
            yield one, entry


def _is_the_same(one: Entry, again: Entry, key: Idempotency | None) -> bool:
    told_again = one.answered_ns is None and bool(one.call_id) and one.call_id == again.call_id
    kept_key = key_of(one, key)
    return told_again or (kept_key is not None and kept_key == key_of(again, key))


def _change(entry: Entry, key: Idempotency | None) -> tuple[str, str]:
    return entry.name, digest(meant(without_key(entry.arguments, key)))
