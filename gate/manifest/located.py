"""From pydantic's errors to paths in the file. Pydantic mixes the names of union branches and discriminator tags into
a path, and reports every branch of a union; here each error gets the path that the user wrote, and of a union only the
branch that the user most likely meant."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from gate.core.jsons import Json
from gate.manifest import words
from gate.manifest.document import Loc, at

_WORDS = {"True": "true", "False": "false"}

Tags = tuple[tuple[int, str], ...]
"""Names that pydantic put into a path, each with the depth at which it stood."""


@dataclass(frozen=True, slots=True)
class Located:
    """One error. For a missing key, `path` ends with that key; `found` is what pydantic looked at. `also` are other
    types that would have done at the same place."""

    path: Loc
    tags: Tags
    type: str
    context: dict[str, Any]
    message: str
    found: Json
    is_key: bool = False
    also: tuple[str, ...] = ()

    @property
    def choices(self) -> list[str]:
        """The words that a choice allows, out of pydantic's text `'a', 'b' or 'c'`."""
        options = re.split(r", | or ", str(self.context.get("expected") or self.context.get("expected_tags") or ""))
        return [_WORDS.get(option, option.strip("'")) for option in options if option and option != "None"]

    @property
    def expected(self) -> str | None:
        """What was wanted here, where this error is about the value as a whole; None where it is not."""
        own = words.listed(self.choices) if self.type in ("literal_error", "enum") else words.expected(self.type)
        return own and " or ".join(dict.fromkeys((own, *self.also)))


def locate(errors: Iterable[Any], data: Json) -> list[Located]:
    """Pydantic's `errors()` about `data`, in the order of pydantic."""
    return _settle([_located(error, data) for error in errors], 0)


def _located(error: Any, data: Json) -> Located:
    parts, last = tuple(error["loc"]), ()
    is_key = parts[-1:] == ("[key]",)
    if error["type"] == "missing":
        parts, last = parts[:-1], parts[-1:]
    elif is_key:
        parts = parts[:-1]
    path, tags = _fit(parts, data, error["input"], (), (), set()) or _walk(parts, data)
    return Located((*path, *last), tags, error["type"], error.get("ctx") or {}, error["msg"], error["input"], is_key)


def _fit(parts: Loc, data: Json, wanted: Json, path: Loc, tags: Tags, dead: set[Any]) -> tuple[Loc, Tags] | None:
    """The parts as keys of the data, with as few of them as possible taken for tags, so that the value at the end is
    the one that pydantic looked at. `dead` are the ends that were tried already."""
    if not parts:
        return (path, tags) if type(data) is type(wanted) and data == wanted else None
    if (len(parts), path) in dead:
        return None
    head, rest = parts[0], parts[1:]
    if _has(data, head) and (fitting := _fit(rest, at(data, (head,)), wanted, (*path, head), tags, dead)):
        return fitting
    if isinstance(head, str) and (fitting := _fit(rest, data, wanted, path, (*tags, (len(path), head)), dead)):
        return fitting
    dead.add((len(parts), path))
    return None


def _walk(parts: Loc, data: Json) -> tuple[Loc, Tags]:
    """As far as the parts lead; for values that a validator changed before pydantic looked at them."""
    path: Loc = ()
    tags: Tags = ()
    for part in parts:
        if _has(data, part):
            path, data = (*path, part), at(data, (part,))
        else:
            tags = (*tags, (len(path), str(part)))
    return path, tags


def _has(data: Json, part: str | int) -> bool:
    match data:
        case dict():
            return part in data
        case list():
            return isinstance(part, int) and 0 <= part < len(data)
        case _:
            return False


def _settle(errors: Sequence[Located], level: int) -> list[Located]:
    plain = [error for error in errors if len(error.tags) <= level]
    tagged = [error for error in errors if len(error.tags) > level]

    def union(error: Located) -> str:
        return repr(error.path[: error.tags[level][0]]) + repr(error.tags[:level])

    for _, group in groupby(sorted(tagged, key=union), key=union):
        plain.extend(_likeliest(list(group), level))
    return plain


def _likeliest(errors: list[Located], level: int) -> list[Located]:
    """Of the branches of one union: the one that took the value for its own and complains least; if none did, one
    error that names what each of them wants."""
    branches: dict[str, list[Located]] = {}
    for error in errors:
        branches.setdefault(error.tags[level][1], []).append(error)
    settled = [_settle(branch, level + 1) for branch in branches.values()]
    settled = [branch for branch in settled if branch[0].type != "none_required"] or settled
    entered = [branch for branch in settled if not all(_shallow(error, level) for error in branch)]
    if entered or len(settled) == 1:
        return min(entered or settled, key=lambda branch: _strangeness(branch, level))
    first, *others = (branch[0] for branch in settled)
    return [replace(first, also=tuple(error.expected for error in others if error.expected))]


def _strangeness(branch: list[Located], level: int) -> tuple[bool, int, int]:
    """How little a branch looks like what was meant: complaints about the whole, then about a `kind: x` of the one
    word that a branch goes by, then how many there are."""
    is_outside = all(len(error.path) == error.tags[level][0] for error in branch)
    return is_outside, sum(len(error.choices) == 1 for error in branch), len(branch)


def _shallow(error: Located, level: int) -> bool:
    return len(error.path) == error.tags[level][0] and error.expected is not None
