"""A thin server around the reference agent: WebSocket and the list of sessions on one port, and HTTP that gives the
socket's address on another. Everything that is decided is decided in the mind."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from gate.core.dialling import addressed
from gate.core.jsons import Json
from gate.core.paths import put
from gate.reference.conversation import Conversation
from gate.reference.errands import Runner
from gate.reference.gatekeeper import token_of
from gate.reference.house import House
from gate.reference.wirelog import CallLog, WireLog
from gate.session.arrival import StampedServer


@dataclass
class AgentServer:
    """`runner` calls the tools of an agent that does so itself. `http_port` 0 leaves the HTTP side out; its answers
    name the socket at `url_path` too, as the dialect's provider does. What crosses the sockets is told to `log`, if
    there is one."""

    house: House
    runner: Runner | None = None
    host: str = "127.0.0.1"
    port: int = 8765
    http_port: int = 0
    log: WireLog | None = None
    url_path: str = ""

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Callers are taken from here to the end of the block. Raises OSError if a port is taken."""
        async with contextlib.AsyncExitStack() as stack:
            if self.http_port:
                http = await asyncio.start_server(self._http, self.host, self.http_port)
                await stack.enter_async_context(http)
            await stack.enter_async_context(
                serve(
                    self._call,
                    self.host,
                    self.port,
                    process_request=self._admit,
                    compression=None,
                    ping_interval=None,
                    max_size=2**20,
                    create_connection=StampedServer,
                )
            )
            yield

    async def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        headers = {name.casefold(): value for name, value in request.headers.raw_items()}
        if request.path == "/sessions" and "upgrade" not in headers:
            return connection.respond(HTTPStatus.OK, json.dumps({"sessions": list(self.house.sessions)}))
        refusal = self.house.admit(request.path, headers, time.time())
        return connection.respond(HTTPStatus(refusal.status), refusal.detail + "\n") if refusal else None

    async def _call(self, line: ServerConnection) -> None:
        assert isinstance(line, StampedServer)
        mind = self.house.enter()
        log = CallLog(mind.session_id) if self.log else None
        try:
            await Conversation(line, mind, self.runner, log).hold()
        finally:
            close = line.protocol.close_rcvd
            self.house.leave(mind, clean=close is not None, code=close.code if close else 1000)
        if self.log and log:
            await self.log.write(log)

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
        socket = addressed(f"ws://{self.host}:{self.port}/voice", [("token", token)] if token else [])
        reply: dict[str, Json] = {"data": {"websocket_url": socket}}
        if self.url_path:
            put(reply, self.url_path, socket)
        body = json.dumps(reply).encode()
        headers = [("content-type", "application/json"), ("content-length", str(len(body))), ("connection", "close")]
        for part in (h11.Response(status_code=201, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            writer.write(link.send(part) or b"")
        await writer.drain()
        writer.close()
