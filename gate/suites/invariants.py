"""Which invariants are claimed of a call: those that its provider guarantees, switched on and off by name."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict

from gate.checks import claim
from gate.checks.ids import CallIds, ResponseIds, SessionId
from gate.checks.orders import NothingAfterClose, ResultFirst, StartedFirst
from gate.checks.turns import FinalMarker, TranscriptFirst
from gate.core.capabilities import INVARIANTS, Capabilities, Invariant
from gate.core.plan import Claim
from gate.core.suggest import did_you_mean
from gate.core.wrong import Wrong
from gate.suites.brief import Brief, Location

ASKED: Final[dict[Invariant, Any]] = {
    "started-before-audio": StartedFirst(),
    "transcript-before-answer": TranscriptFirst(),
    "result-before-answer": ResultFirst(),
    "final-marker": FinalMarker(),
    "nothing-after-close": NothingAfterClose(),
    "call-ids": CallIds(),
    "response-ids": ResponseIds(),
    "session-id": SessionId(),
}
"""What is asked for each; `configured-before-audio` is a part of what every call stands on, and asked there."""


def _known(given: dict[str, bool]) -> dict[str, bool]:
    for name in given:
        if name not in INVARIANTS:
            raise Wrong(f"has the unknown invariant {name!r}", "", did_you_mean(name, INVARIANTS))
    return given


NAMES: Final[JsonDict] = {"propertyNames": {"enum": [*INVARIANTS]}}
Switches = Annotated[dict[str, bool], AfterValidator(_known), Field(json_schema_extra=NAMES)]


def held(brief: Brief, switches: Mapping[str, bool] = {}) -> frozenset[str]:
    """What is claimed of a call: the manifest's switches stand before the provider's promises, a case's before both."""
    chosen = {name: name in brief.capabilities.holds for name in INVARIANTS} | dict(brief.invariants) | dict(switches)
    return frozenset(name for name, on in chosen.items() if on and not brief.capabilities.lacks(name))


def claims(names: frozenset[str], brief: Brief, loc: Location) -> tuple[Claim, ...]:
    return tuple(claim(asked, brief.place(loc)) for name, asked in ASKED.items() if name in names)


def unseen(switches: Mapping[str, bool], brief: Brief, loc: Location) -> None:
    """A mistake for each that is switched on, and that the dialect cannot show."""
    for name, on in switches.items():
        if on and brief.capabilities.lacks(name):
            brief.mistake((*loc, name), cannot_be_judged(brief.target.dialect, brief.capabilities, name))


def cannot_be_judged(dialect: str, can: Capabilities, name: str) -> str:
    return f"the dialect {dialect} does not show {can.lacks(name)}, without which {name} cannot be judged"
