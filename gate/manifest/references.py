"""`${env.NAME}`: every reference of the file, whether it is well formed, and whether the environment answers it.
No value of the environment stands in a mistake."""

import re
from collections.abc import Iterator, Mapping

from gate.core.jsons import Json
from gate.core.mistakes import Mistake
from gate.core.vault import REFERENCE, SHORTEST
from gate.manifest import words
from gate.manifest.document import Document, Loc, at, dotted, texts

_SUSPECT = re.compile(r"\$\{\{[^{}]*\}{0,2}|\$\{[^{}]*\}?|\$env\.[A-Za-z0-9_]*|\$\(env\.[A-Za-z0-9_]*\)")
VOICE: Loc = ("voice",)
FILLED = ("target", "targets", "voice", "recogniser")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def names(data: Json, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The environment names that the texts of the file refer to, in alphabetical order. A voice that has nothing to say
    may name some that the environment does not answer; they are left out."""
    named = {name for _, text, is_key in texts(data) if not is_key for name in REFERENCE.findall(text)}
    return tuple(sorted(name for name in named if not _unusable(name, environ)))


def mistakes(document: Document, environ: Mapping[str, str]) -> Iterator[Mistake]:
    """All but what the environment lacks for the voice, which is not always needed."""
    for loc, text, is_key in texts(document.data):
        if is_key:
            if REFERENCE.search(text):
                hint = "references are read in values only"
                yield Mistake(document.key_place(loc), f"a reference in the key {text!r}", hint=hint)
            continue
        place = document.place(loc)
        if loc and loc[0] not in FILLED and REFERENCE.search(text):
            hint = "a secret belongs to a target: to its auth, headers, options, session or start"
            what = f"{dotted(loc)} holds a reference, which is read below target and voice only"
            yield Mistake(place, what, hint=hint)
            continue
        for found in _malformed(text):
            shown = words.clipped(found)
            yield Mistake(place, f"{dotted(loc)} holds a malformed reference", shown, "${env.NAME}", _repair(found))
        if loc[:1] != VOICE:
            yield from _unanswered(document, loc, text, environ)


def for_the_voice(document: Document, environ: Mapping[str, str]) -> Iterator[Mistake]:
    """What the environment lacks for the voice: asked only where the voice has something to say."""
    for loc, text, is_key in texts(at(document.data, VOICE)):
        if not is_key:
            yield from _unanswered(document, (*VOICE, *loc), text, environ)


def _unanswered(document: Document, loc: Loc, text: str, environ: Mapping[str, str]) -> Iterator[Mistake]:
    for name in dict.fromkeys(REFERENCE.findall(text)):
        if complaint := _unusable(name, environ):
            what, expected, hint = complaint
            yield Mistake(document.place(loc), f"{dotted(loc)} refers to {what}", "", expected, hint)


def _malformed(text: str) -> list[str]:
    return [found[0] for found in _SUSPECT.finditer(text) if not REFERENCE.fullmatch(found[0])]


def _repair(found: str) -> str:
    if found.startswith("${{"):
        return "CI expressions are not read here: set an environment variable in the CI step, and name it"
    if found.startswith("${") and not found.endswith("}"):
        return "close it with }"
    inner = re.sub(r"^\$[({]?\s*(env\.)?|\s*[)}]?$", "", found)
    if not inner:
        return "name a variable after env."
    if _NAME.fullmatch(inner):
        return f"write ${{env.{inner}}}"
    return "a name has letters, digits and _ only, and no digit first"


def _unusable(name: str, environ: Mapping[str, str]) -> tuple[str, str, str] | None:
    """What is wrong with a variable, what was expected of it, what to do."""
    value = environ.get(name)
    if value is None:
        return f"{name}, which is not set", "", f"set the environment variable {name}"
    if len(value) < SHORTEST:
        shown = "is empty" if not value else f"is shorter than {SHORTEST} characters"
        hint = "a shorter one could not be masked in logs and reports; put it into the file if it is no secret"
        return f"{name}, which {shown}", f"at least {SHORTEST} characters", hint
    try:
        value.encode()
    except UnicodeEncodeError:
        return f"{name}, which is no UTF-8 text", "text", "encode it, for example as base64"
    return None
