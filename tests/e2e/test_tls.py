"""What a report says of certificates, of both sides. They are made on the spot; how each is told apart stands in
test_tls_dial.py."""

import datetime
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from websockets.asyncio.server import ServerConnection, serve

from tests.e2e.conftest import Gate, Outcome, command
from tests.e2e.test_outcomes import write
from tests.e2e.test_session import ready_then, serving

PAST = datetime.datetime(2021, 2, 3, tzinfo=datetime.UTC)
FUTURE = datetime.datetime(2999, 2, 3, tzinfo=datetime.UTC)
CA, STRANGERS = trustme.CA(), trustme.CA()
GOOD = CA.issue_cert("localhost")


def manifest(address: str, tls: str = "{ca: ca.pem}") -> str:
    return f"""\
version: 1
target:
  {address}
  dialect: canonical
  {f"tls: {tls}" if tls else ""}
  budgets: {{connect: 10s, ready: 2s, configure: 2s, call: 5s, close: 1s, linger: 0s}}
suites:
  handshake: {{}}
"""


def showing(certificate: trustme.LeafCert, callers: trustme.CA | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if callers:
        callers.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def stays(line: ServerConnection) -> None:
    await ready_then(line)
    await line.wait_closed()


def secured(context: ssl.SSLContext) -> Callable[[], Any]:
    return lambda: serve(stays, "127.0.0.1", 0, ssl=context, compression=None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the files that a manifest may name."""
    CA.cert_pem.write_to_path(tmp_path / "ca.pem")
    caller = STRANGERS.issue_cert("caller@voxgate.test")
    caller.private_key_pem.write_to_path(tmp_path / "client.key")
    for blob in caller.cert_chain_pems:
        blob.write_to_path(tmp_path / "client.pem", append=True)
    return tmp_path


def opened(gate: Gate, folder: Path, context: ssl.SSLContext, tls: str = "{ca: ca.pem}") -> Outcome:
    with serving(secured(context)) as port:
        write(folder, manifest(f"url: wss://localhost:{port}/", tls))
        return gate("run", "--case", "opens")


def finding_of(outcome: Outcome) -> dict[str, Any]:
    """The one finding that is not folded under another."""
    (case,) = (case for case in outcome.report["cases"] if case["verdict"] != "skip")
    (finding,) = (one for one in case["findings"] if one["verdict"] != "pass" and not one["folded"])
    assert finding["symptom"] == "certificate-refused"
    assert finding["layer"] == "handshake"
    return dict(finding)


def test_an_authority_that_nobody_named_is_told_with_what_to_do(gate: Gate, folder: Path) -> None:
    outcome = opened(gate, folder, showing(STRANGERS.issue_cert("localhost", not_after=FUTURE)))
    finding = finding_of(outcome)
    assert (outcome.exit, finding["verdict"], finding["blame"]) == (1, "unknown", "configuration")
    assert "the certificate for localhost, until Feb  3 00:00:00 2999 GMT is signed by " in finding["actual"]
    assert "whom this machine does not trust" in finding["actual"]
    assert "target.tls.ca" in finding["next_action"]


def test_an_expired_certificate_is_the_agents_fault(gate: Gate, folder: Path) -> None:
    outcome = opened(gate, folder, showing(CA.issue_cert("localhost", not_after=PAST)))
    finding = finding_of(outcome)
    assert (outcome.exit, finding["verdict"], finding["blame"]) == (1, "fail", "agent")
    assert finding["actual"] == "the certificate for localhost expired on Feb  3 00:00:00 2021 GMT"
    assert "renew it" in finding["next_action"]


def test_an_agent_that_wants_a_client_certificate_gets_the_manifests(gate: Gate, folder: Path) -> None:
    tls = '{ca: ca.pem, certificate: client.pem, key: "client.key"}'
    outcome = opened(gate, folder, showing(GOOD, callers=STRANGERS), tls)
    assert outcome.exit == 0, outcome.out
    key = (folder / "client.key").read_text("ascii").splitlines()[1]
    written = [path for path in (folder / "voxgate-results").rglob("*") if path.is_file()]
    assert len(written) > 5
    assert [path for path in written if key.encode() in path.read_bytes()] == []


def test_the_reference_agent_serves_tls_and_asks_for_a_certificate(gate: Gate, folder: Path) -> None:
    GOOD.private_key_and_cert_chain_pem.write_to_path(folder / "agent.pem")
    STRANGERS.cert_pem.write_to_path(folder / "callers.pem")
    with serving(secured(showing(GOOD))) as port:  # a port that was free a moment ago
        pass
    started = json.dumps(
        [*command("agent", "--port", str(port), "--until-eof"), "--tls-certificate", "agent.pem", "--tls-client-ca",
         "callers.pem"]
    )  # fmt: skip
    text = manifest(
        f"url: wss://localhost:{port}/\n  start: {{command: {started}, ready: {{port: {port}}}}}",
        "{ca: ca.pem, certificate: client.pem, key: client.key}",
    )
    write(folder, text)
    outcome = gate("run", "--case", "opens")
    assert outcome.exit == 0, outcome.out
