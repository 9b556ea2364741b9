"""`redact:`, what is to be kept out of the evidence: its shape, and what cannot be asked of what is kept out."""

import re
from collections.abc import Iterable, Iterator

from pydantic import Field

from gate.core.hiding import JUDGED_BY_HASH, questions
from gate.core.mistakes import Mistake
from gate.core.paths import parts
from gate.core.patterns import BUILT_IN
from gate.core.plan import Case
from gate.core.redaction import Redaction
from gate.core.suggest import did_you_mean
from gate.manifest.faults import Fault, Faults
from gate.suites.keys import Text
from gate.suites.matching import Part

STRUCTURE = frozenset({"type", "event", "id", "name", "role", "tool", "function", "call_id", "session_id", "status"})
"""What messages are told apart by, in one protocol or the other."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")


class RedactSettings(Part):
    """Fields are hashed, and what a pattern finds is replaced by its name. Patterns: `cards`, `emails`, `phones`, or an
    expression under a name of its own."""

    fields: list[Text] = Field(default=[], examples=[["arguments.phone", "customer.address"]])
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


def mistakes(cases: Iterable[Case], redaction: Redaction) -> Iterator[Mistake]:
    """What is asked of a hidden value and cannot be answered from its hash."""
    if not redaction.fields:
        return
    for case in cases:
        for claim in case.claims:
            for path, kind in questions(claim):
                if kind not in JUDGED_BY_HASH and redaction.covers(path):
                    what = f"asks {kind} of {path}, which redact.fields hides"
                    hint = "ask exact or one_of, or take the field out of redact.fields"
                    yield Mistake(claim.place, what, hint=hint)
