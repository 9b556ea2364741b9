"""What dialling writes down shows nothing that lets anybody in."""

import asyncio
import json
import socket
from typing import Any, cast

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from gate.core.ends import CallEnd
from gate.core.frames import Direction, Opcode
from gate.core.plan import Budgets, Call, Dial, HttpFirst
from gate.core.vault import Vault
from gate.core.weather import Loss
from gate.session.clock import Clock
from gate.session.dial import Dialler, NotConnected
from gate.session.exchange import Exchange
from gate.session.issued import tokens, vault_of

TOKEN = "cvtkn+01jx/0abc=="
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


class Written:
    """What the dialler writes down."""

    def __init__(self) -> None:
        self.frames: list[tuple[Direction, Opcode, dict[str, Any]]] = []
        self.notes: list[tuple[str, dict[str, Any]]] = []

    def control(self, direction: Direction, opcode: Opcode, _t_ns: int, **data: Any) -> None:
        self.frames.append((direction, opcode, data))

    def note(self, kind: str, _t_ns: int, **data: Any) -> None:
        self.notes.append((kind, data))


class Agent:
    """Names at /session the address of its socket, with a token; echoes what it is asked for where it refuses."""

    def __init__(self, refuse: int | None = None, padding: int = 0) -> None:
        self.refuse, self.padding = refuse, padding
        self.asked: list[Request] = []
        self.port = 0

    def answer(self, line: ServerConnection, request: Request) -> Response | None:
        self.asked.append(request)
        if request.path.startswith("/session"):
            address = f"ws://127.0.0.1:{self.port}/call?agent_id=agent_123&token={TOKEN}&v=2"
            return line.respond(200, json.dumps({"pad": "x" * self.padding, "url": address}))
        padding = "x" * self.padding
        return line.respond(self.refuse, f"{padding}{request.path} {request.headers}") if self.refuse else None

    async def dialled(self, line: Any = None, known: Vault | None = None, **more: Any) -> tuple[Written, str]:
        async def hold(line: ServerConnection) -> None:
            await line.wait_closed()

        written, detail = Written(), ""
        async with serve(hold, "127.0.0.1", 0, process_request=self.answer, compression=None) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            dial = Dial(**{"url": f"ws://127.0.0.1:{self.port}/call", **more})
            if more.get("http"):
                asked = f"http://127.0.0.1:{self.port}/session?agent_id=agent_123"
                dial = Dial("", http=HttpFirst(asked, "url", "GET"))
            dialler = Dialler(
                Call("call", dial), dial, cast(Exchange, written), Clock(), "ab" * 16, line, known or Vault({})
            )  # fmt: skip
            try:
                socket = await dialler.open()
            except NotConnected as reason:
                detail = str(reason)
            else:
                await socket.close()
        return written, detail


def test_a_signature_is_sent_and_not_written_down() -> None:
    agent = Agent()
    headers = (("x-twilio-signature", SIGNATURE), ("x-account", "account-1"))
    written, _ = asyncio.run(agent.dialled(headers=headers))
    assert agent.asked[0].headers["x-twilio-signature"] == SIGNATURE
    (_, opcode, upgrade), _ = written.frames
    assert opcode is Opcode.UPGRADE
    assert upgrade["headers"][:2] == [["x-twilio-signature", "[secret:x-twilio-signature]"], ["x-account", "account-1"]]


def test_a_signature_that_the_agent_repeats_is_not_written_down_either() -> None:
    written, _ = asyncio.run(Agent(refuse=403).dialled(headers=(("X-Twilio-Signature", SIGNATURE),)))
    assert written.frames[-1][2]["status"] == 403
    assert "[secret:X-Twilio-Signature]" in written.frames[-1][2]["body"]
    assert SIGNATURE not in str(written.frames)


@pytest.mark.parametrize("short", ["", "x"])
def test_a_wrong_signature_of_hardly_a_letter_masks_nothing(short: str) -> None:
    written, _ = asyncio.run(Agent().dialled(headers=(("x-twilio-signature", short),)))
    assert written.frames[0][2]["headers"][0] == ["x-twilio-signature", short]
    assert "secret:" not in str(written.frames)


def test_the_token_of_an_address_from_a_reply_is_used_and_not_written_down() -> None:
    agent = Agent()
    written, _ = asyncio.run(agent.dialled(http=True))
    assert agent.asked[1].path == f"/call?agent_id=agent_123&token={TOKEN}&v=2"
    assert TOKEN not in str(written.frames)
    shown = f"ws://127.0.0.1:{agent.port}/call?agent_id=agent_123&token=[secret:token]&v=2"
    _, (_, _, reply), (_, _, upgrade), _ = written.frames
    assert json.loads(reply["body"])["url"] == upgrade["url"] == shown


@pytest.mark.parametrize("refuse", [None, 403])
def test_half_a_token_where_a_long_answer_is_cut_is_not_written_down(refuse: int | None) -> None:
    for padding in (1_920, 1_955):
        written, _ = asyncio.run(Agent(refuse, padding).dialled(http=True))
        assert TOKEN[:8] not in str(written.frames)


@pytest.mark.parametrize(("host", "contained", "told"), [
    ("localhost", True, True), ("127.0.0.1", True, True), ("127.0.0.1", False, False), ("localhost", False, False),
])  # fmt: skip
def test_in_a_container_a_refusing_localhost_is_explained(host: str, contained: bool, told: bool) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dial = Dial(f"ws://{host}:{probe.getsockname()[1]}/")
        written = cast(Exchange, Written())
        dialler = Dialler(Call("call", dial), dial, written, Clock(), "ab" * 16, contained=contained)
        with pytest.raises(NotConnected) as reason:
            asyncio.run(dialler.open())
    assert "connection refused: nothing listens there" in str(reason.value)
    assert ("in a container this address is the container itself" in str(reason.value)) is told


def test_half_of_a_known_secret_where_a_long_refusal_is_cut_is_not_written_down() -> None:
    agent = Agent(403, 1_815)
    known = Vault({"TOKEN": "a-known-secret-of-the-caller"})
    bearer = (("authorization", "Bearer a-known-secret-of-the-caller"),)
    written, _ = asyncio.run(agent.dialled(known=known, headers=bearer))
    body = written.frames[-1][2]["body"]
    assert len(body) == 2_000
    assert "a-known" not in body


def test_tokens_are_the_values_of_the_query_that_the_request_did_not_have() -> None:
    asked = HttpFirst("https://x/?agent=agent_123", "a.url")
    reply = json.dumps({"a": {"url": "wss://x/y?agent=agent_123&t=one%2Fone&t=twotwotwo&v=4"}})
    found = tokens(reply, asked)
    assert found == (("t", "one%2Fone"), ("t", "twotwotwo"), ("v", "4"))
    assert vault_of(found).mask("one%2Fone twotwotwo 4") == "[secret:t] [secret:t 1] 4"


@pytest.mark.parametrize(
    "reply", ["<html>", "[]", "{}", *(json.dumps({"u": url}) for url in (1, "wss://[x", "wss://x"))]
)
def test_a_reply_without_a_query_has_no_tokens(reply: str) -> None:
    assert tokens(reply, HttpFirst("https://x/", "u")) == ()


def test_a_token_in_the_reason_why_there_is_no_socket_is_masked() -> None:
    agent = Agent()
    agent.answer = lambda line, request: line.respond(  # type: ignore[method-assign]
        200, json.dumps({"url": f"ws://agent.example/call?token={TOKEN}"})
    )
    written, detail = asyncio.run(agent.dialled(http=True))
    assert detail == "the reply names ws://agent.example/call?token=[secret:token]: plain ws:// beyond this machine"
    assert TOKEN not in str(written.frames)


class Elsewhere:
    """A line to the agent from an address where nobody is."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.asked: list[tuple[str, int]] = []

    async def open(self, host: str, port: int) -> tuple[str, int]:
        self.asked.append((host, port))
        if self.agent.port == 0:
            raise ConnectionRefusedError("refused")
        return "127.0.0.1", self.agent.port

    def lose(self, how: Loss) -> None: ...
    async def close(self) -> None: ...


@pytest.mark.parametrize(("url", "port"), [("ws://agent.test/call", 80), ("ws://agent.test:8080/call", 8080)])
def test_through_a_line_only_the_connection_goes_elsewhere(url: str, port: int) -> None:
    agent = Agent()
    line = Elsewhere(agent)
    written, detail = asyncio.run(agent.dialled(url=url, plain_hosts=("agent.test",), line=line))
    assert detail == ""
    assert line.asked == [("agent.test", port)]
    assert agent.asked[0].headers["Host"] == url.split("/")[2]
    assert written.frames[0][2]["url"] == url


def test_where_a_line_reaches_nobody_nobody_is_reached() -> None:
    dial, written = Dial("ws://agent.test/"), Written()
    dialler = Dialler(Call("call", dial), dial, cast(Exchange, written), Clock(), "ab" * 16, Elsewhere(Agent()))
    with pytest.raises(NotConnected) as reason:
        asyncio.run(dialler.open())
    assert reason.value.end is CallEnd.UNREACHABLE
    assert str(reason.value) == "ws://agent.test/: connection refused: nothing listens there"


class Sleeper(Clock):
    """Of a machine on which so much time has passed when it is looked at again."""

    def __init__(self, ms: float) -> None:
        self._looks = iter([0])
        self._then_ns = int(ms * 1e6)

    def now_ns(self) -> int:
        return next(self._looks, self._then_ns)


@pytest.mark.parametrize(("slept_ms", "told"), [
    (9_000.0, [("late", {"ms": 8_900})]), (601.0, [("late", {"ms": 501})]), (600.0, []), (110.0, []),
])  # fmt: skip
def test_a_gate_that_slept_through_its_patience_says_so(slept_ms: float, told: list[Any]) -> None:
    written = Written()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        dial = Dial(f"ws://127.0.0.1:{silent.getsockname()[1]}/")
        call = Call("call", dial, budgets=Budgets(connect_ms=100.0))
        dialler = Dialler(call, dial, cast(Exchange, written), Sleeper(slept_ms), "ab" * 16)
        with pytest.raises(NotConnected, match="the handshake not answered within 100 ms"):
            asyncio.run(dialler.open())
    assert written.notes == told


@pytest.mark.parametrize("leads_to", ["/elsewhere", "ws://other.test/"])
def test_through_a_line_no_redirect_is_followed_and_no_agent_blamed(leads_to: str) -> None:
    agent = Agent()

    def lead(line: ServerConnection, request: Request) -> Response:
        answer = line.respond(302, "there")
        answer.headers["Location"] = leads_to
        return answer

    agent.answer = lead  # type: ignore[method-assign]
    line = Elsewhere(agent)
    _, detail = asyncio.run(agent.dialled(url="ws://agent.test/call", line=line))
    assert detail.startswith("the upgrade was answered with HTTP 302, which a call over a network of its own cannot")
    assert len(line.asked) == 1


@pytest.mark.parametrize(
    ("reply", "answered"),
    [
        ("101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong", True),
        ("", False),
    ],
)
def test_an_answer_that_nobody_can_use_is_told_from_none(reply: str, answered: bool) -> None:
    direction, opcode, data = answered_with(reply)[0].frames[-1]
    assert (direction, opcode, data["answered"]) == (Direction.RECEIVED, Opcode.LOST, answered)


def answered_with(reply: str) -> tuple[Written, str, int]:
    """What is written down of an agent that answers every upgrade so, why there is no call, and how often it was
    asked."""

    async def dialled() -> tuple[Written, str, int]:
        asked = 0

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal asked
            await reader.readuntil(b"\r\n\r\n")
            asked += 1
            if reply:
                writer.write(f"HTTP/1.1 {reply}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            writer.close()

        written = Written()
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            dial = Dial(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/call", (("X-Key", "a secret"),))
            with pytest.raises(NotConnected) as reason:
                await Dialler(Call("call", dial), dial, cast(Exchange, written), Clock(), "ab" * 16).open()
        assert reason.value.end is CallEnd.REFUSED
        return written, str(reason.value), asked

    return asyncio.run(dialled())


@pytest.mark.parametrize(
    "place",
    ["https://agent.example/login", "wss://127.0.0.1/call", "//elsewhere/call", "ws://[", "ws://127.0.0.1:9/call"],
)
def test_a_redirect_to_anybody_else_is_an_answer_and_is_not_followed(place: str) -> None:
    """The caller's token may be in any header, and a library knows but few."""
    written, told, asked = answered_with(f"302 Found\r\nLocation: {place}")
    assert told.startswith(f'the upgrade was answered with HTTP 302 and leads to "{place}", where the gate does not')
    assert written.frames[-1][:2] == (Direction.RECEIVED, Opcode.UPGRADE)
    assert asked == 1


def test_a_redirect_to_where_it_came_from_is_followed_a_few_times() -> None:
    _, told, asked = answered_with("307 Temporary Redirect\r\nLocation: /again")
    assert "redirects" in told
    assert 1 < asked < 20
