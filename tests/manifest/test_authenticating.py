"""`auth:`: what becomes of it in the plan, and what is wrong with it, each at its place."""

# Texts that are compared whole stay on one line.
# ruff: noqa: E501

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gate.core.plan import Credential
from gate.core.tokens import TOKEN, Jwt, Mint, Signature
from gate.dialects.twilio_media_streams import TwilioMediaStreams
from gate.manifest.registries import Registries
from tests.manifest.fakes import ENV, FAKES, mistakes_of, plan_of, told

TARGET = "version: 1\nsuites: {smoke: {}}\ntarget:\n  url: wss://agent.test/voice\n  dialect: plain\n  auth: "
KEY = "${env.VOICE_TOKEN}"


def credential(folder: Path, auth: str, environ: Any = ENV) -> Credential:
    plan, _ = plan_of(folder, f"{TARGET}{auth}\n", environ)
    made = plan.targets[0].credential
    assert made is not None
    return made


def test_a_token_that_the_gate_signs(tmp_path: Path) -> None:
    auth = f"{{bearer: {{jwt: {{key: '{KEY}', claims: {{a: 1}}, negatives: {{wrong-tenant: {{a: 2}}}}, one_time: true}}}}}}"
    made = Jwt(KEY, "HS256", {"a": 1}, {}, 300_000.0, True)
    expected = Credential("bearer", "Authorization", TOKEN, made, {"wrong-tenant": {"a": 2}}, one_time=True)
    assert credential(tmp_path, auth) == expected


def test_a_token_that_is_minted(tmp_path: Path) -> None:
    mint = f"{{url: 'https://agent.test/t', headers: {{X-Api-Key: '{KEY}'}}, body: {{a: 1}}, token_path: a.b, timeout: 3s}}"
    made = Mint("https://agent.test/t", "a.b", "POST", (("X-Api-Key", KEY),), {"a": 1}, 3_000.0)
    assert credential(tmp_path, f"{{query: {{name: t, value: {{mint: {mint}}}}}}}") == Credential(
        "query", "t", TOKEN, made
    )


def test_a_token_in_a_message(tmp_path: Path) -> None:
    plan, _ = plan_of(tmp_path, f"{TARGET}{{message: {{path: auth.token, value: '{KEY}'}}}}\n")
    assert plan.targets[0].credential == Credential("message", "auth.token", KEY)
    assert plan.cases[0].calls[0].session == {"auth": {"token": KEY}}


def test_a_signature(tmp_path: Path) -> None:
    auth = f"{{signature: {{header: X-Sig, key: '{KEY}', over: '{{timestamp}}:{{path}}', hash: sha1, encoding: base64, prefix: v1=, timestamp_header: X-Time}}}}"
    made = Signature(KEY, "{timestamp}:{path}", "sha1", "base64", "v1=", "X-Time")
    assert credential(tmp_path, auth) == Credential("signature", "X-Sig", "", signature=made)


def test_no_secret_is_in_the_plan_and_the_key_is_in_the_vault(tmp_path: Path) -> None:
    plan, vault = plan_of(tmp_path, f"{TARGET}{{bearer: {{jwt: {{key: '{KEY}'}}}}}}\n")
    assert plan.secrets == ("VOICE_TOKEN",)
    assert ENV["VOICE_TOKEN"] not in repr(plan)
    assert vault.mask(ENV["VOICE_TOKEN"]) == "[secret:VOICE_TOKEN]"


def test_a_private_key_is_tried_before_any_socket_opens(tmp_path: Path) -> None:
    made: bytes = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    environ = {"VOICE_TOKEN": made.decode()}
    auth = f"{{bearer: {{jwt: {{key: '{KEY}', algorithm: ES256}}}}}}"
    assert credential(tmp_path, auth, environ).made == Jwt(KEY, "ES256")
    (mistake,) = mistakes_of(tmp_path, f"{TARGET}{auth.replace('ES256', 'RS256')}\n", environ)
    assert "cannot sign with RS256, expected a private key of that kind, as PEM; check which key" in str(mistake)
    assert "PRIVATE" not in str(mistake)


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ("{bearer: {}}", "6:10: target.auth.bearer lacks a key, expected one of jwt, mint"),
        ("{bearer: {jwt: {key: '${env.VOICE_TOKEN}'}, mint: {url: 'https://a.test'}}}", "6:53: target.auth.bearer has jwt and mint at once; keep one"),
        ("{bearer: {jwt: {}}}", "6:19: target.auth.bearer.jwt lacks the key 'key'; write key: \"${env.VOICE_SIGNING_KEY}\""),
        ("{bearer: {jwt: {key: abc}}}", '6:30: target.auth.bearer.jwt.key is a secret written out, expected "${env.NAME}"; put the secret into an environment variable: files and evidence get copied'),
        ("{bearer: {jwt: {key: '${env.VOICE_TOKEN}', claims: {exp: 1}}}}", "6:66: target.auth.bearer.jwt.claims.exp is set by the gate for each call; use expires_in"),
        ("{bearer: {jwt: {key: '${env.VOICE_TOKEN}', expires_in: 300}}}", "6:64: target.auth.bearer.jwt.expires_in has no unit, found the number 300, expected a duration such as 800ms, 3s or 2m; write 300s or 300ms"),
        ("{bearer: {jwt: {key: '${env.VOICE_TOKEN}', negatives: {expired: {}}}}}", "6:64: target.auth.bearer.jwt.negatives.expired is empty, expected at least 1 entry"),
        ("{bearer: {mint: {url: 'http://agent.test/t'}}}", "6:31: target.auth.bearer.mint.url is not encrypted, and agent.test is not this machine, found 'http://agent.test/t', expected https://; write https://, or add agent.test to allow_plain_ws if nobody listens on the way"),
        ("{bearer: {mint: {url: 'https://a.test/t', method: GET, body: {a: 1}}}}", "6:64: target.auth.bearer.mint.body cannot go with a GET; write method: POST"),
        ("{bearer: {mint: {url: 'https://a.test/t', body: x, negatives: {expired: {a: 1}}}}}", "6:60: target.auth.bearer.mint.negatives are laid over the fields of the body, and there are none, expected a mapping under body:, and no GET"),
        ("{bearer: {mint: {url: 'https://a.test/t', headers: {X-Api-Key: abc}}}}", '6:72: target.auth.bearer.mint.headers.X-Api-Key is a secret written out, expected "${env.NAME}"; put the secret into an environment variable: files and evidence get copied'),
        ("{header: {name: Host, value: {jwt: {key: '${env.VOICE_TOKEN}'}}}}", "6:31: target.auth.header.value is a header that the handshake sets itself; delete it"),
        ("{message: {path: token, value: abc}}", '6:40: target.auth.message.value is a secret written out, expected "${env.NAME}"; put the secret into an environment variable: files and evidence get copied'),
        ("{message: {path: voice.token, value: '${env.VOICE_TOKEN}'}}\n  session: {voice: x}", "6:26: target.auth.message.path leads through what is no mapping, found 'voice.token', expected a path to a field that the session lacks"),
        ("{message: {path: voice, value: '${env.VOICE_TOKEN}'}}\n  session: {voice: x}", "6:26: target.auth.message.path is a field that session: sets too, found 'voice'; delete it under session:"),
        ("{signature: {header: X-Sig, key: '${env.VOICE_TOKEN}', over: nothing}}", "6:70: target.auth.signature.over signs nothing of the call, found 'nothing', expected {url}, {path}, {body}, {timestamp}"),
        ("{signature: {header: X-Sig, key: '${env.VOICE_TOKEN}', over: '{uri}'}}", "6:70: target.auth.signature.over names what is not known here, found '{uri}', expected {url}, {path}, {body}, {timestamp}"),
        ("{signature: {header: X-Sig, key: '${env.VOICE_TOKEN}', over: '{timestamp}{url}'}}", "6:70: target.auth.signature.over signs a time that the agent is not told, found '{timestamp}{url}'; name its header under timestamp_header"),
        ("{signature: {header: X Sig, key: '${env.VOICE_TOKEN}'}}", "6:30: target.auth.signature.header is no name for a header, found 'X Sig', expected letters, digits and -"),
        ("{signature: {header: X-Sig, key: secret}}", '6:42: target.auth.signature.key is a secret written out, expected "${env.NAME}"; put the secret into an environment variable: files and evidence get copied'),
        ("{signature: {header: X-Sig, key: '${env.VOICE_TOKEN}'}}\n  negative_tokens: {expired: x}", "7:3: target has negative_tokens, and proves who calls by a signature, not by a token; delete them"),
        ("{bearer: {jwt: {key: '${env.VOICE_TOKEN}', negatives: {expired: {a: 1}}}}}\n  negative_tokens: {expired: x}", "7:21: target has the negative expired under negative_tokens and under auth; delete one of them"),
        ("{bearer: '${token}'}", "6:18: target.auth.bearer holds a malformed reference, found ${token}, expected ${env.NAME}; write ${env.token}"),
    ],
)  # fmt: skip
def test_what_auth_may_not_say(tmp_path: Path, auth: str, said: str) -> None:
    assert said in told(tmp_path, f"{TARGET}{auth}\n")


def test_a_dialect_that_carries_no_such_field_says_which_it_does(tmp_path: Path) -> None:
    twilio = Registries(
        {"plain": SimpleNamespace(Options=TwilioMediaStreams.Options)},
        FAKES.suites,
        lambda target: TwilioMediaStreams(),
    )
    good = f"{TARGET}{{message: {{path: metadata.token, value: '{KEY}'}}}}\n"
    assert plan_of(tmp_path, good, registries=twilio)[0].cases[0].calls[0].session == {"metadata": {"token": KEY}}
    (mistake,) = mistakes_of(tmp_path, good.replace("metadata.token", "token"), registries=twilio)
    assert str(mistake).endswith(
        ":6:26: the dialect plain has no session field 'token' for a token to go to, found 'token', expected metadata.token"
    )
