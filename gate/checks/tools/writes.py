"""Whether what changes something is done once, and tried again under the same key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from gate.checks.answer import Answer, failed, passed, unknown, unproven_here
from gate.checks.tools.minds import changed_mind, meant, without_key
from gate.checks.tools.seen import at_ms, lines, named, unseen
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.jsons import digest
from gate.core.paths import Missing, get
from gate.core.tooling import Idempotency
from gate.measures.ledger import Entry

SOONEST_RETRY_NS: Final = 500_000_000
"""Nobody who waits for an answer gives up sooner: what comes again before that was not waited for."""


@dataclass(frozen=True, slots=True)
class WritesOnce:
    """A write (`tools.writes`) does not come again with the same arguments once it succeeded, nor while nobody knows
    yet how it went. Under the same idempotency key it may.

    A decent agent tries again after an error, after a timeout, and when it stopped waiting; and it does so when the
    caller changed their mind and back again, with another write of the same thing in between."""

    CHECK: ClassVar[str] = "writes-once"


@dataclass(frozen=True, slots=True)
class RetryKey:
    """Every write carries a key (`tools.idempotency`), one that is repeated after an error or a timeout the same, and
    one of something else not that of a write that succeeded.

    A decent backend makes the key once for each change, and sends it with each attempt. New arguments are another
    change."""

    CHECK: ClassVar[str] = "retry-key"


def once(view: View, params: WritesOnce) -> Answer:
    tools = view.case.tools
    expected = f"no second write of the same by {', '.join(tools.writes)}"
    if nothing := unseen(view, expected):
        return nothing
    doubtful: tuple[Entry, Entry] | None = None
    for first, second in _repeated(view, tools.idempotency):
        key = key_of(first, tools.idempotency)
        if key is not None and key == key_of(second, tools.idempotency):
            continue
        why = _too_much(view, first, second)
        if why and view.watched:
            actual = f"{named(second)} came again at {at_ms(view, second.asked_ns)}, {why}"
            next_action = "check retries and duplicate events; give the write an idempotency key"
            return failed(Layer.TOOLS, expected, actual, next_action, at=(*lines(first), second.at))
        doubtful = doubtful or ((first, second) if _is_dark(view, first) else None)
    if doubtful:
        actual = f"{named(doubtful[1])} came again, and nothing shows how the first of them went"
        return unknown(Layer.TOOLS, expected, actual, "let a sandbox answer that tool", at=lines(*doubtful))
    at = tuple(entry.at for entry in view.ledger if entry.name in tools.writes)
    return passed(Layer.TOOLS, expected, view.watch, at=at) if view.whole else view.unproven(Layer.TOOLS, expected)


def _repeated(view: View, key: Idempotency | None) -> Iterator[tuple[Entry, Entry]]:
    """Writes of the same, each with every one before it, unless the caller wanted something else in between."""
    writes = [entry for entry in view.ledger if entry.name in view.case.tools.writes]
    seen: dict[tuple[str, str], list[Entry]] = {}
    for entry in writes:
        before = seen.setdefault(_change(entry, key), [])
        for first in before:
            if not changed_mind(view, writes, first, entry):
                yield first, entry
        before.append(entry)


def _too_much(view: View, first: Entry, second: Entry) -> str:
    if first.answered_ns is not None and first.answered_ns <= second.asked_ns:
        return f"after it had succeeded at {at_ms(view, first.answered_ns)}" if first.succeeded else ""
    given_up = first.dropped_ns is not None and first.dropped_ns <= second.asked_ns
    waited = first.how == "timeout" and second.asked_ns - first.asked_ns >= SOONEST_RETRY_NS
    if waited or given_up or _is_dark(view, first):
        return ""
    return f"while the first, of {at_ms(view, first.asked_ns)}, was not answered yet"


def _is_dark(view: View, entry: Entry) -> bool:
    """Whether its answer is one that the gate could not see."""
    return entry.told and entry.answered_ns is None


def keys_kept(view: View, params: RetryKey) -> Answer:
    tools = view.case.tools
    assert tools.idempotency is not None
    place = f"the {tools.idempotency.kind} {tools.idempotency.name}"
    expected = f"every write carries {place}, and each attempt at one the same"
    if nothing := unseen(view, expected):
        return nothing
    writes = [entry for entry in view.ledger if entry.name in tools.writes]
    able = [entry for entry in writes if tools.idempotency.kind == "argument" or entry.via != "socket"]
    if writes and not able:
        actual = f"whether a write carries {place} cannot be seen over the socket"
        return unproven_here(Layer.TOOLS, expected, actual, "write idempotency: {argument: …}, or use tools.sandbox")
    last_of: dict[tuple[str, str], Entry] = {}
    used: dict[tuple[str, str | None], Entry] = {}
    for entry in able:
        if key_of(entry, tools.idempotency) is None:
            actual = f"{named(entry)} at {at_ms(view, entry.asked_ns)} has none"
            return failed(Layer.TOOLS, expected, actual, f"send {place} with every write", at=lines(entry))
        change = _change(entry, tools.idempotency)
        first, last_of[change] = last_of.get(change, entry), entry
        again = first is not entry and _is_retry(first, entry) and not changed_mind(view, writes, first, entry)
        if again and _other_key(first, entry, tools.idempotency):
            actual = f"{named(entry)} came again under another key after {_failure(first)}"
            next_action = "make the key once for each change, and send it with each attempt"
            return failed(Layer.TOOLS, expected, actual, next_action, at=lines(first, entry))
        key = entry.name, key_of(entry, tools.idempotency)
        done = used.get(key, entry)
        used[key] = done if done.succeeded else entry
        if _change(done, tools.idempotency) != change and _had_succeeded(done, entry):
            actual = (
                f"{named(entry)} came under the key of {named(done)}, which had succeeded: it is lost as a repetition"
            )
            return failed(Layer.TOOLS, expected, actual, "make a key for each change", at=lines(done, entry))
    at = tuple(entry.at for entry in able)
    return passed(Layer.TOOLS, expected, at=at) if view.whole else view.unproven(Layer.TOOLS, expected)


def _change(entry: Entry, where: Idempotency | None) -> tuple[str, str]:
    """What is written: one for all attempts at it."""
    return entry.name, digest(meant(without_key(entry.arguments, where)))


def _had_succeeded(first: Entry, second: Entry) -> bool:
    return first.succeeded and first.answered_ns is not None and first.answered_ns <= second.asked_ns


def _is_retry(first: Entry, second: Entry) -> bool:
    if first.dropped_ns is not None and first.dropped_ns <= second.asked_ns:
        return True
    answered = first.answered_ns is not None and first.answered_ns <= second.asked_ns
    return first.how == "timeout" or (answered and (first.error is not None or first.how == "malformed"))


def _failure(first: Entry) -> str:
    return "a timeout" if first.answered_ns is None else "an answer that was broken" if not first.error else "an error"


def _other_key(first: Entry, second: Entry, where: Idempotency) -> bool:
    return key_of(first, where) != key_of(second, where)


def key_of(entry: Entry, where: Idempotency | None) -> str | None:
    if where is None or where.kind == "header":
        return entry.idempotency_key or None
    found = get(entry.arguments, where.name)
    return None if isinstance(found, Missing) or found in (None, "") else str(found)
