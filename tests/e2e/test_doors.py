"""The other doors over real sockets: what happens before any mind is asked."""

from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from tests.e2e.conftest import Gate
from tests.e2e.test_outcomes import write
from tests.e2e.test_session import MANIFEST, ready_then, serving, sockets


@pytest.mark.parametrize(
    ("fault", "case", "actual"),
    [
        ("drops-on-unknown-subprotocol", "an unknown subprotocol", "no HTTP status and no close frame"),
        ("hangs-on-large-header", "an oversized header", "the connection was taken and the handshake not answered"),
    ],
)
def test_a_fault_at_the_door_is_found_over_sockets(fault: str, case: str, actual: str, gate: Gate) -> None:
    outcome = gate("demo", "--suite", "handshake", "--case", case, "--fault", fault)
    assert outcome.exit == 1
    (finding,) = (one for one in outcome.failures() if not one["folded"])
    assert (finding["layer"], actual in finding["actual"]) == ("handshake", True)


def test_a_path_that_must_be_refused_is(gate: Gate, tmp_path: Path) -> None:
    async def stays(line: ServerConnection) -> None:
        await ready_then(line)
        await line.wait_closed()

    def known(line: ServerConnection, request: Request) -> Response | None:
        return None if request.path == "/voice" else line.respond(404, "nobody is there\n")

    with serving(sockets(stays, known)) as port:
        text = MANIFEST.format(address=f"url: ws://127.0.0.1:{port}/voice", suite="handshake")
        write(tmp_path, text.replace("handshake: {}", "handshake: {unknown_path: refused}"))
        outcome = gate("run", "--case", "an unknown path")
    assert outcome.exit == 0
    (door,) = (one for one in outcome.cases["an unknown path is answered"]["findings"] if one["check"] == "door")
    assert (door["verdict"], door["actual"]) == ("pass", "HTTP 404")
