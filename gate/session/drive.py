"""Drives one case over real sockets: call after call, every frame written down as it crosses. It never judges.

Theory of operation. Each call has two tasks. The reader takes frames that were stamped on arrival, writes them down and
lets the caller hear them; it never waits for a send. The talker sleeps until the caller wants to be woken or
something was heard, asks what is due, and sends it, stamped just before it is handed to the socket. They share the
exchange, and nothing else; both run in one event loop, so no lock is needed."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass, field, replace

from websockets.exceptions import ConnectionClosed

from gate.caller.caller import Caller
from gate.caller.outs import Errand, Pinging, Restarting
from gate.core.callnames import CallNames
from gate.core.dialling import call_id, filled, traced
from gate.core.ends import NEVER_THERE, CallEnd
from gate.core.frames import Direction, Opcode
from gate.core.jsons import Json
from gate.core.plan import Call, Case, Dial
from gate.core.ports import Backend, Dialect, Minting, NotWritten, RealTools, Sink
from gate.core.sound import Attachment, Sound
from gate.core.tokens import Mint
from gate.core.vault import Vault
from gate.core.weather import Loss
from gate.session.arrival import StampedClient
from gate.session.clock import Clock
from gate.session.dial import Dialler, NotConnected
from gate.session.exchange import Ending, Exchange, Outgoing
from gate.session.following import Following
from gate.session.hopes import Hopes
from gate.session.outside import Line, LineThrough, Note, Restarts, Stall
from gate.session.pinging import listen, ping
from gate.session.proof import NoToken, Prover
from gate.session.vigil import Vigil
from gate.tools.desk import Desk

IN_A_ROW = 64
"""So many messages that have arrived are taken up before all other calls get their turn."""

STUCK = "what the gate sent did not go out within the budget of the call"
BEHIND = "the call was not over within its budget: what the agent sent could not be taken up as fast"

NEVER_IN = NEVER_THERE | {CallEnd.REFUSED}


def _nothing() -> None: ...


@dataclass(frozen=True)
class Calls:
    """What the calls of one case have in common. A line that went dead is held in `dead` until the last is over."""

    case: Case
    sink: Sink
    trace_id: str
    desk: Desk
    dead: AsyncExitStack
    following: Following


@dataclass(frozen=True)
class Driver:
    """What driving needs: the dialect with its secrets filled in, the clips as sound, the files that are sent as they
    are, where its backend calls tools, what calls tools for real, what its sessions are looked after with, what makes a
    line that has a weather, what asks for tokens, what is known of the target from other calls, and what can start the
    agent again; `contained` says that this machine is a container. The vault is this drive's own: it learns the tokens
    of the calls. `after_round` is told when calls were made; `exchanges` gets one for each call that was dialled,
    by its number."""

    dialect: Dialect
    voice: Mapping[str, Sound]
    vault: Vault
    clock: Clock
    files: Mapping[str, Attachment] = field(default_factory=dict)
    stall: Stall | None = None
    real: RealTools | None = None
    backend: Backend | None = None
    through: LineThrough | None = None
    mint: Minting | None = None
    hopes: Hopes = field(default_factory=Hopes)
    restarts: Restarts | None = None
    after_round: Callable[[], None] = _nothing
    contained: bool = False
    exchanges: dict[int, Exchange] = field(default_factory=dict)

    async def drive(self, case: Case, sink: Sink, trace_id: str) -> list[CallEnd]:
        """Makes the calls of the case, round after round, each closed by a note `call.end` with how it ended; returns
        those. After a call behind which nothing is asked the rest are not made. What a backend calls meanwhile is
        written down under the first call of a round."""
        number = 0

        def note(kind: str, t_ns: int, data: dict[str, Json]) -> None:
            sink.note(kind, t_ns, number, data)

        ends = list[CallEnd]()
        async with AsyncExitStack() as dead:
            following = Following(case, self.dialect.capabilities)
            calls = Calls(case, sink, trace_id, Desk(case.tools), dead, following)
            with self.stall.open(calls.desk, note) if self.stall else nullcontext():
                for beside in case.rounds:
                    number = beside[0]
                    ends += await self._together(beside, calls)
                    self.after_round()
                    goes_on = all(following.goes_on(one, ends[one]) for one in beside)
                    if not (goes_on and await self._is_back(note)):
                        break
        return ends

    async def _is_back(self, note: Note) -> bool:
        """Whether the agent runs, once a restart that was begun is over."""
        told = await self.restarts.over() if self.restarts else None
        if told is None:
            return True
        note("restarted", self.clock.now_ns(), told)
        return not told

    async def _together(self, beside: list[int], calls: Calls) -> list[CallEnd]:
        vigils = [self._vigil(number, calls) for number in beside]
        try:
            async with asyncio.TaskGroup() as group:
                made = [
                    group.create_task(self._numbered(number, calls, vigil))
                    for number, vigil in zip(beside, vigils, strict=True)
                ]
        except ExceptionGroup as bugs:
            raise bugs.exceptions[0] from None
        ends = [one.result() for one in made]
        left = [vigil for vigil, end in zip(vigils, ends, strict=True) if vigil and end not in NEVER_IN]
        await asyncio.gather(*(vigil.behind() for vigil in left))
        return ends

    def _vigil(self, number: int, calls: Calls) -> Vigil | None:
        if calls.case.probe is None:
            return None

        def note(kind: str, t_ns: int, data: dict[str, Json]) -> None:
            calls.sink.note(kind, t_ns, number, data)

        def answered() -> None:
            self.exchanges[number].shown(yet=True)

        return Vigil(calls.case.probe, self.backend, self.clock, lambda: self.exchanges[number].names, note, answered)

    async def _numbered(self, number: int, calls: Calls, vigil: Vigil | None) -> CallEnd:
        end, detail = CallEnd.ABORTED, "the gate was stopped"
        try:
            if self.hopes.lost:
                end, detail = CallEnd.HOPELESS, self.hopes.lost
            else:
                end, detail = await self._make(number, calls, vigil)
        except NotWritten as full:
            end, detail = CallEnd.ABORTED, str(full)
            raise
        except Exception:
            end, detail = CallEnd.BROKEN, "a bug of the gate"
            raise
        finally:
            data: dict[str, Json] = {"end": end.value, "detail": detail, "name": calls.case.calls[number].name}
            calls.sink.note("call.end", self.clock.now_ns(), number, data)
        return end

    async def _make(self, number: int, calls: Calls, vigil: Vigil | None) -> tuple[CallEnd, str]:
        call = calls.following.resuming(
            calls.case.calls[number], lambda kind, data: calls.sink.note(kind, self.clock.now_ns(), number, data)
        )
        name = call_id(calls.trace_id, number)
        prover = Prover(call, self.vault, name)
        asked = call.token if isinstance(call.token, Mint) else None
        minted = await self.mint.token(asked, self.vault) if asked and self.mint else None
        try:
            told = prover.token(minted, self.clock.wall_s())
        except NoToken as reason:
            return CallEnd.TOKENLESS, str(reason)
        session = traced(self.vault.fill_object(call.session), self.dialect.capabilities, calls.trace_id, number)
        filled_call = replace(call, session=session)
        caller = Caller(filled_call, self.voice, self.dialect.capabilities, calls.desk, self.files)
        exchange = Exchange(number, caller, self.dialect.encoder(name), self.dialect.observer(), calls.sink)
        exchange.names = CallNames(name, calls.trace_id, ready=not self.dialect.capabilities.announces_ready)
        self.exchanges[number] = exchange
        if vigil:
            await vigil.before()
            exchange.shown(yet=False)
        exchange.note("call", self.clock.now_ns(), name=call.name, **told)
        dial = self.dialect.dial(filled(call.dial, self.vault), filled_call.session, name)
        try:
            return await self._dialled(filled_call, prover.signed(dial, self.clock.wall_s()), exchange, calls, vigil)
        finally:
            calls.following.over(number, exchange)

    async def _dialled(
        self, call: Call, dial: Dial, exchange: Exchange, calls: Calls, vigil: Vigil | None
    ) -> tuple[CallEnd, str]:
        async with AsyncExitStack() as leaving:
            through = self._through(call, exchange)
            if through:
                leaving.push_async_callback(through.close)
            try:
                line = await self._dialler(call, dial, exchange, calls, through).open()
            except NotConnected as reason:
                return reason.end, str(reason)
            leaving.callback(line.transport.abort)
            budgets = call.budgets
            try:
                async with (
                    asyncio.timeout((budgets.call_ms + 2 * budgets.close_ms) / 1000),
                    vigil.beside() if vigil else nullcontext(),
                ):
                    lost = await self._hold(line, exchange, through)
            except TimeoutError:
                return CallEnd.EXPIRED, STUCK if self._noted_unread(line, exchange) else BEHIND
            self.hopes.learn(ready=exchange.ready, expired=exchange.end is CallEnd.EXPIRED)
            if lost == "dead":
                calls.dead.push_async_exit(leaving.pop_all())
            return exchange.end or CallEnd.BROKEN, ""

    def _dialler(self, call: Call, dial: Dial, exchange: Exchange, calls: Calls, through: Line | None) -> Dialler:
        number = exchange.number
        return Dialler(call, dial, exchange, self.clock, calls.trace_id, through, self.vault, number, self.contained)

    def _through(self, call: Call, exchange: Exchange) -> Line | None:
        weather = call.weather
        if weather is None:
            return None
        assert self.through is not None, "a call has a network of its own, and nobody is there to make it"
        exchange.note("network", self.clock.now_ns(), what="line", weather=str(weather))
        return self.through(weather, lambda kind, t_ns, data: exchange.note(kind, t_ns, **data))

    async def _hold(self, line: StampedClient, exchange: Exchange, through: Line | None) -> Loss | None:
        """Makes the call; how its line was lost, if it was to be."""
        heard = asyncio.Event()
        listen(line, exchange, heard)
        exchange.opened(self.clock.now_ns())
        reader, errands = asyncio.create_task(self._read(line, exchange, heard)), set[asyncio.Task[None]]()
        try:
            lost = await self._talk(line, exchange, heard, errands)
            if lost and through:
                through.lose(lost)
            if lost != "dead":
                await reader
        finally:
            for task in (reader, *errands):
                task.cancel()
            await asyncio.gather(reader, *errands, return_exceptions=True)
        return lost

    async def _read(self, line: StampedClient, exchange: Exchange, heard: asyncio.Event) -> None:
        with contextlib.suppress(ConnectionClosed):
            for count in itertools.count(1):
                data, t_ns = await line.take()
                opcode = Opcode.TEXT if isinstance(data, str) else Opcode.BINARY
                exchange.received(opcode, data, t_ns)
                heard.set()
                if count % IN_A_ROW == 0:
                    await asyncio.sleep(0)
        self._ended(line, exchange)
        heard.set()

    def _ended(self, line: StampedClient, exchange: Exchange) -> None:
        """Writes down how a line came to its end."""
        t_ns, close = self.clock.now_ns(), line.protocol.close_rcvd
        if excess := line.meter.excess:
            exchange.flooded(excess.what, excess.most, t_ns)
        elif line.forbidden and exchange.end is None:
            exchange.note("forbidden", t_ns, why=line.forbidden)
        if close is not None:
            exchange.control(Direction.RECEIVED, Opcode.CLOSE, t_ns, code=close.code, reason=close.reason)
        else:
            reason = line.forbidden or str(line.protocol.parser_exc or "the connection ended without a close frame")
            exchange.control(Direction.RECEIVED, Opcode.LOST, t_ns, reason=reason)
        if line.behind_close:
            exchange.note("behind-close", t_ns, bytes=line.behind_close)

    async def _talk(
        self, line: StampedClient, exchange: Exchange, heard: asyncio.Event, errands: set[asyncio.Task[None]]
    ) -> Loss | None:
        loop = asyncio.get_running_loop()
        while True:
            heard.clear()
            for errand in [errand for errand in errands if errand.done()]:
                errands.remove(errand)
                errand.result()
            for item in exchange.due(self.clock.now_ns()):
                match item:
                    case Ending(loss=loss) if loss:
                        return loss
                    case Ending(code):
                        await self._hang_up(line, exchange, code)
                        return None
                    case Errand():
                        errands.add(asyncio.create_task(self._fetch(item, exchange, heard)))
                    case Restarting():
                        assert self.restarts is not None, "a restart is planned only where the gate started the agent"
                        self.restarts.begin()
                    case Pinging():
                        await ping(line, exchange, self.clock.now_ns())
                    case Outgoing():
                        await self._send(line, exchange, item)
            if exchange.end is not None:
                return None
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
        try:
            async with asyncio.timeout(line.close_s):  # begun before the library's own, so that it ends before
                await line.close(code)
        except TimeoutError:
            if line.protocol.close_rcvd is None:
                exchange.note("close-unanswered", self.clock.now_ns(), within_ms=line.close_s * 1000)
                self._noted_unread(line, exchange)
            line.transport.abort()

    def _noted_unread(self, line: StampedClient, exchange: Exchange) -> bool:
        """Writes down how much of what was sent the agent has not read by now; whether it was any."""
        unread = line.unread_bytes
        if unread:
            exchange.note("unread", self.clock.now_ns(), bytes=unread)
        return bool(unread)
