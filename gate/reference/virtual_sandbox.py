"""The gate's sandbox in virtual time: what the agent's own tool calls meet, and the notes that are written of them. It
knows no time of its own and opens no connection; `world` has the real one."""

from dataclasses import dataclass

from gate.core.jsons import Json, canonical
from gate.core.tooling import Via
from gate.reference.errands import Answer, read
from gate.reference.waiting import MS, Errand
from gate.session.exchange import Exchange
from gate.tools.desk import Desk, Reply, told

TRACE_ID = "0" * 32


@dataclass(frozen=True, slots=True)
class Taken:
    """A call under way: `after_ns` is how long its answer takes, None where there is none."""

    call_id: str
    name: str
    via: Via
    reply: Reply
    t_ns: int

    @property
    def after_ns(self) -> int | None:
        return None if self.reply.how == "timeout" else int(self.reply.delay_ms * MS)

    @property
    def status(self) -> int | None:
        if self.via != "http":
            return None
        return self.reply.status if self.reply.how == "error" else 200

    def answered(self, exchange: Exchange, t_ns: int) -> Answer:
        """Notes the answer; returns it as the agent reads it."""
        reply = self.reply
        exchange.note(
            "sandbox.result", t_ns, call_id=self.call_id, name=self.name, result=reply.result, error=reply.error,
            via=self.via, status=self.status,
        )  # fmt: skip
        match reply.how:
            case "error":
                return None, f"HTTP {self.status}: {reply.value}" if self.status else f"the tool failed: {reply.value}"
            case "malformed":
                return read(str(reply.value))
            case _:
                return read(canonical(reply.value))

    def gone(self, exchange: Exchange, t_ns: int) -> None:
        """Notes that the agent hung up before there was an answer."""
        after_ms = (t_ns - self.t_ns) / MS
        exchange.note("sandbox.gone", t_ns, call_id=self.call_id, name=self.name, via=self.via, after_ms=after_ms)


class VirtualSandbox:
    """One case's."""

    def __init__(self, desk: Desk, via: Via) -> None:
        self._desk = desk
        self._via = via
        self._calls = 0

    def took(self, errand: Errand, exchange: Exchange, t_ns: int) -> Taken:
        self._calls += 1
        arguments: Json = dict(errand.arguments)
        call = Taken(
            f"{self._via}-{self._calls}", errand.name, self._via, self._desk.answer(errand.name, arguments), t_ns
        )
        exchange.note(
            "sandbox.call", t_ns, call_id=call.call_id, name=call.name, arguments=arguments, via=call.via,
            idempotency_key=errand.key, trace_id=TRACE_ID,
        )  # fmt: skip
        exchange.note("tool", t_ns, **told(call.reply, call.call_id, call.name, call.via))
        return call
