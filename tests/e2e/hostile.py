"""Peers that mean no good, each a small real server, down to the bytes on the socket: what each does, and what the gate
must find of it. A peer speaks the canonical dialect as far as its story needs, and no library's WebSocket."""

import asyncio
import base64
import contextlib
import gzip
import hashlib
import json
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import count

ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CONTINUED, CLOSE, PING = 1, 2, 0, 8, 9
SILENCE = base64.b64encode(bytes(3_200)).decode()
BOMB = gzip.compress(bytes(50_000_000), 1)
LOUD = base64.b64encode(b"\x00\x20\x00\xe0" * 8_000).decode()


def frame(opcode: int, payload: bytes, *, fin: bool = True, rsv1: bool = False) -> bytes:
    size = len(payload)
    head = bytes([opcode | 0x80 * fin | 0x40 * rsv1])
    if size < 126:
        return head + bytes([size]) + payload
    return head + (struct.pack("!BH", 126, size) if size < 2**16 else struct.pack("!BQ", 127, size)) + payload


def message(**fields: object) -> bytes:
    return frame(TEXT, json.dumps(fields).encode())


NASTY = "\x1b]0;owned\x07\x1b[2J\r\nPASS  all is well\u202e</script><script>alert(1)</script>\x00\u2028]]>|`"
SECRETS = {
    "api_key": "sk-live-0123456789abcdef",
    "Authorization": "Bearer x" * 3,
    "${env.HOSTILE}": "${env.HOSTILE}",
}
HALVES = {"text": "\ud800 \x00", "response_id": "\udfff"}
READY = message(type="session.started", session_id="s-1")
CONFIGURED = message(type="session.configured", session={})


class Line:
    """The socket of one caller."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def asked(self) -> dict[str, str]:
        """The headers of a request, by their names in small letters."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        pairs = (line.split(":", 1) for line in head.split("\r\n")[1:] if ":" in line)
        return {name.casefold(): value.strip() for name, value in pairs}

    async def open(self, *more: str) -> None:
        key = (await self.asked())["sec-websocket-key"]
        accept = base64.b64encode(hashlib.sha1(f"{key}{ACCEPT}".encode()).digest()).decode()
        lines = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Accept: {accept}", *more)  # fmt: skip
        await self.send("\r\n".join((*lines, "", "")).encode())

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def heard(self) -> tuple[int, bytes]:
        """The next frame of the caller's, which is masked: its opcode, and its payload."""
        first, second = await self.reader.readexactly(2)
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8))
        mask, payload = await self.reader.readexactly(4), await self.reader.readexactly(size)
        return first & 0x0F, bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload[:125]))

    async def attend(self) -> None:
        """Reads on, as any decent server does, and answers the close; it says nothing."""
        opcode = TEXT
        while opcode != CLOSE:
            opcode, payload = await self.heard()
        await self.send(frame(CLOSE, payload))

    async def listen(self) -> None:
        """Reads on until the caller is gone, and answers nothing."""
        while await self.reader.read(2**16):
            pass

    async def welcome(self) -> None:
        """As far as a call gets before anybody speaks: ready, asked for a configuration, and configured."""
        await self.open()
        await self.send(READY)
        await self.heard()
        await self.send(CONFIGURED)

    async def again(self, data: bytes, times: int | None = None) -> None:
        """Sends the same, over and over, beside reading what comes."""
        listening = asyncio.create_task(self.listen())
        try:
            for _ in count() if times is None else range(times):
                await self.send(data)
            await listening
        finally:
            listening.cancel()


Story = Callable[[Line], Awaitable[None]]


@dataclass(frozen=True)
class Peer:
    """`finds`: part of what must stand in a finding, and `layer` the layer of that finding; `check` the check. `runs`:
    in `make test`, else in `make long`. `tools` are the manifest's, `address` is how it is dialled, and `budgets` are
    the default ones if `by_default`, else small. `claims` are those of a case of its own.

    What is legal is no finding of its own: it is `borne`, in these words, and the call judged like any other. `keeps`
    is then what stands in the event log as it was said, each in the payload of one event."""

    story: str
    does: Story
    finds: str
    check: str = "script"
    layer: str = "event order"
    runs: bool = False
    by_default: bool = False
    suite: str = "smoke"
    case: str = "a question is answered"
    tools: dict[str, object] = field(default_factory=dict)
    address: str = "url: 'ws://127.0.0.1:{port}/'"
    claims: dict[str, object] = field(default_factory=dict)
    borne: str = ""
    keeps: tuple[dict[str, object], ...] = ()


async def endless_audio(line: Line) -> None:
    await line.welcome()
    await line.again(message(type="output_audio.delta", audio=LOUD))


async def huge_frame(line: Line) -> None:
    await line.welcome()
    head = bytes([0x80 | TEXT, 127]) + struct.pack("!Q", 100_000_000)
    await line.send(head)
    await line.again(b" " * 2**20, 100)


async def huge_in_parts(line: Line) -> None:
    await line.welcome()
    await line.send(frame(TEXT, b" " * 2**16, fin=False))
    await line.again(frame(CONTINUED, b" " * 2**16, fin=False))


async def parts_of_nothing(line: Line) -> None:
    await line.welcome()
    await line.send(frame(TEXT, b"{", fin=False))
    await line.again(frame(CONTINUED, b"", fin=False) * 2_000)


async def deflate_bomb(line: Line) -> None:
    """Compressed, though nobody agreed on that."""
    await line.welcome()
    await line.again(frame(TEXT, BOMB[10:-8], rsv1=True), 20)


async def deflate_agreed(line: Line) -> None:
    await line.open("Sec-WebSocket-Extensions: permessage-deflate")
    await line.listen()


async def reply_bomb(line: Line) -> None:
    """The answer to the HTTP request that comes before the socket, packed."""
    await line.asked()
    head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n"
    await line.send(head.encode() + BOMB)
    line.writer.close()


async def endless_reply(line: Line) -> None:
    await line.asked()
    await line.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    await line.again(b" " * 2**16)


async def deep_json(line: Line) -> None:
    await line.welcome()
    deep = b'{"type":"metadata","data":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    await line.again(frame(TEXT, deep), 3)


async def not_utf8(line: Line) -> None:
    await line.welcome()
    await line.again(frame(TEXT, b'{"type":"\xff\xfe"}'), 1)


async def half_a_pair(line: Line) -> None:
    """JSON that is allowed, and that no UTF-8 can carry once it is read."""
    await line.welcome()
    await line.send(message(type="output_transcript.final", **HALVES))
    await line.attend()


async def no_number(line: Line) -> None:
    await line.welcome()
    data = b'{"type":"metadata","data":{"a":NaN,"b":Infinity,"c":1e999}}'
    await line.again(frame(TEXT, data), 3)


async def tiny_frames(line: Line) -> None:
    await line.welcome()
    await line.again(frame(TEXT, b"") * 5_000, 200)


async def tiny_messages(line: Line) -> None:
    await line.welcome()
    await line.again(message(type="metadata", data=1) * 1_000, 1_000)


async def slow_handshake(line: Line) -> None:
    """One byte of the answer at a time, for ever."""
    await line.asked()
    for letter in "HTTP/1.1 101 Switching Protocols\r\n" + "X-Slow: ja\r\n" * 10_000:
        await line.send(letter.encode())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(line.reader.read(1), 0.2)


async def endless_headers(line: Line) -> None:
    await line.asked()
    await line.send(b"HTTP/1.1 101 Switching Protocols\r\n")
    await line.again(b"X-More: and more\r\n" * 1_000)


async def redirected(line: Line) -> None:
    await line.asked()
    await line.send(b"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.2:9/thief\r\nContent-Length: 0\r\n\r\n")
    await line.listen()


async def in_circles(line: Line) -> None:
    await line.asked()
    await line.send(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
    await line.listen()


async def tool_calls(line: Line) -> None:
    await line.welcome()
    calls = [message(type="tool.call", call_id=f"c{i}", name="wipe", arguments={"i": i}) for i in range(5_000)]
    await asyncio.gather(line.send(b"".join(calls)), line.attend())


async def controls(line: Line) -> None:
    """Words that would paint a terminal, break a report, leave a folder or end a line of a log."""
    await line.open()
    await line.send(message(type="session.started", session_id=f"../../{NASTY}"))
    await line.heard()
    await line.send(CONFIGURED + message(type="error", code=NASTY, message=NASTY))
    await line.attend()


async def secret_keys(line: Line) -> None:
    """Keys that look like secrets, and texts that look like our own references to one."""
    await line.welcome()
    await line.send(message(type="error", code="${env.HOSTILE}", message=json.dumps(SECRETS), **SECRETS))
    await line.attend()


async def pings(line: Line) -> None:
    """Pings without end, and nobody reads the pongs."""
    await line.welcome()
    while True:
        await line.send(frame(PING, b"x" * 125) * 500)


async def more_behind_close(line: Line) -> None:
    await line.welcome()
    await line.again(frame(CLOSE, struct.pack("!H", 1000)) + message(type="output_audio.delta", audio=SILENCE) * 500)


async def masked_frames(line: Line) -> None:
    await line.welcome()
    await line.again(bytes([0x81, 0x80 | 4]) + b"abcdefgh", 1)


async def deaf(line: Line) -> None:
    """Takes the call, and reads nothing of it: what the gate sends is left lying."""
    await line.welcome()
    line.writer.transport.pause_reading()  # type: ignore[attr-defined]
    await line.writer.wait_closed()


SHORT = {"received": "3MB", "message": "1MB", "frames": 20_000}
HTTP = "http: {{url: 'http://127.0.0.1:{port}/', url_path: url}}"
THROUGH = "the agent no longer reads"
OPENS = {"suite": "handshake", "case": "opens", "check": "ready", "layer": "handshake"}

PEERS: dict[str, Peer] = {
    "endless audio": Peer(
        "audio without end, as fast as the line takes it", endless_audio, "more than 3 MB in one call",
        layer="output audio", runs=True),
    "100 MB in one frame": Peer(
        "one frame that says that it has 100 MB", huge_frame, "a message of more than 1 MB", runs=True),
    "a message without end": Peer(
        "one message in parts, the last of which never comes", huge_in_parts, "a message of more than 1 MB"),
    "parts of nothing": Peer(
        "the same in parts that are empty", parts_of_nothing, "more than 20000 frames in one call"),
    "a deflate bomb": Peer(
        "50 MB of zeros in a compressed frame, which nobody agreed on", deflate_bomb, "reserved bits"),
    "compression that nobody asked for": Peer(
        "the upgrade is answered with permessage-deflate", deflate_agreed, "no valid answer to the upgrade", **OPENS),  # type: ignore[arg-type]
    "a packed bomb before the socket": Peer(
        "the reply with the socket's address unpacks to 50 MB", reply_bomb, "is longer than 1 MB", address=HTTP,
        runs=True, **OPENS),  # type: ignore[arg-type]
    "a reply without end": Peer(
        "the reply with the socket's address never ends", endless_reply, "is longer than 1 MB", address=HTTP,
        **OPENS),  # type: ignore[arg-type]
    "10,000 deep JSON": Peer(
        "lists in lists, ten thousand deep", deep_json, "nested too deep", check="protocol", runs=True),
    "invalid UTF-8": Peer("a text frame that is no UTF-8", not_utf8, "forbids"),
    "half a surrogate pair": Peer(
        "words that JSON allows and UTF-8 cannot carry", half_a_pair, r"'\ud800 \x00'", check="says",
        layer="audio input", borne="kept as sent, `?` in the derived event log, and shown as escapes",
        keeps=({"text": "? \x00"},),
        claims={"says": [{"contains": "hello"}]}),
    "NaN": Peer("NaN, Infinity and 1e999 as numbers", no_number, "not JSON", check="protocol"),
    "a million tiny frames": Peer(
        "a million empty frames", tiny_frames, "more than 20000 frames in one call", runs=True),
    "a million tiny messages": Peer(
        "a million small messages, each of them allowed", tiny_messages, "in one call"),
    "a slow-loris handshake": Peer(
        "the upgrade is answered a byte at a time", slow_handshake, "not answered within 2000 ms", **OPENS),  # type: ignore[arg-type]
    "headers without end": Peer(
        "the upgrade is answered with headers without end", endless_headers, "no valid answer to the upgrade", **OPENS),  # type: ignore[arg-type]
    "a redirect to elsewhere": Peer(
        "the upgrade is answered with the address of somebody else", redirected, "where the gate does not follow",
        runs=True, **OPENS),  # type: ignore[arg-type]
    "redirects in circles": Peer(
        "the upgrade is answered with its own address, again and again", in_circles, "redirect", **OPENS),  # type: ignore[arg-type]
    "5,000 tool calls": Peer(
        "five thousand calls of a tool at once", tool_calls, "tool.call (wipe) at", check="never", layer="tools",
        tools={"mocks": [{"tool": "wipe", "respond": {}}]}, claims={"never": ["tool.call"]}, borne="each is answered",
        keeps=({"callId": "c4999", "arguments": {"i": 4999}}, {"callId": "c4999", "result": {}})),
    "control characters": Peer(
        "session ids and errors made of escape sequences, markup and line ends", controls, "error at", check="never",
        claims={"never": ["error"]}, borne="kept as it is, and escaped wherever it is shown",
        keeps=({"code": NASTY, "message": NASTY},), runs=True),
    "keys that look like secrets": Peer(
        "errors whose keys and words look like secrets and like references to them", secret_keys, "error at",
        check="never", claims={"never": ["error"]}, borne="kept as it is, and nothing filled in",
        keeps=({"code": "${env.HOSTILE}", "message": json.dumps(SECRETS)},)),
    "pings without end": Peer(
        "pings as fast as the line takes them, and no pong is read", pings, "more than 20000 frames in one call",
        runs=True),
    "a close frame and then more": Peer(
        "a close frame, and audio behind it without end", more_behind_close, "behind the close frame",
        check="nothing-after-close", layer="close", runs=True),
    "masked frames": Peer("frames as only a client may send them", masked_frames, "masking"),
    "an agent that reads nothing": Peer(
        "the call is taken, and nothing that the caller says is read", deaf, THROUGH, layer="audio input"),
}  # fmt: skip

BY_DEFAULT: dict[str, Peer] = {
    f"{name}, default budgets": replace(PEERS[name], finds=finds, runs=False, by_default=True)
    for name, finds in {
        "endless audio": "more than 64 MB in one call",
        "100 MB in one frame": "a message of more than 16 MB",
        "a million tiny frames": "more than 100000 frames in one call",
    }.items()
}
"""The same without a word about budgets in the manifest."""


@contextlib.asynccontextmanager
async def listening(peer: Peer) -> AsyncIterator[asyncio.Server]:
    """The peer, at a port of its own."""

    callers = set[asyncio.Task[None]]()

    async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.add(asyncio.current_task())  # type: ignore[arg-type]
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError, KeyError):
            await peer.does(Line(reader, writer))
        writer.transport.abort()

    server = await asyncio.start_server(called, "127.0.0.1", 0, limit=2**16)
    try:
        yield server
    finally:
        server.close()
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
