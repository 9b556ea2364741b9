"""Who may call, over real sockets: tokens that the gate signs, that a service mints, and signatures; against agents and
services that were not made with the gate's own code for it."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS, InvalidJWSObject, InvalidJWSSignature
from jwcrypto.jwt import JWT
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from tests.e2e.conftest import Gate, Outcome
from tests.e2e.test_outcomes import free_port, write
from tests.e2e.test_session import ready_then, serving, sockets

KEY = "a key that is long enough for HMAC with SHA-256"
JWKEY = JWK(kty="oct", k=base64.urlsafe_b64encode(KEY.encode()).rstrip(b"=").decode())
CLAIMS = {"workspace": "acme", "agent": "appointments", "environment": "test"}
BUDGETS = "{connect: 10s, ready: 10s, configure: 10s, close: 2s, linger: 0s}"
ONLY = ("--suite", "handshake", "--case", "is refused")

MANIFEST = """\
version: 1
target:
  url: {url}
  dialect: canonical
  auth: {auth}
  budgets: {budgets}
{more}suites:
  handshake: {{}}
"""


def verdicts(outcome: Outcome) -> dict[str, str]:
    return {name.removesuffix(" is refused"): case["verdict"] for name, case in outcome.cases.items()}


def written(outcome: Outcome) -> bytes:
    return b"".join(path.read_bytes() for path in outcome.results.rglob("*") if path.is_file())


def checks_token(line: ServerConnection, request: Request, used: set[str]) -> Response | None:
    """Lets in whoever has a token of `KEY`, signed so, with the right claims, that was not used before."""
    try:
        jws = JWS()
        jws.allowed_algs = ["HS256"]
        jws.deserialize(request.headers.get("Authorization", "").removeprefix("Bearer "), JWKEY)
        claims = json.loads(jws.payload)
    except (InvalidJWSSignature, InvalidJWSObject):
        return line.respond(401, "no\n")
    good = all(claims[name] == value for name, value in CLAIMS.items())
    if claims["exp"] <= time.time() or claims["jti"] in used or not good:
        return line.respond(403, "no\n")
    used.add(claims["jti"])
    return None


async def stays(line: ServerConnection) -> None:
    await ready_then(line)
    await line.wait_closed()


JWT_AUTH = """
    bearer:
      jwt:
        key: "${env.SIGNING_KEY}"
        claims: {workspace: acme, agent: appointments, environment: test}
        one_time: true
        negatives:
          wrong-tenant: {workspace: globex}
          wrong-agent: {agent: billing}
          wrong-environment: {environment: production}"""


def test_an_agent_that_verifies_tokens_with_other_code_passes(gate: Gate, tmp_path: Path) -> None:
    used: set[str] = set()
    with serving(sockets(stays, lambda line, request: checks_token(line, request, used))) as port:
        url = f"ws://127.0.0.1:{port}/"
        write(tmp_path, MANIFEST.format(url=url, auth=JWT_AUTH, budgets=BUDGETS, more=""))
        outcome = gate("run", *ONLY, SIGNING_KEY=KEY)
    assert outcome.exit == 0, outcome.out + outcome.err
    assert set(verdicts(outcome).values()) == {"pass"}
    assert len(verdicts(outcome)) == 9
    assert b"Bearer [secret:token]" in written(outcome)
    assert b"eyJ" not in written(outcome)


def test_one_that_only_decodes_them_is_found(gate: Gate, tmp_path: Path) -> None:
    def trusting(line: ServerConnection, request: Request) -> Response | None:
        parts = request.headers.get("Authorization", "").removeprefix("Bearer ").split(".")
        if len(parts) != 3:
            return line.respond(401, "no\n")
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
        return None if claims["exp"] > time.time() else line.respond(401, "no\n")

    with serving(sockets(stays, trusting)) as port:
        url = f"ws://127.0.0.1:{port}/"
        write(tmp_path, MANIFEST.format(url=url, auth=JWT_AUTH, budgets=BUDGETS, more=""))
        outcome = gate("run", *ONLY, SIGNING_KEY=KEY)
    assert outcome.exit == 1
    found = verdicts(outcome)
    assert {name for name, verdict in found.items() if verdict == "pass"} == {
        "no token", "malformed token", "expired token",
    }  # fmt: skip
    assert {finding["layer"] for finding in outcome.failures()} == {"handshake"}


@contextlib.asynccontextmanager
async def minting(answer: Callable[[dict[str, Any]], tuple[int, bytes]]) -> AsyncIterator[asyncio.Server]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().casefold()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        assert "authorization: bearer an-api-key-of-ours" in head
        status, body = answer(json.loads(await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server


def minted(asked: dict[str, Any]) -> tuple[int, bytes]:
    claims = {**CLAIMS, "workspace": asked["workspace"], "exp": int(time.time()) + asked["ttl"]}
    token = JWT(header={"alg": "HS256"}, claims=claims)
    token.make_signed_token(JWKEY)
    return 201, json.dumps({"data": {"token": token.serialize()}}).encode()


MINT_AUTH = """
    bearer:
      mint:
        url: http://127.0.0.1:{port}/token
        headers: {{Authorization: "Bearer ${{env.API_KEY}}"}}
        body: {{workspace: acme, ttl: 300}}
        token_path: data.token
        negatives:
          expired: {{ttl: -600}}
          wrong-tenant: {{workspace: globex}}"""


def mint_manifest(port: int) -> str:
    socket = free_port()
    agent = json.dumps([sys.executable, "-P", "-m", "gate", "agent", "--port", str(socket), "--until-eof"])
    env = "{VOXGATE_AGENT_KEY: '${env.SIGNING_KEY}'}"
    start = f"  start: {{command: {agent}, env: {env}, ready: {{port: {socket}}}}}\n"
    return MANIFEST.format(
        url=f"ws://127.0.0.1:{socket}/voice", auth=MINT_AUTH.format(port=port), budgets=BUDGETS, more=start
    )


def test_tokens_that_a_service_mints_open_the_agent_and_those_that_are_wrong_do_not(gate: Gate, tmp_path: Path) -> None:
    with serving(lambda: minting(minted)) as port:
        write(tmp_path, mint_manifest(port))
        outcome = gate("run", *ONLY, SIGNING_KEY=KEY, API_KEY="an-api-key-of-ours")
    assert outcome.exit == 0, outcome.out + outcome.err
    found = verdicts(outcome)
    assert {name for name, verdict in found.items() if verdict == "pass"} == {
        "no token", "malformed token", "expired token", "wrong-tenant token",
    }  # fmt: skip
    assert b"eyJ" not in written(outcome)
    assert b"an-api-key-of-ours" not in written(outcome)


@pytest.mark.parametrize(
    ("answer", "told"),
    [((500, b"down"), "answered with HTTP 500"), ((200, b"{}"), "no token stands at data.token")],
)
def test_a_service_that_mints_nothing_is_held_against_nobody(
    answer: tuple[int, bytes], told: str, gate: Gate, tmp_path: Path
) -> None:
    with serving(lambda: minting(lambda asked: answer)) as port:
        write(tmp_path, mint_manifest(port))
        outcome = gate(
            "run", "--suite", "handshake", "--case", "no token", SIGNING_KEY=KEY, API_KEY="an-api-key-of-ours"
        )
    assert outcome.exit == 1
    assert outcome.report["outcome"] == "environment"
    (case,) = outcome.cases.values()
    finding = next(finding for finding in case["findings"] if not finding["folded"])
    assert (finding["verdict"], finding["blame"], finding["symptom"]) == ("unknown", "environment", "no-token")
    assert told in finding["actual"]


SIGNATURE = """
    signature: {header: X-Proof, key: "${env.SIGNING_KEY}", over: "{timestamp}.{path}", timestamp_header: X-Time}"""


def signed_right(line: ServerConnection, request: Request) -> Response | None:
    text = f"{request.headers.get('X-Time', '')}.{request.path}"
    mac = hmac.new(KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
    return None if mac == request.headers.get("X-Proof") else line.respond(403, "no\n")


def signed_at_all(line: ServerConnection, request: Request) -> Response | None:
    return None if "X-Proof" in request.headers else line.respond(403, "no\n")


@pytest.mark.parametrize(
    ("admit", "red"), [(signed_right, set[str]()), (signed_at_all, {"tampered signature"})], ids=["looks", "does not"]
)
def test_a_signature_is_verified(admit: Any, red: set[str], gate: Gate, tmp_path: Path) -> None:
    with serving(sockets(stays, admit)) as port:
        url = f"ws://127.0.0.1:{port}/voice?x=1"
        write(tmp_path, MANIFEST.format(url=url, auth=SIGNATURE, budgets=BUDGETS, more=""))
        outcome = gate("run", *ONLY, SIGNING_KEY=KEY)
    found = verdicts(outcome)
    assert found.keys() == {"no signature", "tampered signature"}
    assert {name for name, verdict in found.items() if verdict == "fail"} == red
    assert outcome.exit == (1 if red else 0), outcome.out + outcome.err
    assert b'"X-Proof","[secret:signature]"' in written(outcome)


async def only_once_audio_came(line: ServerConnection) -> None:
    await line.recv()
    await line.close(4401)


@pytest.mark.long
def test_an_agent_that_wants_to_hear_a_stranger_first_did_not_refuse_it(gate: Gate, tmp_path: Path) -> None:
    async def answer(line: ServerConnection) -> None:
        assert line.request is not None
        if line.request.headers.get("Authorization") == "Bearer the-right-token":
            await line.wait_closed()
        else:
            await only_once_audio_came(line)

    with serving(sockets(answer)) as port:
        auth, budgets = '{bearer: "${env.TOKEN}"}', "{ready: 1s, close: 1s, linger: 0s}"
        text = MANIFEST.format(url=f"ws://127.0.0.1:{port}/", auth=auth, budgets=budgets, more="")
        write(tmp_path, text.replace("canonical", "raw-pcm"))
        outcome = gate("run", "--suite", "handshake", "--case", "malformed token", TOKEN="the-right-token")
    assert outcome.exit == 1
    (finding,) = outcome.failures()
    assert (finding["check"], finding["layer"], finding["symptom"]) == ("refused", "handshake", "caller-let-in")


def test_an_agent_that_takes_calls_and_says_nothing_is_proven_to_do_so_and_then_left_alone(
    gate: Gate, tmp_path: Path
) -> None:
    taken: list[ServerConnection] = []

    async def silent(line: ServerConnection) -> None:
        taken.append(line)
        await line.wait_closed()

    with serving(sockets(silent)) as port:
        auth, budgets = '{bearer: "${env.TOKEN}"}', "{ready: 500ms, close: 500ms, linger: 0s}"
        write(tmp_path, MANIFEST.format(url=f"ws://127.0.0.1:{port}/", auth=auth, budgets=budgets, more=""))
        outcome = gate("run", "--jobs", "1", TOKEN="the-right-token")
    assert (outcome.exit, outcome.report["outcome"]) == (1, "failed")
    assert len(taken) == 2
    driven = {name: case for name, case in outcome.cases.items() if case["verdict"] != "skip"}
    assert [case["verdict"] for case in driven.values()] == ["fail", "fail", *["unknown"] * (len(driven) - 2)]
    assert len(driven) > 4
    told = {finding["actual"] for finding in driven["malformed token is refused"]["findings"] if not finding["folded"]}
    assert told == {"not called: 2 earlier calls of this run waited in vain for a session that is ready"}
    symptoms = {finding["symptom"] for case in driven.values() for finding in case["findings"]}
    assert symptoms == {"nothing-behind"}


@pytest.mark.parametrize(
    ("fault", "symptom"), [("silent-refusal", "refusal-silent"), ("refuses-after-audio", "caller-let-in")]
)
def test_a_caller_that_is_not_told_no_is_found_over_sockets_too(fault: str, symptom: str, gate: Gate) -> None:
    outcome = gate(
        "demo", "--dialect", "openai-realtime", "--fault", fault, "--suite", "handshake", "--case", "no token"
    )
    assert outcome.exit == 1, outcome.out + outcome.err
    (finding,) = outcome.failures()
    assert (finding["check"], finding["layer"], finding["symptom"]) == ("refused", "handshake", symptom)
