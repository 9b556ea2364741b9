"""A pydantic model over a part of the file: mistakes in the house's words, each at its place. Pydantic's own texts
never reach the user."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from gate.core.jsons import Json, canonical
from gate.core.mistakes import Mistake
from gate.core.places import Place
from gate.core.suggest import did_you_mean
from gate.core.wrong import Wrong
from gate.manifest import words
from gate.manifest.document import Document, Loc, dotted
from gate.manifest.located import Located, locate
from gate.manifest.prune import Pruned, pruned
from gate.manifest.shape import Shape

M = TypeVar("M", bound=BaseModel)
_MOST_ROUNDS = 40


@dataclass(frozen=True)
class Checked(Generic[M]):
    """`value` stands for the part without what is mistaken in it, and is None where nothing useful is left. It may be
    used only if there are no mistakes; until then it serves to find more of them. `original` takes a path in `value`
    to the path in the file."""

    value: M | None
    mistakes: tuple[Mistake, ...]
    original: Callable[[Loc], Loc]
    tainted: frozenset[Place]


def check(model: type[M], data: Json, document: Document, base: Loc = ()) -> Checked[M]:
    """`base` is the path of `data` in the document."""
    value, errors = _attempt(model, data)
    shape = Shape(model)
    mistakes = tuple(_mistake(error, shape, document, base) for error in _without_slips(errors, shape))
    dropped: set[Loc] = set()
    left = Pruned(data)
    for _ in range(_MOST_ROUNDS):
        if not errors or () in dropped:
            break
        dropped |= {left.original(_culprit(error)) for error in errors}
        left = pruned(data, frozenset(dropped))
        value, errors = _attempt(model, left.data)
    above = {loc[:length] for loc in dropped for length in range(len(loc) + 1)}
    tainted = frozenset(document.place((*base, *loc)) for loc in above)
    return Checked(value if () not in dropped else None, mistakes, left.original, tainted)


def _attempt(model: type[M], data: Json) -> tuple[M | None, list[Located]]:
    try:
        return model.model_validate_json(canonical(data), strict=True), []
    except ValidationError as error:
        return None, locate(error.errors(include_url=False), data)


def _without_slips(errors: list[Located], shape: Shape) -> list[Located]:
    """Without the keys that are missing only because they are misspelt beside."""
    slips: set[Loc] = set()
    for error in errors:
        if error.type == "extra_forbidden":
            above, key = error.path[:-1], str(error.path[-1])
            known = shape.keys(above, error.tags)
            slips |= {(*above, word) for word in known if did_you_mean(key, [word]).startswith("did you mean")}
    return [error for error in errors if error.type != "missing" or error.path not in slips]


def _culprit(error: Located) -> Loc:
    """What to leave out so that the error is gone: for a missing key, the mapping that lacks it."""
    return error.path[:-1] if error.type == "missing" else error.path


def _mistake(error: Located, shape: Shape, document: Document, base: Loc) -> Mistake:
    loc = (*base, *error.path)
    name = dotted(loc)
    if error.type == "missing":
        example = shape.example(error.path, error.tags)
        hint = f"write {error.path[-1]}: {example}" if example else ""
        return Mistake(document.key_place(loc[:-1]), f"{dotted(loc[:-1])} lacks the key {str(loc[-1])!r}", hint=hint)
    if error.type == "extra_forbidden":
        known = shape.keys(error.path[:-1], error.tags)
        what = f"unknown key {str(loc[-1])!r} in {dotted(loc[:-1])}"
        return Mistake(document.key_place(loc), what, hint=did_you_mean(str(loc[-1]), known))
    if error.is_key:
        what = f"unknown key {str(loc[-1])!r} in {dotted(loc[:-1])}"
        return Mistake(document.key_place(loc), what, hint=did_you_mean(str(loc[-1]), error.choices))
    place = document.place(loc)
    if error.type.startswith("union_tag"):
        return _branch(error, shape, document, loc)
    if error.type in ("value_error", "assertion_error"):
        return _custom(error, place, name)
    if error.expected is not None:
        return _wrong(error, place, name, error.expected)
    if error.context.get("min_length") == 1 and not error.found:
        return Mistake(place, f"{name} is empty", expected=_bounds(error))
    return Mistake(place, f"{name} is out of bounds", words.found(error.found), _bounds(error))


def _branch(error: Located, shape: Shape, document: Document, loc: Loc) -> Mistake:
    """A mapping that is none of those that may stand here: its discriminator says nothing known, or is not there."""
    key = str(error.context.get("discriminator", ""))
    keys = shape.keys(error.path, error.tags)
    if error.type == "union_tag_not_found" and key.startswith("'"):
        return Mistake(document.key_place(loc), f"{dotted(loc)} lacks the key {key}")
    if not key.startswith("'"):
        expected = f"a mapping with keys out of {', '.join(keys)}"
        return Mistake(document.place(loc), f"{dotted(loc)} is not known", words.found(error.found), expected)
    tag, where = str(error.context.get("tag")), (*loc, key.strip("'"))
    hint = did_you_mean(tag, error.choices)
    hint = "" if hint.startswith("known here") else hint
    what = f"{dotted(where)} is wrong"
    return Mistake(document.place(where), what, words.found(tag), words.listed(error.choices), hint)


def _custom(error: Located, place: Place, name: str) -> Mistake:
    cause = error.context.get("error")
    found = "" if isinstance(error.found, dict | list) else words.found(error.found)
    if isinstance(cause, Wrong):
        return Mistake(place, f"{name} {cause}", found, cause.expected, cause.hint)
    return Mistake(place, f"{name} is not right: {cause}", found)


def _wrong(error: Located, place: Place, name: str, expected: str) -> Mistake:
    hint = words.remedy(error.found, expected)
    if not hint and isinstance(error.found, str) and error.type in ("literal_error", "enum"):
        hint = did_you_mean(error.found, error.choices)
        hint = "" if hint.startswith("known here") else hint
    return Mistake(place, f"{name} is wrong", words.found(error.found), expected, hint)


def _bounds(error: Located) -> str:
    context = error.context
    for key, words_before in (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than")):
        if key in context:
            return f"{words_before} {context[key]}"
    for key, words_before in (("min_length", "at least"), ("max_length", "at most")):
        if key in context:
            unit = "character" if isinstance(error.found, str) else "entry"
            plural = {"character": "characters", "entry": "entries"}[unit] if context[key] != 1 else unit
            return f"{words_before} {context[key]} {plural}"
    if "pattern" in context:
        return f"a text like {context['pattern']}"
    return error.message[:1].lower() + error.message[1:]
