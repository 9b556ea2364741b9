"""What stands under `session:` for a dialect that knows its provider's fields. Where it does not (`canonical`,
`template`), anything may stand there, and is sent as it is."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from gate.core.capabilities import Capabilities
from gate.core.jsons import Json
from gate.core.mistakes import Mistake
from gate.core.paths import ABSENT, get, parts, takes
from gate.core.places import Place
from gate.core.plan import Target
from gate.core.ports import Dialect
from gate.core.suggest import did_you_mean
from gate.manifest import words
from gate.manifest.document import Document, Loc, dotted
from gate.manifest.models import Part
from gate.manifest.validate import check
from gate.suites.keys import Given, Text


class SessionSettings(Part):
    """The fields that providers have in common. Each dialect has some of them."""

    model: Given[Text] = None
    voice: Given[Text] = None
    language: Given[Text] = None
    modalities: Given[Annotated[list[Literal["audio", "text"]], Field(min_length=1)]] = None
    vad: Given[Literal["server", "semantic"] | dict[str, Json]] = None
    tools: Given[list[dict[str, Json]]] = None
    metadata: Given[dict[str, Json]] = None
    system_prompt: Given[Text] = None
    first_message: Given[Text] = None


def mistakes(target: Target, dialect: Dialect, document: Document) -> Iterator[Mistake]:
    """What the provider of this target cannot be asked for, or is asked for in the wrong shape."""
    can = dialect.capabilities
    loc: Loc = ("target",) if document.has(("target",)) else ("targets", target.name)
    if target.credential is not None and target.credential.kind == "message":
        yield from _uncarried(target, can, document, (*loc, "auth", "message", "path"))
    if can.session is None:
        return
    if target.session and not can.session:
        what = f"as the options are, the dialect {target.dialect} has no message for the session's configuration"
        hint = "describe one under options.send.configure, or leave session out"
        yield Mistake(document.key_place((*loc, "session")), what,
                      hint=hint if target.dialect == "template" else "leave session out")  # fmt: skip
        return
    yield from check(SessionSettings, target.session, document, (*loc, "session")).mistakes
    for name in target.session:
        if name in SessionSettings.model_fields and name not in can.session:
            yield _lacks(target, can, name, document.key_place((*loc, "session", name)))
    for what in dialect.session_mistakes(target.session):
        yield Mistake(document.key_place((*loc, "session")), what)


def _uncarried(target: Target, can: Capabilities, document: Document, loc: Loc) -> Iterator[Mistake]:
    """A token in a field of the session that the dialect does not have, or that is no mapping."""
    assert target.credential is not None
    path = target.credential.name
    field = (parts(path) or ("",))[0]
    if can.session is not None and field not in can.session:
        expected = " or ".join(f"{name}.token" for name in ("metadata",) if name in can.session)
        what = f"the dialect {target.dialect} has no session field {field!r} for a token to go to"
        hint = "" if expected else "it carries no token of the caller's in a message: use bearer, header or query"
        yield Mistake(document.place(loc), what, words.quoted(path), expected, hint)
    elif not takes(target.session, path):
        what = f"{dotted(loc)} leads through what is no mapping"
        yield Mistake(document.place(loc), what, words.quoted(path), "a path to a field that the session lacks")
    elif get(target.session, path) is not ABSENT:
        what = f"{dotted(loc)} is a field that session: sets too"
        yield Mistake(document.place(loc), what, words.quoted(path), hint="delete it under session:")


def _lacks(target: Target, can: Capabilities, name: str, place: Place) -> Mistake:
    what = f"the dialect {target.dialect} has no session field {name!r}"
    return Mistake(place, what, hint=did_you_mean(name, sorted(can.session or ())))
