"""Whether the caller wanted something else between two writes of the same, so that the second is a new one. Pure."""

from gate.checks.view import View
from gate.core.jsons import Json, digest
from gate.core.matchers import as_text
from gate.measures.ledger import Entry


def changed_mind(view: View, writes: list[Entry], first: Entry, second: Entry) -> bool:
    """Whether the caller asked for another write behind the first, and for the first again behind that."""
    return any(
        _spoke(view, first, other) and _spoke(view, other, second) and _undoes(other, first, second) for other in writes
    )


def _spoke(view: View, earlier: Entry, later: Entry) -> bool:
    return any(earlier.asked_ns < turn.end_ns <= later.asked_ns for turn in view.turns)


def _undoes(other: Entry, first: Entry, second: Entry) -> bool:
    """Whether it is another write of the same thing: by the same tool, or by another (a cancellation) that is told a
    value which the first was told, or gave."""
    if other.name == first.name:
        return digest(other.arguments) not in (digest(first.arguments), digest(second.arguments))
    return not _values(other.arguments).isdisjoint(_values(first.arguments) | _values(first.result))


def _values(value: Json) -> set[str]:
    """Texts and numbers, without case."""
    if isinstance(value, dict | list):
        return set().union(*map(_values, value.values() if isinstance(value, dict) else value))
    return set() if value is None or isinstance(value, bool) else {as_text(value).casefold()}
