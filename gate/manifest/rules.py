"""What keys of one mapping mean together. Asked of the data as it stands, so that it is told beside everything else
that is wrong there."""

from collections.abc import Iterator

from gate.core.jsons import Json
from gate.core.mistakes import Mistake
from gate.core.suggest import did_you_mean
from gate.manifest.document import Document, Loc, at, dotted
from gate.manifest.models import SOURCES


def mistakes(document: Document) -> Iterator[Mistake]:
    yield from _needed(document, (), "version", "write version: 1")
    yield from _needed(document, (), "suites", "write suites:, and handshake: {} below it, for example")
    yield from _exactly_one(document, (), "target", "targets")
    for loc in target_locs(document.data):
        yield from _exactly_one(document, loc, "url", "http")
        yield from _needed(document, loc, "dialect", "name the protocol that it speaks, for example canonical")
        yield from _exactly_one(document, (*loc, "auth"), "bearer", "header", "query")
        yield from _credentials(document, loc)
    yield from _tools(document)
    yield from _exactly_one(document, ("voice",), "command", "speech")
    yield from _exactly_one(document, ("recogniser",), "command", "transcription")
    clips = at(document.data, ("clips",))
    for name in clips if isinstance(clips, dict) else ():
        yield from _recipe(document, ("clips", name))


def _recipe(document: Document, loc: Loc) -> Iterator[Mistake]:
    yield from _exactly_one(document, loc, *SOURCES)
    parts = at(document.data, (*loc, "parts"))
    for index in range(len(parts) if isinstance(parts, list) else 0):
        yield from _recipe(document, (*loc, "parts", index))


def target_locs(data: Json) -> list[Loc]:
    many = at(data, ("targets",))
    single: list[Loc] = [("target",)] if isinstance(at(data, ("target",)), dict) else []
    return single + [("targets", name) for name in (many if isinstance(many, dict) else ())]


def _exactly_one(document: Document, loc: Loc, *keys: str) -> Iterator[Mistake]:
    data = at(document.data, loc)
    if not isinstance(data, dict):
        return
    given = [key for key in keys if key in data]
    if len(given) > 1:
        what = f"{dotted(loc)} has {' and '.join(given)} at once"
        for key in given[1:]:
            yield Mistake(document.key_place((*loc, key)), what, hint="keep one")
    elif not given and not any(_is_slip(key, keys) for key in data):
        yield Mistake(document.key_place(loc), f"{dotted(loc)} lacks a key", expected=f"one of {', '.join(keys)}")


def _needed(document: Document, loc: Loc, key: str, hint: str) -> Iterator[Mistake]:
    data = at(document.data, loc)
    if isinstance(data, dict) and key not in data and not any(_is_slip(other, (key,)) for other in data):
        yield Mistake(document.key_place(loc), f"{dotted(loc)} lacks the key {key!r}", hint=hint)


def _is_slip(key: str, keys: tuple[str, ...]) -> bool:
    return did_you_mean(key, keys).startswith("did you mean")


def _credentials(document: Document, loc: Loc) -> Iterator[Mistake]:
    auth = at(document.data, (*loc, "auth"))
    if at(document.data, (*loc, "negative_tokens")) and auth is None:
        what = f"{dotted(loc)} has negative_tokens, but no auth that says where a token goes"
        yield Mistake(document.key_place((*loc, "negative_tokens")), what, hint="add auth:")
    headers = at(document.data, (*loc, "headers"))
    if not isinstance(auth, dict) or not isinstance(headers, dict):
        return
    named = at(auth, ("header", "name"))
    taken = {"authorization"} if "bearer" in auth else {named.casefold()} if isinstance(named, str) else set()
    for name in headers:
        if name.casefold() in taken:
            what = f"{dotted(loc)} sets the header {name} under headers and under auth"
            yield Mistake(document.key_place((*loc, "headers", name)), what, hint="delete it here")


def _tools(document: Document) -> Iterator[Mistake]:
    mocks = at(document.data, ("tools", "mocks"))
    if not isinstance(mocks, list):
        return
    for index in range(len(mocks)):
        yield from _exactly_one(document, ("tools", "mocks", index), "respond", "error")
    if mocks and at(document.data, ("tools", "strategy")) == "none":
        what = "tools.strategy is none, which would leave the mocks unused"
        hint = "write selected or all, or delete the key"
        yield Mistake(document.place(("tools", "strategy")), what, hint=hint)
