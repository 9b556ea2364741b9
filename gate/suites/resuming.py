"""Cases of the reconnect suite about what one session knows of another: where it goes on, where it is new, and what it
must not do twice. What the agent has to say then nobody but the user knows: settings, and the cases that they make."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from gate.checks import claim
from gate.checks.memory import Forgets, Remembers
from gate.checks.reconnected import WritesKept
from gate.checks.script import ScriptFollowed
from gate.core.findings import Layer
from gate.core.plan import Case, Claim, Leave, Pause, Step, Wait
from gate.core.wrong import Wrong
from gate.suites.brief import Brief, Location
from gate.suites.foundation import LISTEN, foundation
from gate.suites.matching import Part
from gate.suites.nextcall import asks, case, skipped
from gate.suites.saying import Phrase
from gate.suites.settings import StepSettings
from gate.suites.written import step_of

State = Literal["survives", "reset"]
ANSWERED_MS = 500.0

GOES_ON = "a session that is resumed goes on where it ended"
STARTS_ANEW = "a session that is resumed starts anew"
REMEMBERED = "a caller who calls again is remembered"
CLEAN = "a new session knows nothing of the one before"
NOT_DECLARED = "not declared: say under `state` what becomes of a conversation, and under `memory` how that shows"
WRITE_NAMES = {
    "tool_called": "a write is not repeated after a cut before its answer",
    "tool_answered": "a write is not repeated after a cut behind its answer",
}


def _goes_on(steps: list[StepSettings]) -> list[StepSettings]:
    for step in steps:
        if step.hang_up is not None or (step.wait is not None and step.wait.until == "closed"):
            raise Wrong("ends the call, which the suite does itself", "steps that leave the call open")
    if not any(step.takes_a_turn for step in steps):
        raise Wrong("says nothing", "at least one step such as play, say or type")
    return steps


def _ends_in_words(steps: list[StepSettings]) -> list[StepSettings]:
    if not _goes_on(steps)[-1].takes_a_turn:
        raise Wrong("ends with a wait", "the words that the agent answers by the write as the last step")
    return steps


Steps = Annotated[list[StepSettings], Field(min_length=1), AfterValidator(_goes_on)]
StepsToTheWrite = Annotated[list[StepSettings], Field(min_length=1), AfterValidator(_ends_in_words)]


class MemorySettings(Part):
    """How it shows that a conversation goes on: what the caller tells in one call, what it asks in the next, and what
    only an agent says there that still knows the first."""

    tell: Steps
    ask: Steps
    known: Phrase


def remembering(state: State | None, memory: MemorySettings | None, brief: Brief) -> tuple[Case, ...]:
    """Where the dialect can ask for an earlier session, that session and a new one; else a new one alone."""
    resumes = bool(brief.capabilities.resumes)
    if state is None or memory is None:
        names = (GOES_ON, CLEAN) if resumes else (CLEAN,)
        return tuple(skipped(brief, name, NOT_DECLARED) for name in names)
    survives = state == "survives"
    if not resumes:
        return (_again(brief, REMEMBERED if survives else CLEAN, memory, known=survives, resumes=None),)
    return (
        _again(brief, GOES_ON if survives else STARTS_ANEW, memory, known=survives, resumes=0),
        _again(brief, CLEAN, memory, known=False, resumes=None),
    )


def _again(brief: Brief, name: str, memory: MemorySettings, *, known: bool, resumes: int | None) -> Case:
    """The line is cut when all is told, and the caller calls again."""
    loc: Location = ("memory",)
    tell, ask = (_steps(brief, steps, (*loc, key)) for key, steps in (("tell", memory.tell), ("ask", memory.ask)))
    calls = (
        brief.call("told", LISTEN, *tell, Leave(None)),
        replace(brief.call("asked", LISTEN, *ask), resumes=resumes),
    )
    phrase = tuple(memory.known)
    asked = Remembers(phrase, resumes) if known else Forgets(phrase, resumes)
    claims: tuple[Claim, ...] = (
        *foundation(brief, ()),
        claim(ScriptFollowed(), brief.place((*loc, "tell"))),
        *foundation(brief, (), call=1, layer=Layer.CLOSE),
        claim(asked, brief.place((*loc, "known")), call=1),
        claim(ScriptFollowed(), brief.place((*loc, "ask")), call=1, layer=Layer.CLOSE),
    )
    return case(brief, name, calls, claims)


def writing(steps: list[StepSettings] | None, brief: Brief) -> tuple[Case, ...]:
    """The line is cut when the agent has called a write, or once it has its answer; the next call asks for nothing of
    that."""
    writes = brief.tools.writes
    if steps is not None and not writes:
        brief.mistake(("write",), "the caller is to make the agent write, and no tool is known to write",
                      hint="name it under tools.writes")  # fmt: skip
    if not writes:
        return ()
    if why := _unseen(steps, brief):
        return tuple(skipped(brief, name, why) for name in WRITE_NAMES.values())
    assert steps is not None
    said = _steps(brief, steps, ("write",))
    before = Wait("tool_called", tools=writes)
    behind = (Wait("tool_answered", tools=writes), Pause(ANSWERED_MS))
    cut: dict[str, tuple[Step, ...]] = {"tool_called": (before,), "tool_answered": behind}
    return tuple(_written(brief, name, (*said, *cut[until])) for until, name in WRITE_NAMES.items())


def _unseen(steps: list[StepSettings] | None, brief: Brief) -> str:
    if steps is None:
        return "not declared: say under `write` what makes the agent call a tool of tools.writes"
    if "tool.call" not in brief.capabilities.shows:
        return f"the dialect {brief.target.dialect} does not show tool calls, so nobody knows when to cut the line"
    if brief.tools.sandbox is not None:
        return "its backend calls the tools by itself, so the caller does not see when to cut the line"
    return ""


def _written(brief: Brief, name: str, steps: tuple[Step, ...]) -> Case:
    following = replace(brief.call("next call", *asks(brief)), resumes=0 if brief.capabilities.resumes else None)
    calls = (brief.call("cut in mid-write", LISTEN, *steps, Leave(None)), following)
    claims = (
        *foundation(brief, ()),
        claim(ScriptFollowed(), brief.place(("write",))),
        *foundation(brief, (), call=1, layer=Layer.CLOSE),
        claim(ScriptFollowed(), brief.place(("write",)), call=1, layer=Layer.CLOSE),
        claim(WritesKept(0), brief.place(("write",)), call=1),
    )
    return case(brief, name, calls, claims)


def _steps(brief: Brief, steps: list[StepSettings], loc: Location) -> tuple[Step, ...]:
    return tuple(step_of(step, brief, (*loc, index)) for index, step in enumerate(steps))
