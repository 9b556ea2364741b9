"""`redact:`, what is to be kept out of the evidence: its shape, and what cannot be asked of what is kept out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pydantic import Field

from gate.core.hiding import JUDGED_BY_HASH, questions
from gate.core.jsons import Json
from gate.core.mistakes import Mistake
from gate.core.paths import parts
from gate.core.patterns import BUILT_IN
from gate.core.plan import Case
from gate.core.redaction import Redaction
from gate.core.suggest import did_you_mean
from gate.manifest.document import Loc
from gate.manifest.faults import Fault, Faults
from gate.suites.keys import Text
from gate.suites.matching import Part

STRUCTURE = frozenset({"type", "event", "id", "name", "role", "tool", "function", "call_id", "session_id", "status"})
"""What messages are told apart by, in one protocol or the other."""

OF_SOUND = frozenset({
    "answered", "first-audio", "interrupted", "undisturbed", "noise-ignored", "silence-ignored", "turn-respected",
    "served-alike", "prompt-alike",
})  # fmt: skip
"""The checks that listen."""

OF_QUALITY = frozenset(
    {"level", "voiced", "clipping", "dropouts", "whole-words", "chunk-order", "speech-rate", "stalls"}
)
"""Those that every call with a voice is asked, without a word from the manifest."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")


class RedactSettings(Part):
    """Fields are hashed, and what a pattern finds is replaced by its name. Patterns: `cards`, `emails`, `phones`, or an
    expression under a name of its own. With `audio: true` no sound is kept."""

    fields: list[Text] = Field(default=[], examples=[["arguments.phone", "customer.address"]])
    audio: bool = False
    patterns: dict[str, bool | Text] = Field(default={}, examples=[{"cards": True, "order": "A-\\d{6}"}])


def redaction_of(settings: RedactSettings | None, faults: Faults) -> Redaction:
    if settings is None:
        return Redaction()
    for index, path in enumerate(settings.fields):
        faults.tell(("redact", "fields", index), _field_fault(path), repr(path))
    for name, given in settings.patterns.items():
        faults.tell(("redact", "patterns", name), _pattern_fault(name, given))
    return Redaction(
        tuple(settings.fields),
        tuple(name for name in BUILT_IN if settings.patterns.get(name) is True),
        tuple((name, given) for name, given in settings.patterns.items() if isinstance(given, str)),
        settings.audio,
    )


def _field_fault(path: str) -> Fault | None:
    keys = parts(path)
    if not all(keys):
        return Fault("is no dotted path", "keys joined by dots, such as arguments.customer.phone")
    if keys == ("*",) or path in STRUCTURE:
        hint = f"say whose it is: arguments.{path if path != '*' else 'phone'}, for example"
        return Fault("would hide what messages are told apart by", hint=hint)
    return None


def _pattern_fault(name: str, given: bool | str) -> Fault | None:
    if isinstance(given, bool):
        if name in BUILT_IN:
            return None
        hint = did_you_mean(name, BUILT_IN)
        return Fault("is no pattern that is built in", "an expression, or one of " + ", ".join(BUILT_IN), hint)
    if name in BUILT_IN:
        return Fault("is built in", "true or false", "give your expression another name")
    if _NAME.fullmatch(name) is None:
        return Fault("is no name for a pattern", "a letter, then letters, digits, - and _")
    try:
        empty = re.search(given, "") is not None
    except re.error as error:
        return Fault(f"is no regular expression ({error})", "one that Python's re can read")
    return Fault("matches where nothing stands", hint="write an expression that needs a character") if empty else None


def mistakes(cases: Sequence[Case], redaction: Redaction) -> Iterator[Mistake]:
    """What is asked of a hidden value and cannot be answered from its hash, and what is asked of sound that is not
    kept."""
    if redaction.audio:
        for case in cases:
            asked = dict.fromkeys((claim.place, claim.check) for claim in case.claims if claim.check in OF_SOUND)
            for place, check in asked:
                what = f"{case.suite} claims {check} of the agent's sound, which redact.audio leaves out"
                yield Mistake(place, what, hint="keep the audio, or leave out what is claimed of it")
    if redaction.fields:
        yield from _unanswerable(cases, redaction)


def kept(cases: tuple[Case, ...], redaction: Redaction) -> tuple[Case, ...]:
    """The cases without what every call is asked of its sound, where that is not kept."""
    if not redaction.audio:
        return cases
    return tuple(replace(case, claims=tuple(c for c in case.claims if c.check not in OF_QUALITY)) for case in cases)


def unheard(options: Json, audio: bool, loc: Loc, faults: Faults) -> None:
    """Audio whose bytes are no samples has no silence of the same length."""
    for name, value in options.items() if audio and isinstance(options, dict) else ():
        if isinstance(value, str) and value.startswith(("mp3", "opus")):
            fault = Fault(
                "is a form whose audio cannot be left out, as redact.audio wants it", hint="choose PCM or G.711"
            )
            faults.tell((*loc, "options", name), fault, repr(value))


def _unanswerable(cases: Iterable[Case], redaction: Redaction) -> Iterator[Mistake]:
    for case in cases:
        for claim in case.claims:
            for path, kind in questions(claim):
                if kind not in JUDGED_BY_HASH and redaction.covers(path):
                    what = f"asks {kind} of {path}, which redact.fields hides"
                    hint = "ask exact or one_of, or take the field out of redact.fields"
                    yield Mistake(claim.place, what, hint=hint)
