"""Whether two writes are the same, and whether the caller wanted something else between them, so that the second is
a new one. Pure."""

from gate.checks.view import View
from gate.core.jsons import Json, digest
from gate.core.matchers import as_text
from gate.core.paths import parts
from gate.core.tooling import Idempotency
from gate.measures.ledger import Entry


def meant(arguments: Json) -> Json:
    """The arguments in one form for all that say the same: 3 and "3", Friday and friday, null and nothing."""
    match arguments:
        case dict():
            return {key: meant(item) for key, item in arguments.items() if item is not None}
        case list():
            return [meant(item) for item in arguments]
        case float() if arguments.is_integer():
            return str(int(arguments))
        case _:
            return as_text(arguments).casefold()


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
        return digest(meant(other.arguments)) not in (digest(meant(first.arguments)), digest(meant(second.arguments)))
    return not _values(other.arguments).isdisjoint(_values(first.arguments) | _values(first.result))


def _values(value: Json) -> set[str]:
    """Texts and numbers, without case."""
    if isinstance(value, dict | list):
        return set().union(*map(_values, value.values() if isinstance(value, dict) else value))
    return set() if value is None or isinstance(value, bool) else {as_text(value).casefold()}


def without_key(arguments: Json, where: Idempotency | None) -> Json:
    """The arguments, but for the one that is new with every change."""
    if where is None or where.kind == "header":
        return arguments
    return _without(arguments, parts(where.name))


def _without(value: Json, path: tuple[str, ...]) -> Json:
    if not isinstance(value, dict) or not path or path[0] not in value:
        return value
    rest = {key: item for key, item in value.items() if key != path[0]}
    return rest if len(path) == 1 else {**rest, path[0]: _without(value[path[0]], path[1:])}
