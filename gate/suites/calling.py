"""What a case says of the agent's tools: which answers they give in it, which are called, in which order and with what.
Settings, and the claims that they make."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from gate.checks import claim
from gate.checks.events.counting import EventCount
from gate.checks.events.in_order import EventsInOrder
from gate.checks.events.never import EventNever
from gate.checks.events.wanted import Expectation
from gate.checks.tools.calls import CallAfterTurn, CallsAnswered, WantedCall
from gate.checks.tools.mocking import CallsMocked, MocksUsed
from gate.checks.tools.provenance import IdsKnown
from gate.checks.tools.sandboxed import Sandboxed
from gate.checks.tools.writes import RetryKey, WritesOnce
from gate.core.durations import Duration
from gate.core.matchers import Matcher
from gate.core.matchers import Where as Matched
from gate.core.plan import Claim
from gate.core.tooling import How, ToolPlan
from gate.core.wrong import Wrong
from gate.suites import known_tools
from gate.suites.brief import Brief, Location
from gate.suites.expecting import matched
from gate.suites.foundation import calls_fit
from gate.suites.keys import Text
from gate.suites.matching import Anchor, Matchers, Part, Times, Where, bounds
from gate.suites.mocking import MockSettings
from gate.suites.showing import shown


class CallSettings(Part):
    """A call of a tool: with such arguments, so often, then and there, and what it got."""

    tool: Text = Field(examples=["lookup_appointment"])
    arguments: Where = Field(default_factory=dict)
    times: Times | None = None
    answer: How | None = None
    result: Where = Field(default_factory=dict)
    error: Matchers | None = None
    within: Duration | None = None
    after: Anchor = "caller.speech_end"
    after_turn: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _is_to_come(self) -> "CallSettings":
        said = sorted(
            self.model_fields_set - {"tool", "arguments", "times"} - (set() if self.never else {"after_turn"})
        )
        if said and not bounds(self.times).at_least:
            raise Wrong(f"need not come, and says `{said[0]}` of it", "a call that is to come, or `arguments` alone")
        of_a_value = self.answer in (None, "value", "malformed")
        if (self.result and not of_a_value) or (self.error and self.answer not in (None, "error")):
            key = "result" if self.result and not of_a_value else "error"
            raise Wrong(f"says `{key}` of a call that got the answer {self.answer!r}", "one of the two")
        if self.result and self.error:
            raise Wrong("wants a result and an error of one call", "one of the two")
        return self

    @property
    def never(self) -> bool:
        return self.times is not None and bounds(self.times).at_most == 0

    @property
    def wanted(self) -> WantedCall:
        return WantedCall(
            self.tool, matched(self.arguments), self.answer, matched(self.result), tuple(self.error or ())
        )


class CallingSettings(Part):
    """The part of a case that speaks of tools."""

    mocks: list[MockSettings] = Field(default_factory=list)
    calls: list[CallSettings] = Field(default_factory=list)


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
    made: list[Claim] = []
    ordered: list[Expectation] = []
    for index, call in enumerate(case.calls):
        at = (*loc, "calls", index)
        _known(call, brief, at)
        shown("tool.call", brief, at)
        if call.within is not None and call.after != "start":
            shown(call.after, brief, (*at, "after"))
        where = _where(call)
        if call.never:
            made.append(claim(EventNever("tool.call", where), brief.place(at)))
            continue
        if bounds(call.times).at_least:
            ordered.append(Expectation("tool.call", where, call.within, call.after))
        if call.times is not None:
            made.append(claim(EventCount("tool.call", where, bounds(call.times)), brief.place(at)))
        if call.after_turn is not None:
            made.append(claim(CallAfterTurn(call.tool, matched(call.arguments), call.after_turn), brief.place(at)))
    in_order = (claim(EventsInOrder(tuple(ordered)), brief.place((*loc, "calls"))),) if ordered else ()
    return (*in_order, *made, *_answered(case, brief, (*loc, "calls")))


def _answered(case: CallingSettings, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    """Every call that is to come, in order, if anything is said of what one of them got."""
    calls = [call for call in case.calls if bounds(call.times).at_least]
    says = any(call.answer or call.result or call.error for call in calls)
    return (claim(CallsAnswered(tuple(call.wanted for call in calls)), brief.place(loc)),) if says else ()


def _where(call: CallSettings) -> Matched:
    arguments = ((f"arguments.{path}", matcher) for path, matcher in matched(call.arguments))
    return (("name", Matcher("exact", call.tool)), *arguments)


def _known(call: CallSettings, brief: Brief, loc: Location) -> None:
    if unknown := known_tools.of_tool(call.tool, brief.tools):
        brief.mistake((*loc, "tool"), f"this names {unknown[0]}", hint=unknown[1])
    for path in call.arguments:
        if unknown := known_tools.of_argument(call.tool, path, brief.tools):
            brief.mistake((*loc, "arguments", path), f"this names {unknown[0]}", hint=unknown[1])


def _shows_keys(tools: ToolPlan) -> bool:
    """Whether the key of a write can be seen: over the socket there is no header."""
    kind = tools.idempotency and tools.idempotency.kind
    return kind == "argument" or (kind == "header" and tools.sandbox is not None)


def standing(tools: ToolPlan, own: int, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    """What is claimed of the tools in every case that is written, as far as the manifest speaks of them. The first
    `own` of the mocks are the case's."""
    place = brief.place(loc)
    asked = {
        CallsMocked(): tools.strategy != "none",
        IdsKnown(): bool(tools.ids),
        WritesOnce(): bool(tools.writes),
        RetryKey(): bool(tools.writes) and _shows_keys(tools),
        Sandboxed(): tools.sandbox is not None and tools.strategy != "none",
    }
    made = (*calls_fit(brief, loc), *(claim(params, place) for params, is_asked in asked.items() if is_asked))
    idle = tuple((mock.tool, str(mock.place)) for mock in tools.mocks[:own])
    return (*made, claim(MocksUsed(idle), brief.place((*loc, "mocks")), blocks=False)) if idle else made
