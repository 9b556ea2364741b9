"""What a case says of the agent's tools: which answers they give in it, which are called, in which order and with what.
Settings, and the claims that they make."""

from dataclasses import replace

from pydantic import Field

from gate.core.plan import Claim
from gate.core.tooling import ToolPlan
from gate.suites.brief import Brief, Location
from gate.suites.matching import Part
from gate.suites.mocking import MockSettings


class CallingSettings(Part):
    """The part of a case that speaks of tools."""

    mocks: list[MockSettings] = Field(default_factory=list)


def tools_of(case: CallingSettings, brief: Brief, loc: Location) -> ToolPlan:
    """What answers the tools in this case: its own mocks stand before those of the manifest."""
    own = tuple(mock.mock(brief.place((*loc, "mocks", index))) for index, mock in enumerate(case.mocks))
    if not own:
        return brief.tools
    strategy = "selected" if brief.tools.strategy == "none" else brief.tools.strategy
    return replace(brief.tools, strategy=strategy, mocks=own + brief.tools.mocks)


def claims(case: CallingSettings, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    return ()
