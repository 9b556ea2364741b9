"""The tool calls that the caller has to answer: each once, each after its mock's delay. Pure."""

from collections.abc import Sequence, Set

from gate.caller.outs import Decision, Doing, Errand, Out
from gate.core.acts import Answer, Respond
from gate.core.jsons import Json
from gate.core.signals import ToolCall
from gate.tools.desk import Desk, Reply, told

STILL_CALLING_NS = 1_000_000_000


class Answers:
    """`can_answer`: whether the dialect has a message for it. `ends_turns`: whether it says that a response is over.

    The agent is to go on once all that the gate answers is answered, and the responses that were open at the calls are
    over; where nothing says so, a second after its last call. Not after a response that was cut off: then the caller's
    own words bring the next one."""

    def __init__(self, desk: Desk, *, can_answer: bool, ends_turns: bool) -> None:
        self._desk = desk
        self._can_answer = can_answer
        self._ends_turns = ends_turns
        self._owed: list[tuple[int, ToolCall, Reply]] = []
        self._out_for: list[ToolCall] = []
        self._answered: set[str] = set()
        self._calling: set[str | None] = set()
        self._calling_until_ns: int | None = None
        self._to_go_on = False
        self._cut_off = False
        self._names: dict[str, str] = {}
        self._seen: list[tuple[int, str, str]] = []

    def seen(self, until: str, tools: Sequence[str], since_ns: int) -> str | None:
        """One of these tools that was called (`tool_called`) or got its answer (`tool_answered`) since then."""
        return next((name for at_ns, what, name in self._seen if at_ns >= since_ns and what == until and name in tools),
                    None)  # fmt: skip

    @property
    def owed(self) -> bool:
        return bool(self._owed or self._out_for)

    @property
    def due_ns(self) -> int | None:
        due = [at_ns for at_ns, _, _ in self._owed]
        if self._to_go_on and self._calling_until_ns is not None and not self.owed:
            return self._calling_until_ns
        return min(due, default=None)

    def called(self, call: ToolCall, t_ns: int, open_responses: Set[str | None] = frozenset()) -> list[Out]:
        """Takes a call in, of one of the responses that are open; a call id that was answered already is told and not
        answered again."""
        reply = self._reply(call)
        self._names[call.call_id] = call.name
        self._seen.append((t_ns, "tool_called", call.name))
        outs: list[Out] = [Decision("tool", dict(told(reply, call.call_id, call.name, "socket")))]
        if reply.ours:
            self._answered.add(call.call_id)
        if reply.answers:
            self._owed.append((t_ns + int(reply.delay_ms * 1e6), call, reply))
        elif reply.tool is not None:
            self._out_for.append(call)
            outs.append(Errand(call.call_id, call.name, _arguments(call), reply.tool))
        if reply.answers or reply.tool is not None:
            self._cut_off = False
            if self._ends_turns:
                self._calling |= open_responses
            else:
                self._calling_until_ns = t_ns + STILL_CALLING_NS
        return outs

    def fetched(self, call_id: str, result: Json, error: str | None, t_ns: int) -> None:
        """What a real tool answered: passed on at once, if the agent still wants it."""
        call = next((call for call in self._out_for if call.call_id == call_id), None)
        if call is not None:
            self._out_for.remove(call)
            reply = Reply("real", "value", result) if error is None else Reply("real", "error", error)
            self._owed.append((t_ns, call, reply))

    def _reply(self, call: ToolCall) -> Reply:
        if not call.ours or not self._can_answer:
            return Reply("theirs")
        if call.call_id and call.call_id in self._answered:
            return Reply("again")
        return self._desk.answer(call.name, _arguments(call))

    def answered(self, call_id: str, t_ns: int) -> None:
        """A call has its answer, from whomever."""
        self._seen.append((t_ns, "tool_answered", self._names.get(call_id, "")))

    def cancelled(self, call_id: str) -> None:
        """The agent no longer wants this answer."""
        self._owed = [owed for owed in self._owed if owed[1].call_id != call_id]
        self._out_for = [call for call in self._out_for if call.call_id != call_id]

    def response_over(self, response_id: str | None, *, cut: bool) -> None:
        """A response of the agent's is over, or was cut off, and with it whatever it had to call."""
        mine = bool(self._calling) and (response_id is None or response_id in self._calling)
        self._calling -= {response_id} if response_id is not None else set(self._calling)
        if cut and mine:
            self._to_go_on, self._cut_off = False, True

    def due(self, t_ns: int) -> list[Doing]:
        due = [owed for owed in self._owed if owed[0] <= t_ns]
        self._owed = [owed for owed in self._owed if owed[0] > t_ns]
        for _, call, _ in due:
            self.answered(call.call_id, t_ns)
        doings = [Doing(Answer(call.call_id, call.name, reply.result, reply.error), at) for at, call, reply in due]
        self._to_go_on |= bool(doings) and not self._cut_off
        still_calling = bool(self._calling) or (self._calling_until_ns is not None and t_ns < self._calling_until_ns)
        if self._to_go_on and not self.owed and not still_calling:
            self._to_go_on, self._calling_until_ns = False, None
            doings.append(Doing(Respond()))
        return doings


def _arguments(call: ToolCall) -> Json:
    return call.arguments if call.arguments is not None else call.raw
