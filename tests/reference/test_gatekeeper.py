"""Who may call: tokens made here by hand, after RFC 7515 and RFC 7519, and not by the code that they test."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from gate.reference.faults import Faults
from gate.reference.gatekeeper import Refusal, Visitor, admit, mint, token_of

KEY = "a key that is long enough for HMAC with SHA-256"
NOW = 1_800_000_000.0
GOOD = {"workspace": "acme", "agent": "appointments", "environment": "test", "exp": NOW + 60}


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(claims: dict[str, Any], key: str = KEY, alg: str = "HS256") -> str:
    signed = f"{part({'alg': alg, 'typ': 'JWT'})}.{part(claims)}"
    mac = hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def refusal(authorization: str | None, *faults: str, key: str | None = KEY, now: float = NOW) -> Refusal | None:
    headers = {} if authorization is None else {"authorization": authorization}
    found = admit(token_of("/voice", headers), key, Faults(faults), now)
    return found if isinstance(found, Refusal) else None


def status(authorization: str | None, *faults: str, **more: Any) -> int | None:
    refused = refusal(authorization, *faults, **more)
    return refused.status if refused else None


def test_a_good_token_comes_in() -> None:
    assert refusal(f"Bearer {token(GOOD)}") is None
    assert refusal(f"bearer  {token(GOOD)} ") is None


def test_without_a_key_everybody_comes_in() -> None:
    assert refusal(None, key=None) is None


@pytest.mark.parametrize("sent", [None, "", "Bearer", "Bearer ", f"Basic {token(GOOD)}", token(GOOD)])
def test_no_bearer_token_is_refused(sent: str | None) -> None:
    assert refusal(sent) == Refusal(401, "a token is needed")


BAD = {
    "no token": "nonsense",
    "another key": token(GOOD, "another key that is long enough for SHA-256"),
    "unsigned": f"{part({'alg': 'none'})}.{part(GOOD)}.",
    "claims changed after signing": ".".join(
        (token(GOOD).split(".")[0], part({**GOOD, "x": 1}), token(GOOD).split(".")[2])
    ),
    "no expiry": token({name: value for name, value in GOOD.items() if name != "exp"}),
    "another algorithm": token(GOOD, alg="HS384"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_token_is_refused(bad: str) -> None:
    assert refusal(f"Bearer {bad}") == Refusal(401, "the token is not valid")


def test_a_token_is_good_until_the_second_in_which_it_expires() -> None:
    assert status(f"Bearer {token(GOOD)}", now=NOW + 59.9) is None
    assert refusal(f"Bearer {token(GOOD)}", now=NOW + 60) == Refusal(401, "the token has expired")


WRONG = {"workspace": "tenant", "agent": "agent", "environment": "environment"}


@pytest.mark.parametrize("name", WRONG)
def test_a_token_for_something_else_is_refused(name: str) -> None:
    other = token({**GOOD, name: "other"})
    assert refusal(f"Bearer {other}") == Refusal(403, f"the token is for another {name}")
    for fault in WRONG.values():
        assert status(f"Bearer {other}", f"accepts-wrong-{fault}") == (None if fault == WRONG[name] else 403)
    assert status(f"Bearer {token({k: v for k, v in GOOD.items() if k != name})}") == 403


def test_each_fault_lets_in_just_what_it_says() -> None:
    expired, unsigned = token({**GOOD, "exp": NOW - 1}), BAD["unsigned"]
    assert status(f"Bearer {expired}", "accepts-expired-token") is None
    assert status(f"Bearer {unsigned}", "accepts-expired-token", "accepts-wrong-tenant") == 401
    assert status(f"Bearer {expired}", "accepts-wrong-tenant") == 401
    assert status(f"Bearer {unsigned}", "accepts-any-token") is None
    forged = BAD["claims changed after signing"]
    assert status(f"Bearer {forged}", "accepts-tampered-signature") is None
    assert status(f"Bearer {unsigned}", "accepts-tampered-signature") == 401
    assert status(f"Bearer {unsigned}", "accepts-unsigned-token") is None
    assert status(f"Bearer {forged}", "accepts-unsigned-token") == 401
    for fault in ("accepts-tampered-signature", "accepts-unsigned-token"):
        assert status("Bearer nonsense", fault) == 401
        assert status(f"Bearer {expired}", fault) == 401


def test_a_token_with_an_id_is_known_again() -> None:
    assert admit(token({**GOOD, "jti": "one"}), KEY, Faults(), NOW) == Visitor("one")
    assert admit(token(GOOD), KEY, Faults(), NOW) == Visitor(None)


def test_what_it_mints_is_what_it_admits() -> None:
    head, claims, _ = mint(KEY, NOW, 60.0).split(".")
    assert json.loads(base64.urlsafe_b64decode(claims + "==")) == {**GOOD, "exp": int(NOW + 60)}
    assert json.loads(base64.urlsafe_b64decode(head + "=="))["alg"] == "HS256"
    assert status(f"Bearer {mint(KEY, NOW)}") is None
    assert status(f"Bearer {mint(KEY, NOW, -60.0)}") == 401
    assert status(f"Bearer {mint(KEY, NOW, workspace='globex')}") == 403


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("/voice", {"authorization": "Token {}"}),
        ("/voice", {"api-key": "{}"}),
        ("/voice", {"xi-api-key": "{}"}),
        ("/voice", {"x-vocera-secret": "{}"}),
        ("/voice?model=m&key={}", {}),
        ("/voice?access_token={}", {}),
    ],
)
def test_the_token_may_stand_wherever_a_provider_wants_it(url: str, headers: dict[str, str]) -> None:
    def admitted(value: str) -> Refusal | None:
        sent = {name: text.format(value) for name, text in headers.items()}
        found = admit(token_of(url.format(value), sent), KEY, Faults(), NOW)
        return found if isinstance(found, Refusal) else None

    assert admitted(token(GOOD)) is None
    assert admitted(BAD["another key"]) == Refusal(401, "the token is not valid")
