"""The tool calls that the caller has to answer: each once, each after its mock's delay. Pure."""

from gate.caller.outs import Decision, Doing
from gate.core.acts import Answer, Respond
from gate.core.plan import ToolPlan
from gate.core.signals import ToolCall
from gate.tools.mocks import Reply, resolve

STILL_CALLING_NS = 1_000_000_000


class Answers:
    """`can_answer`: whether the dialect has a message for it. The agent is to go on once every call is answered and the
    response that called is over; where nothing says so, a second after its last call."""

    def __init__(self, tools: ToolPlan, can_answer: bool) -> None:
        self._tools = tools
        self._can_answer = can_answer
        self._owed: list[tuple[int, ToolCall, Reply]] = []
        self._answered: set[str] = set()
        self._calling_until_ns: int | None = None
        self._to_go_on = False

    @property
    def owed(self) -> bool:
        return bool(self._owed)

    @property
    def due_ns(self) -> int | None:
        due = [at_ns for at_ns, _, _ in self._owed]
        if self._to_go_on and self._calling_until_ns is not None and not due:
            return self._calling_until_ns
        return min(due, default=None)

    def called(self, call: ToolCall, t_ns: int) -> Decision:
        """Takes a call in; a call id that was answered already is told and not answered again."""
        reply = resolve(self._tools, call.name, call.arguments if call.arguments is not None else call.raw)
        again = bool(call.call_id) and call.call_id in self._answered
        if reply.answers and not again and self._can_answer:
            self._answered.add(call.call_id)
            self._owed.append((t_ns + int(reply.delay_ms * 1e6), call, reply))
            self._calling_until_ns = t_ns + STILL_CALLING_NS
        place = str(reply.mock.place) if reply.mock else None
        told = {"call_id": call.call_id, "name": call.name, "reply": reply.kind, "mock": place, "again": again}
        return Decision("tool", dict(told))

    def cancelled(self, call_id: str) -> None:
        """The agent no longer wants this answer."""
        self._owed = [owed for owed in self._owed if owed[1].call_id != call_id]

    def response_over(self) -> None:
        """A response of the agent's is over, and with it whatever it had to call."""
        self._calling_until_ns = None

    def due(self, t_ns: int) -> list[Doing]:
        due = [owed for owed in self._owed if owed[0] <= t_ns]
        self._owed = [owed for owed in self._owed if owed[0] > t_ns]
        doings = [Doing(Answer(call.call_id, call.name, reply.result, reply.error), at) for at, call, reply in due]
        self._to_go_on |= bool(doings)
        still_calling = self._calling_until_ns is not None and t_ns < self._calling_until_ns
        if self._to_go_on and not self._owed and not still_calling:
            self._to_go_on, self._calling_until_ns = False, None
            doings.append(Doing(Respond()))
        return doings
