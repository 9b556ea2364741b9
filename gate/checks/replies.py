"""Whether the agent answers: over a wire of text alone, by what it wrote back, after the caller's line and before the
next. Pure."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, passed
from gate.checks.speech import Answered, answered
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.signals import Transcript


@dataclass(frozen=True, slots=True)
class Replied:
    """After the caller's line of this turn, and before the next, the agent writes words."""

    CHECK: ClassVar[str] = "replied"
    turn: int


def replied(view: View, params: Replied) -> Answer:
    expected = "words of the agent's after the caller's line"
    turn = view.turn(params.turn)
    if turn is None:
        return view.not_spoken(Layer.OUTPUT, expected)
    until_ns, older = view.turn_limit_ns(params.turn), view.begun_before(turn)
    came = [h for h in view.received if isinstance(h.signal, Transcript) and h.signal.role == "agent"
            and turn.end_ns <= h.t_ns < until_ns and h.signal.response_id not in older]  # fmt: skip
    words = [heard for heard in came if isinstance(heard.signal, Transcript) and heard.signal.text.strip()]
    if words:
        after_ms = (words[0].t_ns - turn.end_ns) / 1e6
        return passed(Layer.OUTPUT, expected, f"{after_ms:.0f} ms after it", at=(*turn.at, words[0].frame))
    actual = "its messages hold no words" if came else "no message came"
    next_action = "check what the agent depends on (model, keys, tools), and its log at that time"
    return view.missing(Layer.OUTPUT, expected, actual, next_action, (*turn.at, *(heard.frame for heard in came)))


def reply(view: View) -> Answer:
    """Whether the caller's first words get an answer, over whatever wire."""
    return answered(view, Answered(1)) if view.can.speaks else replied(view, Replied(1))
