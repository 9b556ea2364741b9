"""The tool calls that the caller has to answer: each once, each after its mock's delay. Pure."""

from gate.caller.outs import Decision, Doing
from gate.core.acts import Answer
from gate.core.plan import ToolPlan
from gate.core.signals import ToolCall
from gate.tools.mocks import Reply, resolve


class Answers:
    """`can_answer`: whether the dialect has a message for it."""

    def __init__(self, tools: ToolPlan, can_answer: bool) -> None:
        self._tools = tools
        self._can_answer = can_answer
        self._owed: list[tuple[int, ToolCall, Reply]] = []
        self._answered: set[str] = set()

    @property
    def owed(self) -> bool:
        return bool(self._owed)

    @property
    def due_ns(self) -> int | None:
        return min((at_ns for at_ns, _, _ in self._owed), default=None)

    def called(self, call: ToolCall, t_ns: int) -> Decision:
        """Takes a call in; a call id that was answered already is told and not answered again."""
        reply = resolve(self._tools, call.name, call.arguments if call.arguments is not None else call.raw)
        again = bool(call.call_id) and call.call_id in self._answered
        if reply.answers and not again and self._can_answer:
            self._answered.add(call.call_id)
            self._owed.append((t_ns + int(reply.delay_ms * 1e6), call, reply))
        place = str(reply.mock.place) if reply.mock else None
        told = {"call_id": call.call_id, "name": call.name, "reply": reply.kind, "mock": place, "again": again}
        return Decision("tool", dict(told))

    def due(self, t_ns: int) -> list[Doing]:
        due = [owed for owed in self._owed if owed[0] <= t_ns]
        self._owed = [owed for owed in self._owed if owed[0] > t_ns]
        return [Doing(Answer(call.call_id, call.name, reply.result, reply.error), at_ns) for at_ns, call, reply in due]
