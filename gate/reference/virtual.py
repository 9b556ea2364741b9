"""Whole calls in memory and in virtual time: the caller against the reference agent's mind, through the same exchange
and the same recording as over a socket. Nobody waits here; time jumps to whatever is due next."""

import heapq
from collections.abc import Callable, Mapping
from functools import partial

from gate.caller import outs
from gate.caller.caller import NO_FILES, Caller
from gate.core.dialling import addressed, call_id, filled
from gate.core.ends import CallEnd
from gate.core.fetched import Fetched
from gate.core.frames import Direction, Opcode
from gate.core.jsons import Json
from gate.core.plan import Call, Case
from gate.core.ports import Dialect, Sink
from gate.core.sound import Attachment, Sound
from gate.core.tooling import RealTool, Via
from gate.core.vault import Vault
from gate.reference.house import House
from gate.reference.mind import Close, Mind, Output
from gate.reference.virtual_sandbox import Taken, VirtualSandbox
from gate.reference.waiting import MS, Errand
from gate.session.exchange import Ending, Exchange
from gate.session.following import Following
from gate.tools.desk import Desk

NETWORK_NS = 2_000_000  # one way
EPOCH_S = 1_800_000_000.0
GOING_AWAY = 1001


Real = Callable[[RealTool, Json], Fetched]


def unreachable(tool: RealTool, arguments: Json) -> Fetched:
    return Fetched(None, f"{tool.name} cannot be called where time is virtual")


class VirtualLine:
    """One call. Events are (time, order, deed): whatever crosses the line arrives NETWORK_NS later."""

    def __init__(
        self, exchange: Exchange, mind: Mind, sandbox: VirtualSandbox, t_ns: int, real: Real,
        restart: Callable[[], None],
    ) -> None:  # fmt: skip
        self.now_ns = t_ns
        self.clean = False
        self.code = 1000
        self._restart = restart
        self._exchange = exchange
        self._mind = mind
        self._sandbox = sandbox
        self._real = real
        self._deeds: list[tuple[int, int, Callable[[], None]]] = []
        self._order = 0
        self._open = True

    def hold(self) -> None:
        """Runs until neither side has anything left to say."""
        self._exchange.opened(self.now_ns)
        self._utter(self._mind.opened(self.now_ns))
        self._talk()
        while self._open:
            self._step()

    def _step(self) -> None:
        times = [self._exchange.wake_ns, *([self._deeds[0][0]] if self._deeds else [])]
        times += [self._mind.wake_ns] if self._mind.wake_ns is not None else []
        self.now_ns = max(self.now_ns, min(times))
        while self._deeds and self._deeds[0][0] <= self.now_ns:
            heapq.heappop(self._deeds)[2]()
        if self._mind.wake_ns is not None and self._mind.wake_ns <= self.now_ns:
            self._utter(self._mind.wake(self.now_ns))
        self._talk()

    def _talk(self) -> None:
        if not self._open:
            return
        for item in self._exchange.due(self.now_ns):
            if isinstance(item, Ending):
                self._hang_up(item.code)
                return
            if isinstance(item, outs.Errand):
                self._fetch(item)
                continue
            if isinstance(item, outs.Restarting):
                self._restart()
                self._later(lambda: self._arrive(Close(GOING_AWAY)))
                continue
            opcode = Opcode.TEXT if isinstance(item.data, str) else Opcode.BINARY
            self._exchange.sent(opcode, item.data, self.now_ns, item.due_ns)
            self._later(lambda data=item.data: self._utter(self._mind.hear(data, self.now_ns)))  # type: ignore[misc]
        if self._exchange.end is not None:
            self._open = False

    def _fetch(self, errand: outs.Errand) -> None:
        answer = self._real(errand.tool, errand.arguments)
        self._later(lambda: self._exchange.fetched(errand, answer, self.now_ns))

    def _utter(self, out: list[Output]) -> None:
        for item in out:
            if isinstance(item, Errand):
                self._later(lambda item=item: self._serve(item))  # type: ignore[misc]
            else:
                self._later(lambda item=item: self._arrive(item))  # type: ignore[misc]

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
        self._later(lambda: self._utter(self._mind.answered(errand.call_id, result, error, self.now_ns)))

    def _arrive(self, item: Output) -> None:
        if not self._open:
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

    def _hang_up(self, code: int | None) -> None:
        if code is None:
            self._closed(Opcode.LOST, reason="the gate cut the line")
            self.clean = False
            return
        self.code = code
        self._exchange.control(Direction.SENT, Opcode.CLOSE, self.now_ns, code=code, reason="")
        self.now_ns += 2 * NETWORK_NS
        self._closed(Opcode.CLOSE, code=code, reason="")

    def _closed(self, opcode: Opcode, **data: Json) -> None:
        self._exchange.control(Direction.RECEIVED, opcode, self.now_ns, **data)
        self.clean = opcode is Opcode.CLOSE
        self._open = False

    def _later(self, deed: Callable[[], None], after_ns: int = NETWORK_NS) -> None:
        self._order += 1
        heapq.heappush(self._deeds, (self.now_ns + after_ns, self._order, deed))


class VirtualDriver:
    """Drives cases against one house, as `session.drive.Driver` does over sockets. `via` is the way that an agent takes
    which runs its tools itself; `real` stands in for tools that are called for real."""

    def __init__(
        self, dialect: Dialect, voice: Mapping[str, Sound], vault: Vault, house: House,
        files: Mapping[str, Attachment] = NO_FILES, via: Via = "http", real: Real = unreachable,
    ) -> None:  # fmt: skip
        self._dialect = dialect
        self._voice = voice
        self._files = files
        self._vault = vault
        self._house = house
        self._via = via
        self._real = real
        self._restarted = False
        self.now_ns = 1_000_000_000

    def drive(self, case: Case, sink: Sink) -> list[CallEnd]:
        ends: list[CallEnd] = []
        desk = Desk(case.tools)
        sandbox = VirtualSandbox(desk, self._via)
        following = Following(case, self._dialect.capabilities)
        for number, call in enumerate(case.calls):
            self._restarted = False
            resuming = following.resuming(call, partial(self._note, sink, number))
            end = self._make(number, resuming, case, desk, sandbox, sink, following)
            sink.note("call.end", self.now_ns, number, {"end": end.value, "detail": "", "name": call.name})
            ends.append(end)
            if self._restarted:
                sink.note("restarted", self.now_ns, number, {})
            if not following.goes_on(number, end):
                break
        return ends

    def _note(self, sink: Sink, number: int, kind: str, data: dict[str, Json]) -> None:
        sink.note(kind, self.now_ns, number, data)

    def _restart(self) -> None:
        self._house.restart()
        self._restarted = True

    def _make(
        self, number: int, call: Call, case: Case, desk: Desk, sandbox: VirtualSandbox, sink: Sink,
        following: Following,
    ) -> CallEnd:  # fmt: skip
        caller = Caller(call, self._voice, self._dialect.capabilities, desk, self._files)
        name = call_id(case.id, number)
        exchange = Exchange(number, caller, self._dialect.encoder(name), self._dialect.observer(), sink)
        exchange.note("call", self.now_ns, name=call.name)
        dial = self._dialect.dial(filled(call.dial, self._vault), call.session, name)
        given = (*(dial.http.headers if dial.http else ()), *dial.headers)
        url, headers = addressed(dial.url, dial.query), {name.casefold(): value for name, value in given}
        asked: Json = [[name, value] for name, value in headers.items()]
        exchange.control(Direction.SENT, Opcode.UPGRADE, self.now_ns, url=url, headers=asked)
        refusal = self._house.admit(url, headers, EPOCH_S + self.now_ns / 1e9)
        self.now_ns += 2 * NETWORK_NS
        status, body = (101, "") if refusal is None else (refusal.status, refusal.detail)
        exchange.control(Direction.RECEIVED, Opcode.UPGRADE, self.now_ns, status=status, headers=[], body=body)
        if refusal is not None:
            return CallEnd.REFUSED
        mind = self._house.enter()
        line = VirtualLine(exchange, mind, sandbox, self.now_ns, self._real, self._restart)
        line.hold()
        following.over(number, exchange)
        self.now_ns = line.now_ns
        self._house.leave(mind, clean=line.clean, code=line.code)
        return exchange.end or CallEnd.BROKEN
