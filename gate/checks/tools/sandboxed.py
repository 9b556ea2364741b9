"""Whether the agent calls its tools in the sandbox, and nowhere else."""

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.tools.seen import at_ms, lines, named
from gate.checks.view import View
from gate.core.findings import Blame, Layer
from gate.core.tooling import ToolPlan


@dataclass(frozen=True, slots=True)
class Sandboxed:
    """Every call that the wire tells of, and that the gate was to answer, was seen by the sandbox.

    A decent agent under test has its backend pointed at the sandbox, for all of the tools that are mocked."""

    CHECK: ClassVar[str] = "sandboxed"


def sandboxed(view: View, params: Sandboxed) -> Answer:
    tools = view.case.tools
    expected = "every call of a mocked tool goes to the sandbox"
    if strays := view.notes("sandbox.stray"):
        names = ", ".join(sorted({str(note.data.get("name")) for note in strays}))
        actual = f"calls of {names} came to the sandbox that belong to no case for sure"
        next_action = "use the address of ${sandbox.http} or ${sandbox.mcp} of each call, or let the cases run alone"
        return unknown(Layer.TOOLS, expected, actual, next_action, at=tuple(note.index for note in strays),
                       blame=Blame.CONFIGURATION)  # fmt: skip
    spare = _unclaimed(view)
    for entry in view.ledger:
        if not entry.told or not answered_by_the_gate(entry.name, tools):
            continue
        if spare[entry.name]:
            spare[entry.name] -= 1
            continue
        actual = f"{named(entry)} at {at_ms(view, entry.asked_ns)} was called outside the sandbox"
        next_action = f"point {entry.name} at ${{sandbox.http}} or ${{sandbox.mcp}}, in the agent's own settings"
        if not view.watched:
            return view.unproven(Layer.TOOLS, expected)
        return failed(Layer.TOOLS, expected, actual, next_action, at=lines(entry))
    return passed(Layer.TOOLS, expected) if view.whole else view.unproven(Layer.TOOLS, expected)


def _unclaimed(view: View) -> Counter[str]:
    """Calls that the sandbox saw and that no message on the wire was found to tell of, by name: the backend may write
    the arguments in another way than the wire does."""
    seen = Counter(entry.name for entry in view.ledger if entry.via != "socket")
    told = Counter(
        str(event.payload.get("name")) for event in view.events_named("tool.call") if event.index in view.echoes
    )
    return seen - told


def answered_by_the_gate(name: str, tools: ToolPlan) -> bool:
    """Whether the strategy leaves this tool to the gate."""
    if tools.strategy == "none" or name in tools.system:
        return False
    return tools.strategy == "all" or any(mock.tool == name for mock in tools.mocks)
