"""Whole calls in memory and in virtual time: the caller against the reference agent's mind, through the same exchange
and the same recording as over a socket. Nobody waits here; time jumps to whatever is due next."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from gate.caller import outs
from gate.caller.caller import NO_FILES, Caller
from gate.core.callnames import CallNames
from gate.core.dialling import addressed, call_id, filled
from gate.core.ends import CallEnd
from gate.core.fetched import Fetched
from gate.core.frames import Direction, Opcode
from gate.core.jsons import Json
from gate.core.plan import Case
from gate.core.ports import Dialect, Sink
from gate.core.sound import Attachment, Sound
from gate.core.tokens import Mint, Minted
from gate.core.tooling import RealTool, Via
from gate.core.vault import Vault
from gate.core.watching import EVERY_NS
from gate.core.weather import Loss
from gate.reference.doorway import Welcome
from gate.reference.house import House
from gate.reference.mind import Close, Ears, Mind, Output, Utterance
from gate.reference.virtual_sandbox import TRACE_ID, Taken, VirtualSandbox
from gate.reference.virtual_vigil import VirtualVigil
from gate.reference.virtual_way import VirtualWay
from gate.reference.waiting import MS, Errand
from gate.session.exchange import Ending, Exchange, Outgoing
from gate.session.following import Following
from gate.session.proof import NoToken, Prover
from gate.tools.desk import Desk

NETWORK_NS = 2_000_000  # one way
EPOCH_S = 1_800_000_000.0
GOING_AWAY = 1001


Real = Callable[[RealTool, Json], Fetched]


def unreachable(tool: RealTool, arguments: Json) -> Fetched:
    return Fetched(None, f"{tool.name} cannot be called where time is virtual")


def no_mint(asked: Mint) -> Minted:
    return Minted(error=f"{asked.url} cannot be asked where time is virtual")


class VirtualLine:
    """One call. Events are (time, order, deed): whatever crosses the line arrives NETWORK_NS later."""

    def __init__(
        self, exchange: Exchange, mind: Mind, ears: Ears, sandbox: VirtualSandbox, t_ns: int, real: Real,
        way: VirtualWay, restart: Callable[[], None], vigil: VirtualVigil | None = None, *, pongs: bool = True,
    ) -> None:  # fmt: skip
        self.now_ns = t_ns
        self.open = True
        self.clean = False
        self.mind = mind
        self.dead = False
        self._way = way
        self._pongs = pongs
        self.code = 1000
        self._restart = restart
        self._exchange = exchange
        self._ears = ears
        self._sandbox = sandbox
        self._real = real
        self.vigil = vigil
        self._deeds: list[tuple[int, int, Callable[[], None]]] = []
        self._order = 0
        self._exchange.opened(self.now_ns)
        if self.vigil:
            self._later(self._look)
        self._utter(self.mind.opened(self.now_ns))
        self._talk()

    @property
    def exchange(self) -> Exchange:
        return self._exchange

    @property
    def end(self) -> CallEnd:
        return self._exchange.end or CallEnd.BROKEN

    @property
    def next_ns(self) -> int:
        """When something is due next, on either side."""
        times = [self._exchange.wake_ns, *([self._deeds[0][0]] if self._deeds else [])]
        times += [self.mind.wake_ns] if self.mind.wake_ns is not None else []
        return max(self.now_ns, min(times))

    def told(self) -> None:
        self._way.told(self._exchange, self.now_ns)

    def step(self) -> None:
        self.now_ns = self.next_ns
        while self._deeds and self._deeds[0][0] <= self.now_ns:
            heapq.heappop(self._deeds)[2]()
        if self.mind.wake_ns is not None and self.mind.wake_ns <= self.now_ns:
            self._utter(self.mind.wake(self.now_ns))
        self._talk()

    def _look(self) -> None:
        """Beside the call, until its session was seen."""
        assert self.vigil is not None
        if not self.vigil.beside(self.now_ns):
            self._later(self._look, EVERY_NS)

    def _talk(self) -> None:
        if not self.open:
            return
        for item in self._exchange.due(self.now_ns):
            match item:
                case Ending(code, loss):
                    self._hang_up(code, loss)
                    return
                case outs.Errand():
                    self._fetch(item)
                case outs.Pinging():
                    self._ping()
                case outs.Restarting():
                    self._restart()
                    self._later(lambda: self._arrive(Close(GOING_AWAY)))
                case Outgoing(data, due_ns):
                    self._send(data, due_ns)
        if self._exchange.end is not None:
            self.open = False

    def _send(self, data: str | bytes, due_ns: int | None) -> None:
        opcode = Opcode.TEXT if isinstance(data, str) else Opcode.BINARY
        self._exchange.sent(opcode, data, self.now_ns, due_ns)
        after_ns = self._way.to_agent(data, self.now_ns)
        if after_ns is not None:
            self._later(lambda: self._utter(self.mind.hear(data, self.now_ns)), NETWORK_NS + after_ns)

    def _ping(self) -> None:
        self._exchange.control(Direction.SENT, Opcode.PING, self.now_ns)
        there_ns = self._way.to_agent(b"", self.now_ns) if self._pongs else None
        back_ns = None if there_ns is None else self._way.to_caller(b"", self.now_ns + there_ns)
        if there_ns is not None and back_ns is not None:
            self._later(self._pong, 2 * NETWORK_NS + there_ns + back_ns)

    def _pong(self) -> None:
        if self.open:
            self._exchange.control(Direction.RECEIVED, Opcode.PONG, self.now_ns)

    def _fetch(self, errand: outs.Errand) -> None:
        answer = self._real(errand.tool, errand.arguments)
        self._later(lambda: self._exchange.fetched(errand, answer, self.now_ns))

    def _utter(self, out: list[Output]) -> None:
        for item in out:
            if isinstance(item, Errand):
                self._later(lambda item=item: self._serve(item))  # type: ignore[misc]
                continue
            if isinstance(item, Utterance):
                self._utter(self.mind.understood(self._ears.words(item.samples), self.now_ns))
                continue
            after_ns = self._way.to_caller(b"" if isinstance(item, Close) else item, self.now_ns)
            if after_ns is not None:
                self._later(lambda item=item: self._arrive(item), NETWORK_NS + after_ns)  # type: ignore[misc]

    def _serve(self, errand: Errand) -> None:
        """The sandbox takes the call, and answers unless the agent has hung up by then."""
        call = self._sandbox.took(errand, self._exchange, self.now_ns)
        gone_ns = errand.budget_ms * MS
        if call.after_ns is not None and call.after_ns < gone_ns:
            self._later(lambda: self._answer(errand, call), call.after_ns)
        else:
            self._later(lambda: call.gone(self._exchange, self.now_ns), gone_ns)

    def _answer(self, errand: Errand, call: Taken) -> None:
        result, error = call.answered(self._exchange, self.now_ns)
        self._later(lambda: self._utter(self.mind.answered(errand.call_id, result, error, self.now_ns)))

    def _arrive(self, item: Output) -> None:
        if not self.open:
            return
        match item:
            case Close(None):
                self._closed(Opcode.LOST, reason="the connection ended without a close frame")
            case Close(code):
                self._closed(Opcode.CLOSE, code=code, reason="")
            case str():
                self._exchange.received(Opcode.TEXT, item, self.now_ns)
            case bytes():
                self._exchange.received(Opcode.BINARY, item, self.now_ns)

    def _hang_up(self, code: int | None, loss: Loss | None) -> None:
        if loss:
            self._exchange.note("network", self.now_ns, what=f"line.{loss}")
        if loss == "dead":
            self.dead, self.open = True, False
        elif code is None:
            self._closed(Opcode.LOST, reason="the gate cut the line")
            self.clean = False
        else:
            self._close(code)

    def _close(self, code: int) -> None:
        self.code = code
        self._exchange.control(Direction.SENT, Opcode.CLOSE, self.now_ns, code=code, reason="")
        self.now_ns += 2 * NETWORK_NS
        self._closed(Opcode.CLOSE, code=code, reason="")
        self._heard_out()

    def _heard_out(self) -> None:
        """What was sent before the close is heard before it; what the agent says to that reaches nobody."""
        while self._deeds and self._deeds[0][0] <= self.now_ns:
            heapq.heappop(self._deeds)[2]()

    def _closed(self, opcode: Opcode, **data: Json) -> None:
        self._exchange.control(Direction.RECEIVED, opcode, self.now_ns, **data)
        self.clean = opcode is Opcode.CLOSE
        self.open = False

    def _later(self, deed: Callable[[], None], after_ns: int = NETWORK_NS) -> None:
        self._order += 1
        heapq.heappush(self._deeds, (self.now_ns + after_ns, self._order, deed))


class VirtualDriver:
    """Drives cases against one house, as `session.drive.Driver` does over sockets. `via` is the way that an agent takes
    which runs its tools itself; `real` stands in for tools that are called for real."""

    def __init__(
        self, dialect: Dialect, voice: Mapping[str, Sound], vault: Vault, house: House,
        files: Mapping[str, Attachment] = NO_FILES, via: Via = "http", real: Real = unreachable,
        mint: Callable[[Mint], Minted] = no_mint,
    ) -> None:  # fmt: skip
        self._dialect = dialect
        self._voice = voice
        self._files = files
        self._vault = vault
        self._house = house
        self._via = via
        self._real = real
        self._dead: list[Mind] = []
        self._mint = mint
        self._restarted = False
        self.now_ns = 1_000_000_000

    def drive(self, case: Case, sink: Sink) -> list[CallEnd]:
        ends: list[CallEnd] = []
        desk = Desk(case.tools)
        sandbox = VirtualSandbox(desk, self._via)
        following = Following(case, self._dialect.capabilities)
        for beside in case.rounds:
            self._restarted = False
            dialled = {number: self._dialled(number, case, desk, sandbox, sink, following) for number in beside}
            lines = [line for line, _ in dialled.values() if isinstance(line, VirtualLine)]
            self._hold(list(lines))
            for number, (line, detail) in dialled.items():
                ends.append(line.end if isinstance(line, VirtualLine) else line)
                data: dict[str, Json] = {"end": ends[-1].value, "detail": detail, "name": case.calls[number].name}
                sink.note("call.end", self.now_ns, number, data)
                if isinstance(line, VirtualLine):
                    following.over(number, line.exchange)
            if self._restarted:
                sink.note("restarted", self.now_ns, beside[0], {})
            self.now_ns = max([self.now_ns, *(line.vigil.behind(self.now_ns) for line in lines if line.vigil)])
            if not all(following.goes_on(number, ends[number]) for number in beside):
                break
        for mind in self._dead:
            self._house.leave(mind, clean=False, t_ns=self.now_ns)
        return ends

    @property
    def _now_s(self) -> float:
        """What the calendar says."""
        return EPOCH_S + self.now_ns / 1e9

    def _restart(self) -> None:
        self._house.restart()
        self._restarted = True

    def _dialled(
        self, number: int, case: Case, desk: Desk, sandbox: VirtualSandbox, sink: Sink, following: Following
    ) -> tuple[VirtualLine | CallEnd, str]:  # fmt: skip
        try:
            return self._dial(number, case, desk, sandbox, sink, following), ""
        except NoToken as reason:
            return CallEnd.TOKENLESS, str(reason)

    def _hold(self, lines: list[VirtualLine]) -> None:
        """Runs until nobody on any line has anything left to say."""
        while lines:
            line = min(lines, key=lambda line: line.next_ns)
            if line.open:
                line.step()
                self.now_ns = max(self.now_ns, line.now_ns)
            else:
                lines.remove(line)
                line.told()
                if line.dead:
                    self._dead.append(line.mind)
                else:
                    self._house.leave(line.mind, clean=line.clean, code=line.code, t_ns=self.now_ns)

    def _note(self, sink: Sink, number: int, kind: str, data: dict[str, Json]) -> None:
        sink.note(kind, self.now_ns, number, data)

    def _dial(
        self, number: int, case: Case, desk: Desk, sandbox: VirtualSandbox, sink: Sink, following: Following
    ) -> VirtualLine | CallEnd:  # fmt: skip
        call = following.resuming(case.calls[number], partial(self._note, sink, number))
        name = call_id(case.id, number)
        prover = Prover(call, self._vault, name)
        told = prover.token(self._mint(call.token) if isinstance(call.token, Mint) else None, self._now_s)
        call = replace(call, session=self._vault.fill_object(call.session))
        caller = Caller(call, self._voice, self._dialect.capabilities, desk, self._files)
        exchange = Exchange(number, caller, self._dialect.encoder(name), self._dialect.observer(), sink)
        exchange.names = CallNames(name, TRACE_ID, ready=not self._dialect.capabilities.announces_ready)
        vigil = VirtualVigil(case.probe, self._house.register, exchange) if case.probe else None
        if vigil:
            self.now_ns = vigil.before(self.now_ns)
        exchange.note("call", self.now_ns, name=call.name, **told)
        if call.weather:
            exchange.note("network", self.now_ns, what="line", weather=str(call.weather))
        dial = self._dialect.dial(filled(call.dial, self._vault), call.session, name)
        dial = prover.signed(dial, self._now_s)
        given = (*(dial.http.headers if dial.http else ()), *dial.headers)
        url, headers = addressed(dial.url, dial.query), {name.casefold(): value for name, value in given}
        asked: Json = [[name, value] for name, value in headers.items()]
        exchange.control(Direction.SENT, Opcode.UPGRADE, self.now_ns, url=url, headers=asked)
        headers |= {"sec-websocket-protocol": ", ".join(dial.subprotocols)} if dial.subprotocols else {}
        now_s = self._now_s
        refusal = self._house.admit(url, headers, now_s)
        unwelcome = refusal is not None and self._house.takes_anybody(url, headers)
        refusal = None if unwelcome else refusal
        welcome = self._house.welcome(url, headers) if refusal is None else Welcome.SERVED
        if welcome is Welcome.UNANSWERED:
            self.now_ns += int(call.budgets.connect_ms * MS)
            return CallEnd.EXPIRED
        self.now_ns += 2 * NETWORK_NS
        if welcome is Welcome.DROPPED:
            exchange.control(Direction.RECEIVED, Opcode.LOST, self.now_ns, reason="no valid answer to the upgrade")
            return CallEnd.REFUSED
        status, body = (101, "") if refusal is None else (refusal.status, refusal.detail)
        exchange.control(Direction.RECEIVED, Opcode.UPGRADE, self.now_ns, status=status, headers=[], body=body)
        if refusal is not None:
            return CallEnd.REFUSED
        mind = self._house.enter(hushed=welcome is Welcome.HUSHED, unwelcome=unwelcome, now_s=now_s)
        way = VirtualWay(call.weather, self.now_ns)
        return VirtualLine(
            exchange, mind, self._house.ears, sandbox, self.now_ns, self._real, way, self._restart, vigil,
            pongs=self._house.pongs
        )  # fmt: skip
