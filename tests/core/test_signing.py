"""Tokens and signatures, read by other code than made them: jwcrypto, and HMAC by hand."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS, InvalidJWSSignature
from jwcrypto.jwt import JWT, JWTExpired

from gate.core.plan import Dial, HttpFirst
from gate.core.signing import signed, with_signature
from gate.core.tokens import LONG_AGO_MS, Jwt, Signature

NOW = 1_800_000_000.0
KEY = "a key that is long enough for HMAC with SHA-256"
CLAIMS = {"workspace": "acme", "agent": "appointments"}
PLAIN = Jwt(KEY, "HS256", {**CLAIMS})


def pem(key: Any) -> str:
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.decode()


PEMS = {
    "RS256": pem(rsa.generate_private_key(65537, 2048)),
    "ES256": pem(ec.generate_private_key(ec.SECP256R1())),
    "EdDSA": pem(ed25519.Ed25519PrivateKey.generate()),
}
KEYS = {"HS256": KEY, "HS512": KEY * 2, "PS256": PEMS["RS256"], **PEMS}


def reader(algorithm: str) -> JWK:
    if algorithm.startswith("HS"):
        return JWK(kty="oct", k=base64.urlsafe_b64encode(KEYS[algorithm].encode()).rstrip(b"=").decode())
    return JWK.from_pem(KEYS[algorithm].encode())


def claims(token: str, algorithm: str = "HS256") -> dict[str, Any]:
    """What the token says to one who verifies it."""
    jws = JWS()
    jws.allowed_algs = [algorithm]
    jws.deserialize(token, reader(algorithm))
    found: dict[str, Any] = json.loads(jws.payload)
    return found


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_token_is_good_for_whoever_knows_the_key(algorithm: Any) -> None:
    made = signed(replace(PLAIN, algorithm=algorithm, headers={"kid": "one"}), KEYS[algorithm], NOW, "")
    assert claims(made, algorithm) == {**CLAIMS, "iat": int(NOW), "exp": int(NOW) + 300}
    assert json.loads(base64.urlsafe_b64decode(made.split(".")[0] + "==")) == {
        "alg": algorithm, "kid": "one", "typ": "JWT",
    }  # fmt: skip


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_tampered_signature_is_the_only_thing_wrong_with_its_token(algorithm: Any) -> None:
    asked = replace(PLAIN, algorithm=algorithm, flaw="tampered-signature")
    made, right = (signed(one, KEYS[algorithm], NOW, "") for one in (asked, replace(asked, flaw=None)))
    assert made.rpartition(".")[0] == right.rpartition(".")[0]
    assert len(made) == len(right)
    with pytest.raises(InvalidJWSSignature):
        claims(made, algorithm)


def test_an_unsigned_token_says_so_and_says_the_same() -> None:
    head, said, signature = signed(replace(PLAIN, flaw="unsigned"), KEY, NOW, "").split(".")
    assert json.loads(base64.urlsafe_b64decode(head + "=="))["alg"] == "none"
    assert json.loads(base64.urlsafe_b64decode(said + "=="))["workspace"] == "acme"
    assert signature == ""


def test_an_expired_token_was_good_once_and_is_over_for_every_leeway() -> None:
    long_ago = 1_000_000_000.0  # in 2001: no clock is so slow
    made = signed(replace(PLAIN, lifetime_ms=-LONG_AGO_MS), KEY, long_ago, "")
    assert claims(made)["exp"] == int(long_ago) - 3600
    assert claims(made)["iat"] < claims(made)["exp"]
    with pytest.raises(JWTExpired):
        JWT(jwt=made, key=reader("HS256"), expected_type="JWS")


def test_a_one_time_token_has_an_id_of_its_own() -> None:
    once = replace(PLAIN, one_time=True)
    assert claims(signed(once, KEY, NOW, "call-1"))["jti"] == "call-1"
    assert "jti" not in claims(signed(PLAIN, KEY, NOW, "call-1"))


def test_a_short_key_is_the_agents_affair() -> None:
    assert signed(PLAIN, "short-key", NOW, "").count(".") == 2


@pytest.mark.parametrize(("algorithm", "key"), [("RS256", "no PEM"), ("ES256", PEMS["RS256"]), ("RS256", "")])
def test_a_key_that_cannot_sign_so_is_told_without_it(algorithm: Any, key: str) -> None:
    with pytest.raises(ValueError, match=f"the key cannot sign with {algorithm}"):
        signed(replace(PLAIN, algorithm=algorithm), key, NOW, "")


def mac(text: str, kind: str = "sha256") -> bytes:
    return hmac.new(KEY.encode(), text.encode(), getattr(hashlib, kind)).digest()


def header(dial: Dial, asked: Signature) -> dict[str, str]:
    made, shown = with_signature(dial, "X-Signature", asked, KEY, NOW)
    headers = dict(made.http.headers if made.http else made.headers)
    assert headers["X-Signature"] == asked.prefix + shown
    return headers


SOCKET = Dial("wss://agent.test/voice", query=(("t", "a b"),))


@pytest.mark.parametrize(
    ("over", "text"),
    [
        ("{url}", "wss://agent.test/voice?t=a%20b"),
        ("{timestamp}.{path}", "1800000000./voice?t=a%20b"),
        ("GET {path}{body}", "GET /voice?t=a%20b"),
    ],
)
def test_a_signature_is_over_what_is_dialled(over: str, text: str) -> None:
    assert header(SOCKET, Signature(KEY, over))["X-Signature"] == mac(text).hex()


def test_the_forms_of_a_signature() -> None:
    made = header(SOCKET, Signature(KEY, "{path}", "sha512", "base64", "v1=", "X-Time"))
    assert made["X-Signature"] == "v1=" + base64.b64encode(mac("/voice?t=a%20b", "sha512")).decode()
    assert made["X-Time"] == "1800000000"


def test_the_request_that_comes_first_is_what_is_signed() -> None:
    dial = Dial("", http=HttpFirst("https://agent.test/s", "url", body={"b": 1, "a": "é"}))
    made = header(dial, Signature(KEY, "{url} {body}"))
    assert made["X-Signature"] == mac('https://agent.test/s {"a":"é","b":1}').hex()


def test_a_tampered_signature_has_other_bits_in_the_same_form() -> None:
    right, wrong = (header(SOCKET, Signature(KEY, tampered=bad))["X-Signature"] for bad in (False, True))
    assert wrong != right
    assert wrong[2:] == right[2:]
