"""Whether every tool call of the agent found its mock: if not, the manifest is to be mended, not the agent."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, passed, unknown
from gate.checks.view import View
from gate.core.findings import Blame, Layer


@dataclass(frozen=True, slots=True)
class CallsMocked:
    CHECK: ClassVar[str] = "mocks"


def mocked(view: View, params: CallsMocked) -> Answer:
    expected = "a mock for every tool call of the agent"
    unmatched = [note for note in view.notes("tool") if note.data["reply"] == "no-match"]
    if unmatched:
        names = ", ".join(sorted({str(note.data["name"]) for note in unmatched}))
        at = tuple(note.index for note in unmatched)
        next_action = "add a mock for it under tools.mocks, or say no_match: skip"
        return unknown(Layer.TOOLS, expected, f"no mock fits a call of {names}", next_action, at=at,
                       blame=Blame.CONFIGURATION)  # fmt: skip
    return passed(Layer.TOOLS, expected) if view.watched else view.unproven(Layer.TOOLS, expected)


@dataclass(frozen=True, slots=True)
class MocksUsed:
    """Each of these mocks, which the case has for itself alone, answered a call. `mocks` are tools and places.

    A decent agent need not call a tool twice, so this never blocks: it tells of a mock that tests nothing."""

    CHECK: ClassVar[str] = "mocks-used"
    mocks: tuple[tuple[str, str], ...]


def used(view: View, params: MocksUsed) -> Answer:
    expected = "a call for every mock of this case"
    used = {entry.mock for entry in view.ledger}
    idle = [f"{tool} ({place})" for tool, place in params.mocks if place not in used]
    if idle and view.watched:
        next_action = "see in tools.json what was called; delete the mock if the case does not need it"
        return unknown(Layer.TOOLS, expected, f"no call used the mock of {', '.join(idle)}", next_action,
                       blame=Blame.CONFIGURATION)  # fmt: skip
    return view.unproven(Layer.TOOLS, expected) if idle else passed(Layer.TOOLS, expected)
