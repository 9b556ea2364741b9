"""One call of the agent's backend, from its arrival to its answer, whichever protocol it came by: whose it is, what the
desk says, how long it is held, and every step of it written down. It knows no HTTP and no MCP."""

import asyncio
import re
from collections.abc import Callable

import structlog

from gate.core.jsons import Json
from gate.core.matchers import as_text
from gate.core.paths import Missing, get
from gate.core.ports import RealTools
from gate.core.tooling import Idempotency, RealTool
from gate.tools.desk import Reply, told
from gate.world.sandbox_asked import Asked, Outcome, first_of
from gate.world.sandbox_stalls import Nobody, Stall, Stalls, Tell, trace_of

log = structlog.get_logger()

IDEMPOTENCY = Idempotency("header", "Idempotency-Key")
"""Where a key is looked for if the manifest does not say: draft-ietf-httpapi-idempotency-key-header."""

_SHOWN = 60


class Calls:
    """`problems` are sentences of what belongs to no case for sure, and how often it came."""

    def __init__(self, stalls: Stalls, ledger: Tell, now_ns: Callable[[], int], real: RealTools | None = None) -> None:
        self._stalls = stalls
        self._ledger = ledger
        self._real = real
        self.now_ns = now_ns
        self.problems: dict[str, int] = {}

    def knows(self, token: str | None) -> bool:
        return self._stalls.knows(token)

    async def answer(self, asked: Asked, gone: asyncio.Event) -> Outcome:
        """`gone` is set when nobody waits for the answer any more."""
        trace_id = self._stalls.known(trace_of(one) for one in asked.traceparents)
        owner = self._stalls.owner(asked.token, trace_id)
        if isinstance(owner, Nobody):
            return self._refused(asked, trace_id, owner)
        call_id = owner.number(asked.via)
        owner.tell("sandbox.call", asked.t_ns, {
            "call_id": call_id, "name": asked.name, "arguments": asked.arguments, "via": asked.via,
            "idempotency_key": _key(asked, owner), "trace_id": trace_id,
        })  # fmt: skip
        try:
            outcome = await self._outcome(asked, owner, call_id, gone)
        except asyncio.CancelledError:
            self._gone(asked, owner, call_id)
            raise
        if outcome is None:
            self._gone(asked, owner, call_id)
            return Outcome(
                504, "error", "the call that this tool was called in is over, or nobody waits for the answer"
            )
        owner.tell("sandbox.result", self.now_ns(), {
            "call_id": call_id, "name": asked.name, "result": None if outcome.error is not None else outcome.value,
            "error": outcome.error, "via": asked.via, "status": outcome.status,
        })  # fmt: skip
        return outcome

    async def _outcome(self, asked: Asked, owner: Stall, call_id: str, gone: asyncio.Event) -> Outcome | None:
        """None if nobody waits for it any more."""
        if asked.fault:
            return Outcome(400, "error", asked.fault)
        reply = owner.desk.answer(asked.name, asked.arguments)
        owner.tell("tool", self.now_ns(), dict(told(reply, call_id, asked.name, asked.via)))
        if reply.kind == "real" and reply.tool is not None:
            return await self._fetched(asked, owner, call_id, reply.tool)
        if reply.kind not in ("mocked", "skipped"):
            return Outcome(501, "error", _unanswered(reply, asked.name))
        held_s = None if reply.how == "timeout" else reply.delay_ms / 1000
        if await first_of(held_s, gone, owner.over):
            return None
        assert reply.how is not None
        if reply.error is not None:
            return Outcome(reply.status, "error", reply.error)
        return Outcome(200, reply.how, reply.value)

    async def _fetched(self, asked: Asked, owner: Stall, call_id: str, tool: RealTool) -> Outcome:
        """Heard out even if nobody waits for it: what it did is evidence."""
        assert self._real is not None
        key = (owner.case.tools.idempotency or IDEMPOTENCY).name
        passed_on = {key: asked.headers[key.casefold()]} if key.casefold() in asked.headers else {}
        fetched = await self._real.fetch(tool, asked.arguments, passed_on)
        if not owner.is_open:
            self.problem(
                f"{owner.case.id}: its call was over before {clipped(tool.name)}, called for real, had answered"
            )
        owner.tell("real.result", self.now_ns(), {
            "call_id": call_id, "name": asked.name, "via": asked.via, "status": fetched.status,
            "result": fetched.result, "error": fetched.error,
        })  # fmt: skip
        if fetched.error is None:
            return Outcome(200, "value", fetched.result)
        failed = fetched.status is not None and fetched.status >= 400
        return Outcome(fetched.status if failed and fetched.status else 502, "error", fetched.error)

    def _gone(self, asked: Asked, owner: Stall, call_id: str) -> None:
        t_ns = self.now_ns()
        owner.tell("sandbox.gone", t_ns, {
            "call_id": call_id, "name": asked.name, "via": asked.via, "after_ms": (t_ns - asked.t_ns) / 1e6,
        })  # fmt: skip

    def _refused(self, asked: Asked, trace_id: str | None, nobody: Nobody) -> Outcome:
        data: dict[str, Json] = {"name": asked.name, "via": asked.via, "why": nobody.why}
        self._ledger(nobody.case_id, "sandbox.stray", asked.t_ns, {
            **data, "arguments": asked.arguments, "trace_id": trace_id, "status": nobody.status,
        })  # fmt: skip
        if nobody.case_id is None:
            for stall in self._stalls.running:
                stall.note("sandbox.stray", asked.t_ns, data)
        whose = f" of {nobody.case_id}" if nobody.case_id else ""
        self.problem(f"the sandbox got a call of {clipped(asked.name)}{whose} over {asked.via} that it could not put"
                     f" into a case: {nobody.why}")  # fmt: skip
        return Outcome(nobody.status, "error", f"this call was not answered: {nobody.why}")

    def nowhere(self, method: str, path: str) -> None:
        """A request to where nothing is. One that posts was meant for a tool; others look for what servers may have."""
        self._ledger(None, "sandbox.nowhere", self.now_ns(), {"method": method, "path": path, "status": 404})
        if method == "POST":
            shown = re.sub(r"^/c/[^/]*", "…", path)
            self.problem(f"the sandbox got a POST to {clipped(shown)}, where nothing is served: tools are at"
                         " ${sandbox.http}/NAME, MCP is at ${sandbox.mcp}")  # fmt: skip

    def problem(self, sentence: str) -> None:
        log.warning("sandbox.problem", what=sentence)
        self.problems[sentence] = self.problems.get(sentence, 0) + 1


def clipped(name: str) -> str:
    """What another program named, fit to stand in a sentence."""
    short = name if len(name) <= _SHOWN else name[: _SHOWN - 1] + "…"
    return repr(short)


def _key(asked: Asked, owner: Stall) -> Json:
    where = owner.case.tools.idempotency or IDEMPOTENCY
    if where.kind == "header":
        return asked.headers.get(where.name.casefold())
    found = get(asked.arguments, where.name)
    return None if isinstance(found, Missing) else as_text(found)


def _unanswered(reply: Reply, name: str) -> str:
    match reply.kind:
        case "no-match":
            return str(reply.value)
        case "system":
            return f"{name} belongs to the platform: nothing here answers it"
        case _:
            return f"nothing in the manifest answers {name}: add a mock for it under tools.mocks"
