"""What keys of one mapping mean together. Asked of the data as it stands, so that it is told beside everything else
that is wrong there."""

from collections.abc import Iterator

from gate.core.jsons import Json
from gate.core.mistakes import Mistake
from gate.core.suggest import did_you_mean
from gate.manifest.authenticating import Auth
from gate.manifest.document import Document, Loc, at, dotted
from gate.manifest.models import SOURCES
from gate.suites.mocking import ANSWERS, MOCKS


def mistakes(document: Document) -> Iterator[Mistake]:
    yield from _needed(document, (), "version", "write version: 1")
    yield from _needed(document, (), "suites", "write suites:, and handshake: {} below it, for example")
    yield from _exactly_one(document, (), "target", "targets")
    for loc in target_locs(document.data):
        yield from _exactly_one(document, loc, "url", "http")
        yield from _needed(document, loc, "dialect", "name the protocol that it speaks, for example canonical")
        yield from _exactly_one(document, (*loc, "auth"), *Auth.model_fields)
        yield from _waits_for_something(document, (*loc, "start", "ready"))
        for token in (("bearer",), *((kind, "value") for kind in ("header", "query", "message"))):
            yield from _exactly_one(document, (*loc, "auth", *token), "jwt", "mint")
        yield from _credentials(document, loc)
    yield from _tools(document)
    yield from _exactly_one(document, ("voice",), "command", "speech")
    yield from _exactly_one(document, ("recogniser",), "command", "transcription")
    clips = at(document.data, ("clips",))
    for name in clips if isinstance(clips, dict) else ():
        yield from _recipe(document, ("clips", name))


def _waits_for_something(document: Document, loc: Loc) -> Iterator[Mistake]:
    if at(document.data, loc) == {}:
        yield Mistake(document.key_place(loc), f"{dotted(loc)} waits for nothing", expected="port, url or log")


def _recipe(document: Document, loc: Loc) -> Iterator[Mistake]:
    yield from _exactly_one(document, loc, *SOURCES)
    for index in range(len(items(document, (*loc, "parts")))):
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
    yield from _negatives(document, loc, auth)
    headers = at(document.data, (*loc, "headers"))
    if not isinstance(auth, dict) or not isinstance(headers, dict):
        return
    named = at(auth, ("header", "name"))
    taken = {"authorization"} if "bearer" in auth else {named.casefold()} if isinstance(named, str) else set()
    for name in headers:
        if name.casefold() in taken:
            what = f"{dotted(loc)} sets the header {name} under headers and under auth"
            yield Mistake(document.key_place((*loc, "headers", name)), what, hint="delete it here")


def _negatives(document: Document, loc: Loc, auth: Json) -> Iterator[Mistake]:
    """Tokens that must be refused, where there is no token, or where the same are made."""
    given = at(document.data, (*loc, "negative_tokens"))
    if not isinstance(given, dict) or not isinstance(auth, dict):
        return
    if given and "signature" in auth:
        what = f"{dotted(loc)} has negative_tokens, and proves who calls by a signature, not by a token"
        yield Mistake(document.key_place((*loc, "negative_tokens")), what, hint="delete them")
    for where in (("bearer",), *((kind, "value") for kind in ("header", "query", "message"))):
        for way in ("jwt", "mint"):
            made = at(auth, (*where, way, "negatives"))
            for kind in (kind for kind in (made if isinstance(made, dict) else ()) if kind in given):
                what = f"{dotted(loc)} has the negative {kind} under negative_tokens and under auth"
                yield Mistake(document.key_place((*loc, "negative_tokens", kind)), what, hint="delete one of them")


def _tools(document: Document) -> Iterator[Mistake]:
    loc: Loc = ("tools", "strategy")
    is_none = at(document.data, loc) == "none"
    for mocks in _mocks(document):
        for index in range(len(items(document, mocks))):
            yield from _mock(document, (*mocks, index))
        yield from _never_reached(document, mocks)
        if is_none and items(document, mocks):
            what = f"tools.strategy is none, which would leave the mocks {_of(mocks)}unused"
            place = document.place(loc if mocks[0] == "tools" else mocks)
            yield Mistake(place, what, hint="write selected or all, or delete the key")
    yield from _exactly_one(document, ("tools", "idempotency"), "header", "argument")
    yield from _key_of_nothing(document)
    if at(document.data, ("tools", "no_match")) == "call" and not at(document.data, ("tools", "real")):
        what = "tools.no_match asks for real tools, and none is named"
        hint = "name them under tools.real, or write fail or skip and mock the tool"
        yield Mistake(document.place(("tools", "no_match")), what, "'call'", hint=hint)


def _never_reached(document: Document, mocks: Loc) -> Iterator[Mistake]:
    """A mock behind one of the same tool that answers every call."""
    every: dict[str, int] = {}
    for index, mock in enumerate(items(document, mocks)):
        tool = mock.get("tool") if isinstance(mock, dict) else None
        if not isinstance(mock, dict) or not isinstance(tool, str):
            continue
        if tool in every:
            first = dotted((*mocks, every[tool]))
            what = f"{dotted((*mocks, index))} is never used, since {first} answers every call of {tool}"
            hint = "write answers that come one after another as its sequence, or let args_match tell them apart"
            yield Mistake(document.place((*mocks, index)), what, hint=hint)
        elif "args_match" not in mock:
            every[tool] = index


def _key_of_nothing(document: Document) -> Iterator[Mistake]:
    """A key of writes where there are none. In a header it is passed on to real tools all the same."""
    tools = at(document.data, ("tools",))
    key = tools.get("idempotency") if isinstance(tools, dict) else None
    if not isinstance(tools, dict) or not isinstance(key, dict) or not key or tools.get("writes"):
        return
    if not ("header" in key and tools.get("real")) and not any(_is_slip(word, ("writes",)) for word in tools):
        what = "tools.idempotency says where a write carries its key, and tools.writes names no write"
        hint = "name the tools that change something under tools.writes, or delete the key"
        yield Mistake(document.key_place(("tools", "idempotency")), what, hint=hint)


def _of(mocks: Loc) -> str:
    return "" if mocks[0] == "tools" else f"of {dotted(mocks[:-1])} "


def _mocks(document: Document) -> Iterator[Loc]:
    """Where mocks may stand: for all cases, and in each."""
    yield ("tools", "mocks")
    suites = at(document.data, ("suites",))
    for name in suites if isinstance(suites, dict) else ():
        for index in range(len(items(document, ("suites", name, "cases")))):
            yield ("suites", name, "cases", index, "mocks")


def _mock(document: Document, loc: Loc) -> Iterator[Mistake]:
    yield from _exactly_one(document, loc, *MOCKS)
    for index in range(len(items(document, (*loc, "sequence")))):
        yield from _exactly_one(document, (*loc, "sequence", index), *ANSWERS)


def items(document: Document, loc: Loc) -> list[Json]:
    found = at(document.data, loc)
    return found if isinstance(found, list) else []
