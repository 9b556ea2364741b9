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
