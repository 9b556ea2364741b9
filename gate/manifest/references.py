"""`${env.NAME}` and `${sandbox.…}`: every reference of the file, whether it is well formed and in its place, and
whether the environment answers it, or there is a sandbox. No value of the environment stands in a mistake."""

import re
from collections.abc import Iterator, Mapping

from gate.core.jsons import Json
from gate.core.mistakes import Mistake
from gate.core.suggest import did_you_mean
from gate.core.vault import REFERENCE, SANDBOX, SHORTEST
from gate.manifest import words
from gate.manifest.document import Document, Loc, at, dotted, texts

_SUSPECT = re.compile(r"\$\{\{[^{}]*\}{0,2}|\$\{[^{}]*\}?|\$env\.[A-Za-z0-9_]*|\$\(env\.[A-Za-z0-9_]*\)")
VOICE: Loc = ("voice",)
FILLED = ("target", "targets", "voice", "recogniser")
ADDRESSES = ("sandbox.http", "sandbox.mcp")
ADDRESSED = (
    "url",
    "headers",
    "http.url",
    "http.headers",
    "http.body",
    "session",
    "options",
    "start.command",
    "start.env",
)
"""Where below a target the address of the sandbox may stand."""
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
            if REFERENCE.search(text) or SANDBOX.search(text):
                hint = "references are read in values only"
                yield Mistake(document.key_place(loc), f"a reference in the key {text!r}", hint=hint)
            continue
        place = document.place(loc)
        if not _is_filled(loc) and REFERENCE.search(text):
            hint = "a secret belongs to a target: to its auth, headers, options, session or start"
            what = f"{dotted(loc)} holds a reference, which is read below target and voice only"
            yield Mistake(place, what, hint=hint)
            continue
        yield from _misplaced(document, loc, text)
        for found in _malformed(text):
            shown, expected = words.clipped(found), "${env.NAME}"
            if "sandbox" in found or did_you_mean(_inner(found), ADDRESSES).startswith("did you mean"):
                expected = "${sandbox.http} or ${sandbox.mcp}"
            yield Mistake(place, f"{dotted(loc)} holds a malformed reference", shown, expected, _repair(found))
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


def _is_filled(loc: Loc) -> bool:
    real_header = loc[:2] == ("tools", "real") and loc[3:4] == ("headers",)
    own_cleanup = loc[0:1] == ("suites",) and loc[2:3] == ("cases",) and loc[4:5] == ("cleanup",)
    return not loc or loc[0] in FILLED or real_header or own_cleanup


def _misplaced(document: Document, loc: Loc, text: str) -> Iterator[Mistake]:
    """An address of the sandbox where none is filled in, or of a sandbox that is not there."""
    found = SANDBOX.search(text)
    if found is None:
        return
    below = loc[1:] if loc[:1] == ("target",) else loc[2:] if loc[:1] == ("targets",) else ()
    if not any(below[:2] == path or below[:1] == path for path in (tuple(path.split(".")) for path in ADDRESSED)):
        what = f"{dotted(loc)} holds {found[0]}, which is not filled in there"
        yield Mistake(document.place(loc), what, expected=f"it below a target, in {', '.join(ADDRESSED)}")
    elif not document.has(("tools", "sandbox")):
        what = f"{dotted(loc)} refers to {found[0]}, and there is no sandbox"
        yield Mistake(document.place(loc), what, hint="add sandbox: {} below tools:")


def _malformed(text: str) -> list[str]:
    found = [found[0] for found in _SUSPECT.finditer(text)]
    return [one for one in found if not REFERENCE.fullmatch(one) and not SANDBOX.fullmatch(one)]


def _inner(found: str) -> str:
    return re.sub(r"^\$[({]?\s*|\s*[)}]?$", "", found)


def _repair(found: str) -> str:
    if found.startswith("${{"):
        return "CI expressions are not read here: set an environment variable in the CI step, and name it"
    if found.startswith("${") and not found.endswith("}"):
        return "close it with }"
    if _inner(found).split(".")[0] == "sandbox":
        hint = did_you_mean(_inner(found).removeprefix("sandbox."), ("http", "mcp"))
        return re.sub(r"'(.*)'", r"'${sandbox.\1}'", hint) if hint.startswith("did you mean") else ""
    if (hint := did_you_mean(_inner(found), ADDRESSES)).startswith("did you mean"):
        return hint.replace("'sandbox", "'${sandbox").replace("'?", "}'?")
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
