"""Opens one socket: directly, or by asking an HTTP address for it first. Every answer is written down; nobody's fault
is decided here, but what never reached an agent is told from what an agent refused. Nothing that is written down here
shows a secret that dialling itself brings about."""

import asyncio
import errno
import json
import re
import socket
import ssl
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from gate import __version__
from gate.core import jsons
from gate.core.addresses import host_and_port, is_encrypted, is_loopback, is_plain_but_far
from gate.core.dialling import addressed
from gate.core.ends import CallEnd
from gate.core.frames import Direction, Opcode
from gate.core.jsons import Json
from gate.core.paths import get
from gate.core.plan import Call, Dial, HttpFirst
from gate.core.sizes import told as size
from gate.core.tracing import TRACEPARENT, traceparent
from gate.core.vault import Vault
from gate.session.arrival import StampedClient
from gate.session.clock import Clock
from gate.session.exchange import Exchange
from gate.session.issued import signatures, tokens, vault_of
from gate.session.meter import Meter
from gate.session.outside import Line
from gate.session.tls import beneath, context_of, untrusted, unwelcome

LARGEST_REPLY = 1_000_000
CHUNK = 65_536
BODY_SHOWN = 2_000
PROBE_S = 2.0
REDIRECTS = (301, 302, 303, 307, 308)
NOT_FOLLOWED = ", which a call over a network of its own cannot follow: write the address that it leads to"
NOBODY = "connection refused: nothing listens there"
IN_CONTAINER = (
    "; in a container this address is the container itself, not the machine around it: call a service by its name, "
    "or the host (172.17.0.1 under docker), and name it in allow_plain_ws"
)
ELSEWHERE = ", where the gate does not follow with the caller's token: if that is the agent, write its address"
PLACE_SHOWN = 200
FEWER = "give a smaller --jobs"
EXHAUSTED = {
    errno.EADDRNOTAVAIL: f"this machine has no port left to call from; {FEWER}, or wait until earlier calls' are free",
    errno.EMFILE: f"the gate may open no more files and sockets; {FEWER}, or raise `ulimit -n`",
    errno.ENFILE: f"this machine may open no more files and sockets; {FEWER}",
}
"""What this machine has too little of, and what to do: it is nothing of the agent's."""
OURS_MS = 500.0
"""A gate that notices the end of its patience so much too late may have slept through the answer."""
NO_ANSWER = (InvalidMessage, EOFError)
"""What else is wrong with a handshake is wrong with an answer: a redirect, a subprotocol that nobody offered."""


class NotConnected(Exception):
    """Why there is no socket: how the call ended, and the detail for the log."""

    def __init__(self, end: CallEnd, detail: str) -> None:
        super().__init__(detail)
        self.end = end


class Straight(connect):
    """Follows no redirect: it would lead past the line."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Homebound(connect):
    """Follows a redirect to where it was sent to anyway, and none to anybody else: what the caller shows to be let in
    may be in any header."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return super().process_redirect(exc) if _leads_home(self.uri, exc) else exc


def _leads_home(url: str, answer: Exception) -> bool:
    place = location(answer)
    if not place:
        return False
    try:
        there = urljoin(url, place)
        return host_and_port(there) == host_and_port(url) and is_encrypted(there) == is_encrypted(url)
    except ValueError:
        return False


def location(answer: Exception) -> str:
    """Where a redirect leads, as it was answered; empty if it is none."""
    if not isinstance(answer, InvalidStatus) or answer.response.status_code not in REDIRECTS:
        return ""
    return next(iter(answer.response.headers.get_all("Location")), "")


@dataclass
class Dialler:
    """Dials one call. All of it, HTTP call included, has `connect_ms`. Its secrets are in `dial`, and `known` has
    them. Through `line` goes the socket alone, and nobody can tell but by the weather: address, Host header and TLS
    name are the agent's. `contained` says that this machine is a container; `number` is that of
    the call in its case."""

    call: Call
    dial: Dial
    exchange: Exchange
    clock: Clock
    trace_id: str
    line: Line | None = None
    known: Vault = field(default_factory=lambda: Vault({}))
    number: int = 0
    contained: bool = False
    _issued: Vault = field(init=False)

    def __post_init__(self) -> None:
        self._issued = vault_of(signatures(self.dial))

    async def open(self) -> StampedClient:
        """The open socket; raises NotConnected."""
        began_ns = self.clock.now_ns()
        try:
            async with asyncio.timeout(self.call.budgets.connect_ms / 1000):
                url = await self._ask(self.dial.http) if self.dial.http else self.dial.url
                return await self._connect(addressed(url, self.dial.query))
        except NotConnected as reason:
            raise NotConnected(reason.end, self._issued.mask(str(reason))) from None
        except TimeoutError:
            late_ms = (self.clock.now_ns() - began_ns) / 1e6 - self.call.budgets.connect_ms
            if late_ms > OURS_MS:
                self.exchange.note("late", self.clock.now_ns(), ms=round(late_ms))
            raise await self._no_answer() from None

    async def _no_answer(self) -> NotConnected:
        """Silence of an agent that is there is told from an address where nobody is."""
        host, port = host_and_port(self.dial.http.url if self.dial.http else self.dial.url)
        within = f"within {self.call.budgets.connect_ms:g} ms"
        try:
            async with asyncio.timeout(PROBE_S):
                _, writer = await asyncio.open_connection(host, port)
        except OSError:
            return NotConnected(CallEnd.UNREACHABLE, f"{host}:{port} took no connection {within}")
        writer.close()
        return NotConnected(CallEnd.EXPIRED, f"the connection was taken and the handshake not answered {within}")

    async def _ask(self, http: HttpFirst) -> str:
        url, body = http.url, http.body
        headers = dict((*http.headers, self._trace()))
        content = jsons.canonical(body).encode() if body is not None else None
        if content is not None and not any(name.casefold() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
        shown: Json = {**headers}
        self._wrote(Direction.SENT, Opcode.HTTP, method=http.method, url=url, headers=shown, body=body)
        try:
            verify = context_of(self.dial.tls) if self.dial.tls else True
            async with (
                httpx.AsyncClient(timeout=None, trust_env=False, verify=verify) as client,  # noqa: S113 (open() has the budget)
                client.stream(http.method, url, headers=headers, content=content) as reply,
            ):
                told = await _bounded(reply)
        except httpx.DecodingError as error:
            raise NotConnected(CallEnd.REFUSED, f"the reply of {url} cannot be unpacked: {error}") from None
        except httpx.TransportError as error:
            await self._look_at_tls(url, beneath(error))
            raise NotConnected(CallEnd.UNREACHABLE, f"{http.method} {url}: {self._why(error, url)}") from None
        if len(told) > LARGEST_REPLY:
            self._wrote(Direction.RECEIVED, Opcode.HTTP, status=reply.status_code, body="")
            raise NotConnected(CallEnd.REFUSED, f"the reply of {url} is longer than {size(LARGEST_REPLY)}")
        self._issued = vault_of((*signatures(self.dial), *tokens(told, http)))
        shown_reply = self._shown(told.decode(reply.encoding or "utf-8", "replace"))
        self._wrote(Direction.RECEIVED, Opcode.HTTP, status=reply.status_code, body=shown_reply)
        if not reply.is_success:
            raise NotConnected(CallEnd.REFUSED, f"{http.method} {url} was answered with HTTP {reply.status_code}")
        return self._socket_url(told, http)

    def _socket_url(self, reply: bytes, http: HttpFirst) -> str:
        try:
            found = get(jsons.parse(reply), http.url_path)
        except ValueError:
            raise NotConnected(CallEnd.REFUSED, f"the reply of {http.url} is not JSON") from None
        if not isinstance(found, str) or urlsplit(found).scheme not in ("ws", "wss"):
            shown = "nothing" if not isinstance(found, str) else json.dumps(found)
            raise NotConnected(CallEnd.REFUSED, f"no ws:// or wss:// address at {http.url_path} of the reply, {shown}")
        if is_plain_but_far(found, self.dial.plain_hosts):
            raise NotConnected(CallEnd.REFUSED, f"the reply names {found}: plain ws:// beyond this machine")
        return found

    async def _connect(self, url: str) -> StampedClient:
        headers, subprotocols = [*self.dial.headers, self._trace()], self.dial.subprotocols
        asked: Json = [[name, value] for name, value in headers]
        self._wrote(Direction.SENT, Opcode.UPGRADE, url=url, headers=asked, subprotocols=list(subprotocols))
        try:
            socket_ = await (Straight if self.line else Homebound)(
                url,
                **await self._diverted(url),
                additional_headers=headers,
                subprotocols=[Subprotocol(name) for name in subprotocols] or None,
                user_agent_header=f"voxgate/{__version__}",
                compression=None,
                open_timeout=None,
                ping_interval=None,
                close_timeout=self.call.budgets.close_ms / 1000,
                max_size=self.call.budgets.message_bytes,
                max_queue=None,
                proxy=None,
                ssl=context_of(self.dial.tls) if is_encrypted(url) else None,
                create_connection=partial(StampedClient, meter=Meter(self.call.budgets)),  # type: ignore[arg-type]
            )
        except InvalidStatus as refusal:
            refused = refusal.response
            self._upgraded(refused.status_code, list(refused.headers.raw_items()), refused.body)
            detail = f"the upgrade was answered with HTTP {refused.status_code}"
            if self.line and refused.status_code in REDIRECTS:
                raise NotConnected(CallEnd.UNREACHABLE, f"{detail}{NOT_FOLLOWED}") from None
            if place := location(refusal):
                detail = f"{detail} and leads to {json.dumps(place[:PLACE_SHOWN])}{ELSEWHERE}"
            raise NotConnected(CallEnd.REFUSED, detail) from None
        except (InvalidHandshake, InvalidURI, EOFError) as error:
            if isinstance(error, InvalidMessage):
                await self._look_at_tls(url, None)
            reason, answered = f"no valid answer to the upgrade: {error}", not isinstance(error, NO_ANSWER)
            self._wrote(Direction.RECEIVED, Opcode.LOST, reason=reason, answered=answered)
            raise NotConnected(CallEnd.REFUSED, f"no valid answer to the upgrade: {error}") from None
        except OSError as error:
            await self._look_at_tls(url, error)
            raise NotConnected(CallEnd.UNREACHABLE, f"{url}: {self._why(error, url)}") from None
        answer = socket_.response
        assert answer is not None
        assert isinstance(socket_, StampedClient)
        self._upgraded(answer.status_code, list(answer.headers.raw_items()), b"")
        return socket_

    async def _diverted(self, url: str) -> dict[str, Any]:
        """Where to connect, if not where the address says."""
        parts = urlsplit(url)
        if self.line is None or not parts.hostname:
            return {}
        host, port = await self.line.open(parts.hostname, parts.port or (443 if parts.scheme == "wss" else 80))
        return {"host": host, "port": port}

    async def _look_at_tls(self, url: str, error: BaseException | None) -> None:
        """Raises NotConnected if it was for a certificate that there is no line. Without an error, the line ended
        before anything came."""
        if not is_encrypted(url):
            return
        host, port = host_and_port(url)
        found = await (untrusted(error, host, port) if error else unwelcome(self.dial.tls, host, port))
        if found:
            self.exchange.note("tls", self.clock.now_ns(), why=found.kind, detail=found.detail)
            raise NotConnected(CallEnd.UNTRUSTED, found.detail) from None

    def _why(self, error: Exception, url: str) -> str:
        why = _why(error, over_tls=is_encrypted(url))
        is_here = self.contained and is_loopback(host_and_port(url)[0])
        return why + IN_CONTAINER if why == NOBODY and is_here else why

    def _trace(self) -> tuple[str, str]:
        """W3C Trace Context: ties this call to the agent's own spans."""
        return TRACEPARENT, traceparent(self.trace_id, self.number)

    def _upgraded(self, status: int, headers: list[tuple[str, str]], body: bytes | bytearray | None) -> None:
        text = self._shown((body or b"").decode("utf-8", "replace"))
        shown: Json = [[name, value] for name, value in headers]
        self._wrote(Direction.RECEIVED, Opcode.UPGRADE, status=status, headers=shown, body=text)

    def _shown(self, body: str) -> str:
        """Half a secret could not be told from other text, so it is masked before it is cut."""
        return self.known.mask(self._issued.mask(body))[:BODY_SHOWN]

    def _wrote(self, direction: Direction, opcode: Opcode, **data: Json) -> None:
        shown = {name: self._issued.mask_json(value) for name, value in data.items()}
        self.exchange.control(direction, opcode, self.clock.now_ns(), **shown)


async def _bounded(reply: httpx.Response) -> bytes:
    """The body, unpacked, and no more of it than shows that it is too long."""
    data = bytearray()
    async for piece in reply.aiter_bytes(CHUNK):
        data += piece
        if len(data) > LARGEST_REPLY:
            break
    return bytes(data)


def _why(error: Exception, *, over_tls: bool) -> str:
    """The cause in words that tell the user where to look."""
    text = str(error) or type(error).__name__
    match error if isinstance(error, OSError) else _bottom(error):
        case ssl.SSLError():
            return f"TLS failed ({text})"
        case ConnectionResetError() if over_tls:
            return "the line was broken off while TLS was agreed: it may want a client certificate (target.tls)"
        case socket.gaierror():
            return f"its host name cannot be resolved ({text})"
        case ConnectionRefusedError():
            return NOBODY
        case OSError() if _refused_everywhere(text):
            return NOBODY
        case OSError(errno=number) if number in EXHAUSTED:
            return f"{text}: {EXHAUSTED[number]}"
        case _:
            return text


def _bottom(error: BaseException) -> BaseException:
    """The error of the network beneath one of HTTP; of several addresses', that of the first."""
    under: BaseException | None = error
    while under is not None:
        error = under
        under = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__ or error.__context__
    return error


def _refused_everywhere(text: str) -> bool:
    """How asyncio tells that every address of a name, such as both of localhost, has refused."""
    numbers = re.findall(r"\[Errno (\d+)\]", text)
    return len(numbers) > 1 and set(numbers) == {str(errno.ECONNREFUSED)}
