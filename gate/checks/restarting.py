"""Whether the agent's program came back after it was stopped in mid-call. Pure."""

from dataclasses import dataclass, replace
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.view import View
from gate.core.findings import Blame, Layer


@dataclass(frozen=True, slots=True)
class CameBack:
    """In this call the program was stopped; it was started again, and listened on its port."""

    CHECK: ClassVar[str] = "restarted"


def came_back(view: View, params: CameBack) -> Answer:
    expected = "the agent's program can be stopped and started again"
    notes = view.notes("restarted")
    if not notes:
        actual = "the call did not get as far as the restart"
        return unknown(Layer.CLOSE, expected, actual, "see this case's other findings")
    problem = str(notes[0].data.get("problem", ""))
    if not problem:
        return passed(Layer.CLOSE, expected, at=(notes[0].index,))
    if not notes[0].data.get("stopped", True):
        advice = "let the command of `start` run the agent itself, in the foreground; or write restart: false"
        return unknown(Layer.CLOSE, expected, problem, advice, at=(notes[0].index,), blame=Blame.CONFIGURATION)
    todo = "check its log: a port, a lock or a file of the run before may be in its way"
    return replace(failed(Layer.CLOSE, expected, problem, todo, at=(notes[0].index,)), symptom="not-back")
