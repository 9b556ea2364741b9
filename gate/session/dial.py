"""Opens one socket: directly, or by asking an HTTP address for it first. Every answer is written down; nobody's fault
is decided here, but what never reached an agent is told from what an agent refused. Nothing that is written down here
shows a secret that dialling itself brings about."""

import asyncio
import json
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from gate import __version__
from gate.core import jsons
from gate.core.addresses import is_plain_but_far
from gate.core.dialling import addressed
from gate.core.ends import CallEnd
from gate.core.frames import Direction, Opcode
from gate.core.jsons import Json
from gate.core.paths import get
from gate.core.plan import Call, Dial, HttpFirst
from gate.core.vault import Vault
from gate.session.arrival import StampedClient
from gate.session.clock import Clock
from gate.session.exchange import Exchange
from gate.session.issued import signatures, tokens, vault_of

MAX_FRAME_BYTES = 16 * 2**20
BODY_SHOWN = 2_000
PROBE_S = 2.0


class NotConnected(Exception):
    """Why there is no socket: how the call ended, and the detail for the log."""

    def __init__(self, end: CallEnd, detail: str) -> None:
        super().__init__(detail)
        self.end = end


@dataclass
class Dialler:
    """Dials one call. All of it, HTTP call included, has `connect_ms`. Its secrets are in `dial`, and `known` has
    them."""

    call: Call
    dial: Dial
    exchange: Exchange
    clock: Clock
    trace_id: str
    known: Vault = field(default_factory=lambda: Vault({}))
    _issued: Vault = field(init=False)

    def __post_init__(self) -> None:
        self._issued = vault_of(signatures(self.dial))

    async def open(self) -> StampedClient:
        """The open socket; raises NotConnected."""
        try:
            async with asyncio.timeout(self.call.budgets.connect_ms / 1000):
                url = await self._ask(self.dial.http) if self.dial.http else self.dial.url
                return await self._connect(addressed(url, self.dial.query))
        except NotConnected as reason:
            raise NotConnected(reason.end, self._issued.mask(str(reason))) from None
        except TimeoutError:
            raise await self._no_answer() from None

    async def _no_answer(self) -> NotConnected:
        """Silence of an agent that is there is told from an address where nobody is."""
        address = urlsplit(self.dial.http.url if self.dial.http else self.dial.url)
        port = address.port or (443 if address.scheme in ("wss", "https") else 80)
        within = f"within {self.call.budgets.connect_ms:g} ms"
        try:
            async with asyncio.timeout(PROBE_S):
                _, writer = await asyncio.open_connection(address.hostname, port)
        except OSError:
            return NotConnected(CallEnd.UNREACHABLE, f"{address.hostname}:{port} took no connection {within}")
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
            async with httpx.AsyncClient(timeout=None, trust_env=False) as client:  # noqa: S113 (open() has the budget)
                reply = await client.request(http.method, url, headers=headers, content=content)
        except httpx.TransportError as error:
            raise NotConnected(CallEnd.UNREACHABLE, f"{http.method} {url}: {_why(error)}") from None
        self._issued = vault_of((*signatures(self.dial), *tokens(reply.content, http)))
        self._wrote(Direction.RECEIVED, Opcode.HTTP, status=reply.status_code, body=self._shown(reply.text))
        if not reply.is_success:
            raise NotConnected(CallEnd.REFUSED, f"{http.method} {url} was answered with HTTP {reply.status_code}")
        return self._socket_url(reply, http)

    def _socket_url(self, reply: httpx.Response, http: HttpFirst) -> str:
        try:
            found = get(jsons.parse(reply.content), http.url_path)
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
            socket_ = await connect(
                url,
                additional_headers=headers,
                subprotocols=[Subprotocol(name) for name in subprotocols] or None,
                user_agent_header=f"voxgate/{__version__}",
                compression=None,
                open_timeout=None,
                ping_interval=None,
                close_timeout=self.call.budgets.close_ms / 1000,
                max_size=MAX_FRAME_BYTES,
                max_queue=None,
                proxy=None,
                create_connection=StampedClient,
            )
        except InvalidStatus as refusal:
            refused = refusal.response
            self._upgraded(refused.status_code, list(refused.headers.raw_items()), refused.body)
            detail = f"the upgrade was answered with HTTP {refused.status_code}"
            raise NotConnected(CallEnd.REFUSED, detail) from None
        except (InvalidHandshake, InvalidURI, EOFError) as error:
            self._wrote(Direction.RECEIVED, Opcode.LOST, reason=f"no valid answer to the upgrade: {error}")
            raise NotConnected(CallEnd.REFUSED, f"no valid answer to the upgrade: {error}") from None
        except OSError as error:
            raise NotConnected(CallEnd.UNREACHABLE, f"{url}: {_why(error)}") from None
        answer = socket_.response
        assert answer is not None
        assert isinstance(socket_, StampedClient)
        self._upgraded(answer.status_code, list(answer.headers.raw_items()), b"")
        return socket_

    def _trace(self) -> tuple[str, str]:
        """W3C Trace Context: ties this call to the agent's own spans."""
        return "traceparent", f"00-{self.trace_id}-{self.trace_id[:16]}-01"

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


def _why(error: Exception) -> str:
    """The cause in words that tell the user where to look."""
    text = str(error) or type(error).__name__
    cause = error.__cause__ or error.__context__
    match error if isinstance(error, OSError) else cause:
        case ssl.SSLError():
            return f"TLS failed ({text})"
        case socket.gaierror():
            return f"its host name cannot be resolved ({text})"
        case ConnectionRefusedError():
            return "connection refused: nothing listens there"
        case _:
            return text
