"""Drives one case over real sockets: call after call, every frame written down as it crosses. It never judges.

Theory of operation. Each call has two tasks. The reader takes frames that were stamped on arrival, writes them down and
lets the caller hear them; it never waits for a send. The talker sleeps until the caller wants to be woken or
something was heard, asks what is due, and sends it, stamped just before it is handed to the socket. They share the
exchange, and nothing else; both run in one event loop, so no lock is needed."""

import asyncio
import contextlib
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from websockets.exceptions import ConnectionClosed

from gate.caller.caller import Caller
from gate.caller.outs import Errand, Restarting
from gate.core.dialling import call_id, filled
from gate.core.ends import CallEnd
from gate.core.frames import Direction, Opcode
from gate.core.jsons import Json
from gate.core.plan import Call, Case
from gate.core.ports import Dialect, RealTools, Sink
from gate.core.sound import Attachment, Sound
from gate.core.vault import Vault
from gate.session.arrival import StampedClient
from gate.session.clock import Clock
from gate.session.dial import Dialler, NotConnected
from gate.session.exchange import Ending, Exchange, Outgoing
from gate.session.following import Following
from gate.session.outside import Note, Restarts, Stall
from gate.tools.desk import Desk


@dataclass(frozen=True)
class Driver:
    """What driving needs: the dialect with its secrets filled in, the clips as sound, the files that are sent as they
    are, where its backend calls tools, what calls tools for real, and what can start the agent again."""

    dialect: Dialect
    voice: Mapping[str, Sound]
    vault: Vault
    clock: Clock
    files: Mapping[str, Attachment] = field(default_factory=dict)
    stall: Stall | None = None
    real: RealTools | None = None
    restarts: Restarts | None = None

    async def drive(self, case: Case, sink: Sink, trace_id: str) -> list[CallEnd]:
        """Makes the calls of the case in turn, each closed by a note `call.end` with how it ended; returns those. After
        a call behind which nothing is asked the rest are not made."""
        number = 0

        def note(kind: str, t_ns: int, data: dict[str, Json]) -> None:
            sink.note(kind, t_ns, number, data)

        desk, ends = Desk(case.tools), list[CallEnd]()
        following = Following(case, self.dialect.capabilities)
        with self.stall.open(desk, note) if self.stall else nullcontext():
            for number, call in enumerate(case.calls):
                resuming = following.resuming(call, lambda kind, data: note(kind, self.clock.now_ns(), data))
                ends.append(await self._numbered(number, resuming, desk, sink, trace_id, following))
                if not (following.goes_on(number, ends[-1]) and await self._is_back(note)):
                    break
        return ends

    async def _is_back(self, note: Note) -> bool:
        """Whether the agent runs, once a restart that was begun is over."""
        told = await self.restarts.over() if self.restarts else None
        if told is None:
            return True
        note("restarted", self.clock.now_ns(), told)
        return not told

    async def _numbered(
        self, number: int, call: Call, desk: Desk, sink: Sink, trace_id: str, following: Following
    ) -> CallEnd:
        end, detail = CallEnd.ABORTED, "the gate was stopped"
        try:
            end, detail = await self._make(number, call, desk, sink, trace_id, following)
        except Exception:
            end, detail = CallEnd.BROKEN, "a bug of the gate"
            raise
        finally:
            data: dict[str, Json] = {"end": end.value, "detail": detail, "name": call.name}
            sink.note("call.end", self.clock.now_ns(), number, data)
        return end

    async def _make(
        self, number: int, call: Call, desk: Desk, sink: Sink, trace_id: str, following: Following
    ) -> tuple[CallEnd, str]:
        filled_call = replace(call, session=self.vault.fill_object(call.session))
        caller = Caller(filled_call, self.voice, self.dialect.capabilities, desk, self.files)
        name = call_id(trace_id, number)
        exchange = Exchange(number, caller, self.dialect.encoder(name), self.dialect.observer(), sink)
        exchange.note("call", self.clock.now_ns(), name=call.name)
        dial = self.dialect.dial(filled(call.dial, self.vault), filled_call.session, name)
        try:
            line = await Dialler(call, dial, exchange, self.clock, trace_id).open()
        except NotConnected as reason:
            return reason.end, str(reason)
        budgets = call.budgets
        try:
            async with asyncio.timeout((budgets.call_ms + budgets.close_ms) / 1000):
                return await self._hold(line, exchange)
        except TimeoutError:
            return CallEnd.EXPIRED, "the agent stopped reading: what the gate sent did not go out within the budget"
        finally:
            following.over(number, exchange)
            line.transport.abort()

    async def _hold(self, line: StampedClient, exchange: Exchange) -> tuple[CallEnd, str]:
        heard = asyncio.Event()
        exchange.opened(self.clock.now_ns())
        reader, errands = asyncio.create_task(self._read(line, exchange, heard)), set[asyncio.Task[None]]()
        try:
            await self._talk(line, exchange, heard, errands)
            await reader
        finally:
            for task in (reader, *errands):
                task.cancel()
            await asyncio.gather(reader, *errands, return_exceptions=True)
        return exchange.end or CallEnd.BROKEN, ""

    async def _read(self, line: StampedClient, exchange: Exchange, heard: asyncio.Event) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                data, t_ns = await line.take()
                opcode = Opcode.TEXT if isinstance(data, str) else Opcode.BINARY
                exchange.received(opcode, data, t_ns)
                heard.set()
        t_ns, close = self.clock.now_ns(), line.protocol.close_rcvd
        if close is not None:
            exchange.control(Direction.RECEIVED, Opcode.CLOSE, t_ns, code=close.code, reason=close.reason)
        else:
            reason = str(line.protocol.parser_exc or "the connection ended without a close frame")
            exchange.control(Direction.RECEIVED, Opcode.LOST, t_ns, reason=reason)
        heard.set()

    async def _talk(
        self, line: StampedClient, exchange: Exchange, heard: asyncio.Event, errands: set[asyncio.Task[None]]
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            heard.clear()
            for errand in [errand for errand in errands if errand.done()]:
                errands.remove(errand)
                errand.result()
            for item in exchange.due(self.clock.now_ns()):
                if isinstance(item, Ending):
                    await self._hang_up(line, exchange, item.code)
                    return
                if isinstance(item, Restarting):
                    assert self.restarts is not None, "a restart is planned only where the gate started the agent"
                    self.restarts.begin()
                elif isinstance(item, Errand):
                    errands.add(asyncio.create_task(self._fetch(item, exchange, heard)))
                else:
                    await self._send(line, exchange, item)
            if exchange.end is not None:
                return
            delay_ns = exchange.wake_ns - self.clock.now_ns()
            alarm = loop.call_later(max(0.0, delay_ns / 1e9), heard.set)
            await heard.wait()
            alarm.cancel()

    async def _fetch(self, errand: Errand, exchange: Exchange, heard: asyncio.Event) -> None:
        assert self.real is not None, "the manifest names real tools, and nobody is there to call them"
        try:
            answer = await self.real.fetch(errand.tool, errand.arguments, {})
            exchange.fetched(errand, answer, self.clock.now_ns())
        finally:
            heard.set()

    async def _send(self, line: StampedClient, exchange: Exchange, item: Outgoing) -> None:
        opcode = Opcode.TEXT if isinstance(item.data, str) else Opcode.BINARY
        exchange.sent(opcode, item.data, self.clock.now_ns(), item.due_ns)
        try:
            await line.send(item.data)
        except ConnectionClosed:
            exchange.note("unsent", self.clock.now_ns(), why="the connection was over before this frame left")

    async def _hang_up(self, line: StampedClient, exchange: Exchange, code: int | None) -> None:
        if code is None:
            exchange.note("cut", self.clock.now_ns())
            line.transport.abort()
            return
        exchange.control(Direction.SENT, Opcode.CLOSE, self.clock.now_ns(), code=code, reason="")
        await line.close(code)
