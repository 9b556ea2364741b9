"""Driving against servers that misbehave below the dialect: every one ends in bounded time, in the right words."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from tests.e2e.conftest import Gate
from tests.e2e.test_outcomes import write

MANIFEST = """\
version: 1
target:
  {address}
  dialect: canonical
  budgets: {{connect: 2s, ready: 1s, configure: 1s, call: 4s, close: 1s, linger: 0s}}
suites:
  {suite}: {{}}
"""

Handler = Callable[[ServerConnection], Awaitable[None]]


@contextlib.contextmanager
def serving(open_server: Callable[[], contextlib.AbstractAsyncContextManager[asyncio.Server]]) -> Iterator[int]:
    """A server in a thread with an event loop of its own; gives its port."""
    loop = asyncio.new_event_loop()
    ports: list[int] = []
    up, stop = threading.Event(), asyncio.Event()

    async def run() -> None:
        async with open_server() as server:
            ports.append(server.sockets[0].getsockname()[1])
            up.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert up.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def sockets(handler: Handler, process_request: Callable[[ServerConnection, Request], Response | None] | None = None):  # type: ignore[no-untyped-def]
    return lambda: serve(handler, "127.0.0.1", 0, process_request=process_request, compression=None)


async def ready_then(line: ServerConnection) -> None:
    await line.send(json.dumps({"type": "session.started", "session_id": "s"}))
    await line.recv()
    await line.send(json.dumps({"type": "session.configured", "session": {}}))


def only_finding(outcome) -> dict[str, object]:  # type: ignore[no-untyped-def]
    (finding,) = outcome.failures()
    return finding


def test_a_refused_upgrade_is_told_with_its_status(gate: Gate, tmp_path: Path) -> None:
    async def never(line: ServerConnection) -> None:
        raise AssertionError

    refuse = sockets(never, lambda line, request: line.respond(503, "no capacity\n"))
    with serving(refuse) as port:
        write(tmp_path, MANIFEST.format(address=f"url: ws://127.0.0.1:{port}/", suite="handshake"))
        outcome = gate("run", "--case", "opens")
    assert outcome.exit == 1
    assert only_finding(outcome)["actual"] == "the upgrade was answered with HTTP 503"
    assert only_finding(outcome)["layer"] == "handshake"


def test_an_agent_that_drops_the_line_before_it_is_ready(gate: Gate, tmp_path: Path) -> None:
    async def drop(line: ServerConnection) -> None:
        line.transport.abort()

    with serving(sockets(drop)) as port:
        write(tmp_path, MANIFEST.format(address=f"url: ws://127.0.0.1:{port}/", suite="handshake"))
        outcome = gate("run", "--case", "opens")
    assert "closed with no close frame before readiness" in str(only_finding(outcome)["actual"])


def test_an_agent_that_stops_reading_costs_one_budget(gate: Gate, tmp_path: Path) -> None:
    async def deaf(line: ServerConnection) -> None:
        await ready_then(line)
        line.transport.pause_reading()
        await line.wait_closed()

    with serving(sockets(deaf)) as port:
        write(tmp_path, MANIFEST.format(address=f"url: ws://127.0.0.1:{port}/", suite="smoke"))
        outcome = gate("run", "--case", "a question")
    assert outcome.exit == 1
    assert outcome.report["duration_ms"] < 20_000
    assert {finding["layer"] for finding in outcome.failures()} == {"audio input"}


def test_text_that_is_no_utf8_ends_the_call_and_is_told(gate: Gate, tmp_path: Path) -> None:
    async def mangle(line: ServerConnection) -> None:
        await ready_then(line)
        line.transport.write(b"\x81\x02\xff\xfe")
        await line.wait_closed()

    with serving(sockets(mangle)) as port:
        write(tmp_path, MANIFEST.format(address=f"url: ws://127.0.0.1:{port}/", suite="smoke"))
        outcome = gate("run", "--case", "a question")
    assert outcome.exit == 1
    assert any(finding["check"] == "script" and finding["layer"] == "event order" for finding in outcome.failures())


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (b'{"data": {}}', "no ws:// or wss:// address at data.websocket_url of the reply, nothing"),
        (b"<html>", "is not JSON"),
        (b'{"data": {"websocket_url": "ws://agent.example/"}}', "plain ws:// beyond this machine"),
    ],
)
def test_a_bad_answer_to_http_first_is_told(reply: bytes, told: str, gate: Gate, tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(reply), reply))
        await writer.drain()
        writer.close()

    @contextlib.asynccontextmanager
    async def server():  # type: ignore[no-untyped-def]
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as opened:
            yield opened

    with serving(server) as port:
        address = f"http: {{url: 'http://127.0.0.1:{port}/session', url_path: data.websocket_url}}"
        write(tmp_path, MANIFEST.format(address=address, suite="handshake"))
        outcome = gate("run", "--case", "opens")
    assert outcome.exit == 1
    assert told in str(only_finding(outcome)["actual"])
