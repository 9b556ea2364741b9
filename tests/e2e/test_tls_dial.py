"""Certificates that are made on the spot, servers that show them, and why each line is not opened."""

import asyncio
import contextlib
import datetime
import json
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest
import trustme
from websockets.asyncio.server import ServerConnection, serve

from gate.core.ends import CallEnd
from gate.core.plan import Call, Dial, HttpFirst, Tls
from gate.session.clock import Clock
from gate.session.dial import Dialler, NotConnected
from gate.session.exchange import Exchange

PAST = datetime.datetime(2021, 2, 3, tzinfo=datetime.UTC)
FUTURE = datetime.datetime(2999, 2, 3, tzinfo=datetime.UTC)
LATER = datetime.datetime(2998, 2, 3, tzinfo=datetime.UTC)
CA, STRANGERS = trustme.CA(), trustme.CA()
GOOD = CA.issue_cert("localhost")


class Written:
    """What the dialler writes down beside frames."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self.frames: list[dict[str, Any]] = []

    def control(self, _direction: Any, _opcode: Any, _t_ns: int, **data: Any) -> None:
        self.frames.append(data)

    def note(self, kind: str, _t_ns: int, **data: Any) -> None:
        self.notes.append((kind, data))


def showing(certificate: trustme.LeafCert, callers: trustme.CA | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if callers:
        callers.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


Serving = Callable[[ssl.SSLContext], contextlib.AbstractAsyncContextManager[Any]]


def sockets(context: ssl.SSLContext) -> contextlib.AbstractAsyncContextManager[Any]:
    async def hold(line: ServerConnection) -> None:
        await line.wait_closed()

    return serve(hold, "127.0.0.1", 0, ssl=context, compression=None)


def answering(reply: bytes, callers: int = 1) -> Serving:
    """An answer to whatever is asked, and then the end of the line, for so many callers."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(reply)
            await writer.drain()
        writer.transport.abort()
        answered.release()

    answered = asyncio.Semaphore(0)

    @contextlib.asynccontextmanager
    async def server(context: ssl.SSLContext) -> AsyncIterator[asyncio.Server]:
        async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context) as opened:
            yield opened
            for _ in range(callers):
                await answered.acquire()

    return server


@pytest.fixture
def files(tmp_path: Path) -> Tls:
    """The authority of the agent, and a certificate of the caller's that STRANGERS signed."""
    CA.cert_pem.write_to_path(tmp_path / "ca.pem")
    caller = STRANGERS.issue_cert("caller@voxgate.test")
    caller.private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
    return Tls(str(tmp_path / "ca.pem"), str(tmp_path / "client.pem"))


def dialled(
    context: ssl.SSLContext, tls: Tls | None, server: Serving = sockets, host: str = "localhost", http: bool = False
) -> tuple[CallEnd | None, str, Written]:
    """How it ended, None for an open line; in which words; what was written down."""

    async def call() -> tuple[CallEnd | None, str, Written]:
        written = Written()
        async with server(context) as opened:
            port = next(iter(opened.sockets)).getsockname()[1]
            dial = Dial(f"wss://{host}:{port}/", tls=tls)
            if http:
                dial = Dial("", http=HttpFirst(f"https://{host}:{port}/", "url", "GET"), tls=tls)
            try:
                line = await Dialler(Call("call", dial), dial, cast(Exchange, written), Clock(), "ab" * 16).open()
            except NotConnected as reason:
                return reason.end, str(reason), written
            await line.close()
        return None, "", written

    return asyncio.run(call())


def told(outcome: tuple[CallEnd | None, str, Written]) -> tuple[str, str]:
    end, detail, written = outcome
    assert end is CallEnd.UNTRUSTED
    ((kind, data),) = written.notes
    assert (kind, data["detail"]) == ("tls", detail)
    return str(data["why"]), detail


def test_a_named_authority_is_trusted(files: Tls) -> None:
    assert dialled(showing(GOOD), Tls(files.ca))[0] is None


def test_an_authority_that_nobody_named(files: Tls) -> None:
    for tls, authority in ((None, CA), (Tls(files.ca), STRANGERS)):
        why, detail = told(dialled(showing(authority.issue_cert("localhost", not_after=FUTURE)), tls))
        assert why == "untrusted"
        assert detail.startswith(
            "the certificate for localhost, until Feb  3 00:00:00 2999 GMT is signed by Testing CA #"
        )
        assert detail.endswith(", whom this machine does not trust")


def test_an_expired_certificate(files: Tls) -> None:
    why, detail = told(dialled(showing(CA.issue_cert("localhost", not_after=PAST)), Tls(files.ca)))
    assert (why, detail) == ("expired", "the certificate for localhost expired on Feb  3 00:00:00 2021 GMT")


def test_a_certificate_of_days_to_come(files: Tls) -> None:
    early = CA.issue_cert("localhost", not_before=LATER, not_after=FUTURE)
    why, detail = told(dialled(showing(early), Tls(files.ca)))
    assert why == "not-yet-valid"
    assert detail == "the certificate for localhost is not valid before Feb  3 00:00:00 2998 GMT"


def test_a_certificate_of_another_host(files: Tls) -> None:
    why, detail = told(dialled(showing(CA.issue_cert("a.example", "b.example", not_after=FUTURE)), Tls(files.ca)))
    names = "localhost shows the certificate for a.example, b.example, until Feb  3 00:00:00 2999 GMT"
    assert (why, detail) == ("wrong-host", f"{names}: that is another name")


def test_a_certificate_for_a_name_says_nothing_of_the_address(files: Tls) -> None:
    why, detail = told(dialled(showing(GOOD), Tls(files.ca), host="127.0.0.1"))
    assert why == "wrong-host"
    assert detail.startswith("127.0.0.1 shows the certificate for localhost")


def test_a_client_certificate_is_shown_to_an_agent_that_wants_it(files: Tls) -> None:
    assert dialled(showing(GOOD, callers=STRANGERS), files)[0] is None


def test_an_agent_that_wants_a_client_certificate_and_gets_none(files: Tls) -> None:
    why, detail = told(dialled(showing(GOOD, callers=STRANGERS), Tls(files.ca)))
    assert why == "client"
    assert detail.endswith("it wants a client certificate, and this caller has none")


def test_an_agent_that_does_not_take_the_client_certificate(files: Tls) -> None:
    why, detail = told(dialled(showing(GOOD, callers=CA), files))
    assert why == "client"
    assert detail.endswith("and that of this caller is not taken")


def test_an_agent_that_breaks_off_while_tls_is_agreed(files: Tls) -> None:
    context = showing(GOOD, callers=STRANGERS)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    end, detail, _ = dialled(context, Tls(files.ca))
    assert end is CallEnd.UNREACHABLE
    assert "broken off while TLS was agreed: it may want a client certificate" in detail


def test_an_agent_that_dies_in_the_upgrade_behind_good_tls(files: Tls) -> None:
    end, detail, written = dialled(showing(GOOD), Tls(files.ca), answering(b"", callers=2))
    assert end is CallEnd.REFUSED
    assert "no valid answer to the upgrade" in detail
    assert written.notes == []


@pytest.mark.parametrize(("authority", "end"), [(CA, CallEnd.REFUSED), (STRANGERS, CallEnd.UNTRUSTED)])
def test_the_request_for_the_sockets_address_is_secured_too(authority: trustme.CA, end: CallEnd, files: Tls) -> None:
    body = json.dumps({"url": "no address"}).encode()
    reply = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    context = showing(authority.issue_cert("localhost"))
    assert dialled(context, Tls(files.ca), answering(reply, callers=int(authority is CA)), http=True)[0] is end
