"""What a manifest has left out of the evidence cannot be judged: where it may have been the very thing that was asked
about, the answer is not known. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from gate.checks.answer import Answer, unknown
from gate.checks.phrases import Hears, Says
from gate.checks.view import View
from gate.core.findings import Blame, Verdict
from gate.core.hiding import JUDGED_BY_HASH
from gate.core.jsons import Json
from gate.core.paths import get
from gate.core.plan import Claim
from gate.core.recording import Event
from gate.core.redaction import HASH, marks

FOUND, NOT_FOUND = (Verdict.FAIL,), (Verdict.PASS,)
"""Which verdict is in doubt: that something was not there, by a claim that it is; or by one that it must not be."""

AGENTS = ("output_transcript.final", "output_transcript.delta")
CALLERS = ("transcript.final",)
TOOLS = ("tool.call", "tool.result")

READ: Final[dict[str, tuple[tuple[str, ...], tuple[Verdict, ...]]]] = {
    "calls": (TOOLS, FOUND), "call-after-turn": (TOOLS, NOT_FOUND), "ids-known": ((*TOOLS, *CALLERS), FOUND),
    "configured": (("session.configured",), FOUND), "transcript": (CALLERS, FOUND), "replied": (AGENTS, FOUND),
    "says": (AGENTS, FOUND), "hears": (CALLERS, FOUND), "confirms": (AGENTS, FOUND),
    "must-not-confirm": (AGENTS, NOT_FOUND), "remembers": (AGENTS, FOUND), "forgets": (AGENTS, NOT_FOUND),
}  # fmt: skip
"""The events in which a check reads words, and the verdict that hidden ones put in doubt."""

BY_EVENT: Final = {"events": FOUND, "never": NOT_FOUND, "count": (*FOUND, *NOT_FOUND)}


@dataclass(frozen=True, slots=True)
class Hidden:
    event: Event
    by: str


def in_doubt(claim: Claim, params: object, answer: Answer, view: View) -> Answer:
    """The answer, unless something was hidden that might change it."""
    if not view.recording.redacted or answer.verdict not in (Verdict.PASS, Verdict.FAIL):
        return answer
    found = list(_hidden(claim, params, answer, view))
    if not found:
        return answer
    names = ", ".join(sorted({one.by for one in found}))
    actual = f"{answer.actual or 'nothing against it'}; but {names} of redact hides a part of what was to be read"
    todo = f"ask of something else, or switch {names} off under redact"
    at = tuple(dict.fromkeys(one.event.at for one in found))
    return unknown(answer.layer, answer.expected, actual, todo, at=at, blame=Blame.CONFIGURATION)


def _hidden(claim: Claim, params: object, answer: Answer, view: View) -> Iterator[Hidden]:
    if answer.verdict in BY_EVENT.get(claim.check, ()):
        for event, path, kind in _asked(claim.params):
            yield from _in(view.events_named(event), path, by_hash=kind in JUDGED_BY_HASH)
    names, doubted = READ.get(claim.check, ((), ()))
    if isinstance(params, Says | Hears) and params.wanted.forbidden:
        doubted = NOT_FOUND
    if answer.verdict in doubted:
        for name in names:
            yield from _in(view.events_named(name), "", by_hash=name in TOOLS)


def _in(events: Iterable[Event], path: str, *, by_hash: bool) -> Iterator[Hidden]:
    for event in events:
        found = get(event.payload, path)
        for mark in marks(found) if isinstance(found, str | dict | list) else ():
            if not (by_hash and mark.startswith(HASH)):
                yield Hidden(event, "fields" if mark.startswith(HASH) else f"patterns.{mark}")


def _asked(value: Json) -> Iterator[tuple[str, str, str]]:
    """Event, path and matcher of every value that the params of a claim on events ask for."""
    if isinstance(value, dict):
        event, where = value.get("event"), value.get("where")
        for one in where if isinstance(where, list) else ():
            match one:
                case [str(path), {"kind": str(kind)}] if isinstance(event, str):
                    yield event, path, kind
        value = [item for name, item in value.items() if name != "where"]
    for item in value if isinstance(value, list) else ():
        yield from _asked(item)
