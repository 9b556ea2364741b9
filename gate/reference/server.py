"""A thin server around the reference agent: WebSocket and the list of sessions on one port, and HTTP that gives the
socket's address on another. Everything that is decided is decided in the mind."""

import asyncio
import contextlib
import json
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus
from weakref import WeakSet

from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Frame
from websockets.frames import Opcode as Kind
from websockets.http11 import Request, Response

from gate.audio.pcm import Samples
from gate.core.dialling import addressed
from gate.core.jsons import Json
from gate.core.paths import put
from gate.reference.conversation import Conversation
from gate.reference.doorway import LARGE_HEADER, Welcome
from gate.reference.errands import Runner
from gate.reference.gatekeeper import token_of
from gate.reference.hearing import Hearing
from gate.reference.house import House
from gate.reference.wirelog import CallLog, WireLog
from gate.session.arrival import StampedServer

MAX_FRAME_BYTES = 16 * 2**20
"""What is too large is for the mind to say."""


class _Stuck(StampedServer):
    """Of an agent that never reads a large header to its end; the library's own limit would answer it."""

    _read_bytes = 0

    def data_received(self, data: bytes) -> None:
        self._read_bytes += len(data)
        if self.request is not None or self._read_bytes <= LARGE_HEADER:
            super().data_received(data)


@dataclass
class AgentServer:
    """`hearing` recognises words beside the server, else the house does it. `runner` calls the tools of an agent that
    does so itself. `http_port` 0 leaves the HTTP side out; its answers
    name the socket at `url_path` too, as the dialect's provider does. What crosses the sockets is told to `log`, if
    there is one."""

    house: House
    hearing: Hearing | None = None
    runner: Runner | None = None
    host: str = "127.0.0.1"
    port: int = 8765
    http_port: int = 0
    log: WireLog | None = None
    url_path: str = ""
    tls: ssl.SSLContext | None = None
    _hushed: "WeakSet[ServerConnection]" = field(default_factory=WeakSet)
    _unwelcome: "WeakSet[ServerConnection]" = field(default_factory=WeakSet)

    @property
    def scheme(self) -> str:
        return "wss" if self.tls else "ws"

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Callers are taken from here to the end of the block. Raises OSError if a port is taken."""
        async with contextlib.AsyncExitStack() as stack:
            if self.http_port:
                http = await asyncio.start_server(self._http, self.host, self.http_port, ssl=self.tls)
                await stack.enter_async_context(http)
            await stack.enter_async_context(
                serve(
                    self._call,
                    self.host,
                    self.port,
                    process_request=self._admit,
                    compression=None,
                    ping_interval=None,
                    max_size=MAX_FRAME_BYTES,
                    create_connection=_Stuck if self.house.hangs_on_large_headers else StampedServer,
                    ssl=self.tls,
                )
            )
            yield

    async def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        headers = {name.casefold(): value for name, value in request.headers.raw_items()}
        if "upgrade" not in headers and (shown := self.house.register.shown(request.path, time.monotonic_ns())):
            return connection.respond(HTTPStatus(shown[0]), json.dumps(shown[1]))
        refusal = self.house.admit(request.path, headers, time.time())
        if refusal and self.house.takes_anybody(request.path, headers):
            self._unwelcome.add(connection)
            return None
        if refusal:
            return connection.respond(HTTPStatus(refusal.status), refusal.detail + "\n")
        match self.house.welcome(request.path, headers):
            case Welcome.UNANSWERED:
                await connection.wait_closed()
            case Welcome.DROPPED:
                connection.transport.abort()
                await connection.wait_closed()
            case Welcome.HUSHED:
                self._hushed.add(connection)
            case Welcome.SERVED:
                pass
        return None

    async def _call(self, line: ServerConnection) -> None:
        assert isinstance(line, StampedServer)
        mind = self.house.enter(
            hushed=line in self._hushed, unwelcome=line in self._unwelcome, now_s=time.time()
        )  # fmt: skip
        if not self.house.pongs:
            _no_pongs(line)
        log = CallLog(mind.session_id) if self.log else None
        try:
            await Conversation(line, mind, self._words, self.runner, log).hold()
        finally:
            close = line.protocol.close_rcvd
            self.house.leave(
                mind, clean=close is not None, code=close.code if close else 1000, t_ns=time.monotonic_ns()
            )  # fmt: skip
        if self.log and log:
            await self.log.write(log)

    async def _words(self, samples: Samples) -> str | None:
        return await self.hearing.words(samples) if self.hearing else self.house.ears.words(samples)

    async def _http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """HTTP-first: whatever is posted, the answer names the socket. A token that came with it is in that address:
        who is let in is decided there."""
        import h11

        link = h11.Connection(h11.SERVER)
        token = ""
        while (event := link.next_event()) and not isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            if event is h11.NEED_DATA:
                link.receive_data(await reader.read(65_536))
            elif isinstance(event, h11.Request):
                asked = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
                token = token_of(event.target.decode("latin-1"), asked)
        if link.our_state is not h11.SEND_RESPONSE:
            writer.close()  # whoever came asked nothing, or is gone again
            return
        socket = addressed(f"{self.scheme}://{self.host}:{self.port}/voice", [("token", token)] if token else [])
        reply: dict[str, Json] = {"data": {"websocket_url": socket}}
        if self.url_path:
            put(reply, self.url_path, socket)
        body = json.dumps(reply).encode()
        headers = [("content-type", "application/json"), ("content-length", str(len(body))), ("connection", "close")]
        for part in (h11.Response(status_code=201, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            writer.write(link.send(part) or b"")
        await writer.drain()
        writer.close()


def _no_pongs(line: ServerConnection) -> None:
    """The library answers pings by itself: what it would send is dropped."""
    send = line.protocol.send_frame

    def send_all_but_pongs(frame: Frame) -> None:
        if frame.opcode is not Kind.PONG:
            send(frame)

    line.protocol.send_frame = send_all_but_pongs  # type: ignore[method-assign]
