"""What a case says of the agent's tools: which answers they give in it, which are called, in which order and with what.
Settings, and the claims that they make."""

from dataclasses import replace

from pydantic import Field

from gate.checks import claim
from gate.checks.arguments import ArgumentsFit
from gate.checks.mocking import CallsMocked, MocksUsed
from gate.checks.provenance import IdsKnown
from gate.checks.sandboxed import Sandboxed
from gate.checks.writes import RetryKey, WritesOnce
from gate.core.plan import Claim
from gate.core.tooling import ToolPlan
from gate.suites import known_tools
from gate.suites.brief import Brief, Location
from gate.suites.matching import Part
from gate.suites.mocking import MockSettings


class CallingSettings(Part):
    """The part of a case that speaks of tools."""

    mocks: list[MockSettings] = Field(default_factory=list)


def tools_of(case: CallingSettings, brief: Brief, loc: Location) -> ToolPlan:
    """What answers the tools in this case: its own mocks stand before those of the manifest."""
    own = tuple(mock.mock(brief.place((*loc, "mocks", index))) for index, mock in enumerate(case.mocks))
    for mock in own:
        brief.mistakes.extend(known_tools.of_mock(mock, brief.tools))
    if not own:
        return brief.tools
    if not brief.capabilities.answers_tools and brief.tools.sandbox is None:
        what = f"the dialect {brief.target.dialect} has no message for a tool's answer, so no mock can be used"
        brief.mistake((*loc, "mocks"), what, hint="leave mocks out")
    strategy = "selected" if brief.tools.strategy == "none" else brief.tools.strategy
    return replace(brief.tools, strategy=strategy, mocks=own + brief.tools.mocks)


def claims(case: CallingSettings, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    return ()


def standing(tools: ToolPlan, own: int, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    """What is claimed of the tools in every case that is written, as far as the manifest speaks of them. The first
    `own` of the mocks are the case's."""
    place = brief.place(loc)
    asked = {
        CallsMocked(): tools.strategy != "none",
        ArgumentsFit(): tools.schemas is not None,
        IdsKnown(): bool(tools.ids),
        WritesOnce(): bool(tools.writes),
        RetryKey(): bool(tools.writes) and tools.idempotency is not None,
        Sandboxed(): tools.sandbox is not None and tools.strategy != "none",
    }
    made = tuple(claim(params, place) for params, is_asked in asked.items() if is_asked)
    idle = tuple((mock.tool, str(mock.place)) for mock in tools.mocks[:own])
    return (*made, claim(MocksUsed(idle), brief.place((*loc, "mocks")), blocks=False)) if idle else made
