"""Whether every frame of the agent is one that its protocol allows."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.signals import Violation


@dataclass(frozen=True, slots=True)
class ProtocolKept:
    """No frame of the agent is a violation. Messages that nobody documented are none."""

    CHECK: ClassVar[str] = "protocol"


def kept(view: View, params: ProtocolKept) -> Answer:
    expected = "only frames that the protocol allows"
    wrong = [heard for heard in view.received if isinstance(heard.signal, Violation)]
    if not wrong:
        return passed(Layer.ORDER, expected) if view.whole else view.unproven(Layer.ORDER, expected)
    told = dict.fromkeys(heard.signal.what for heard in wrong if isinstance(heard.signal, Violation))
    layer = Layer.OUTPUT if all(what.startswith("audio") for what in told) else Layer.ORDER
    actual = f"{len(wrong)} that it does not: {'; '.join(list(told)[:3])}"
    next_action = "look at these frames in frames.bin: a client that trusts the protocol breaks on them"
    return failed(layer, expected, actual, next_action, at=tuple(heard.frame for heard in wrong))
