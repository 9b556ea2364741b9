"""Briefs by hand: a target, the capabilities of a dialect, and a library in which every clip exists but one."""

import re
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from gate.checks import CHECKS
from gate.core.places import Place
from gate.core.plan import Case, Clip, Credential, Dial, Target
from gate.core.tooling import Mock, ToolPlan
from gate.dialects import dialect_of
from gate.fixtures.library import Library, home
from gate.suites import SUITES
from gate.suites.brief import Brief, Location

HERE = Place("voice-tests.yaml", 1, 1)
BEARER = Credential("bearer", "Authorization", "${env.TOKEN}")
EVENTS = {"session.configured": {"type": "c"}, "transcript.final": {"type": "t"}, "error": {"type": "e"}}
LIBRARY = Library(home() / "audio", Path())
DOORS = (
    "an unknown path is answered", "an unknown subprotocol is answered", "an oversized header is answered",
    "a foreign origin is answered", "a wrong session config is answered",
)  # fmt: skip
GARBAGE = (
    "garbage is rejected and the next call works", "an unknown message type harms nobody",
    "a huge message harms nobody", "audio before the configuration harms nobody",
)  # fmt: skip


def place(loc: Location) -> Place:
    """A line for each path, so that a mistake's place shows where it points."""
    return Place("/".join(map(str, loc)) or ".", 1, 1)


def brief(
    suite: str, dialect: str = "canonical", *, options: dict[str, Any] | None = None, tools: ToolPlan | None = None,
    credential: Credential | None = BEARER, invariants: dict[str, bool] | None = None, **more: Any,
) -> Brief:  # fmt: skip
    chosen = options if options is not None else ({"events": EVENTS} if dialect == "template" else {})
    target = Target("bot", dialect, Dial("wss://bot"), HERE, chosen, credential, **more)
    return Brief(suite, target, dialect_of(target).capabilities, tools or ToolPlan(), LIBRARY, place,
                 invariants=invariants or {})  # fmt: skip


def expand(told: Brief, settings: dict[str, Any] | None = None) -> tuple[Case, ...]:
    suite = SUITES[told.suite]
    cases: tuple[Case, ...] = suite.expand(suite.Settings.model_validate(settings or {}), told)
    return cases


def case(*, name: str = "a case", caller: Any = ({"play": "hello"},), **more: Any) -> dict[str, Any]:
    return {"cases": [{"name": name, "caller": list(caller), **(more or {"never": ["error"]})}]}


def claims(one: Case) -> list[tuple[str, int]]:
    return [(claim.check, claim.call) for claim in one.claims]


def params(one: Case, check: str) -> Any:
    claim = next(claim for claim in one.claims if claim.check == check)
    return TypeAdapter(CHECKS[check].params).validate_python(claim.params)


def steps(one: Case, call: int = 0) -> list[str]:
    return [step.step for step in one.calls[call].steps]


def is_file_safe(name: str) -> bool:
    return re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name) is not None


LOOKUP = ToolPlan("all", "fail", (Mock("lookup", HERE),))
HELLO = LIBRARY.find("hello")
assert isinstance(HELLO, Clip)
