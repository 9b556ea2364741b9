"""Who may call the reference agent: JSON Web Tokens with workspace, agent, environment and expiry. Pure: the time is an
argument; the cryptography is PyJWT's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gate.reference.faults import Faults

WORKSPACE, AGENT, ENVIRONMENT = "acme", "appointments", "test"
ALGORITHM = "HS256"
KEY_HEADERS = ("api-key", "secret")
KEY_PARAMETERS = ("key", "api_key", "token", "access_token")
CLAIMS = {"workspace": WORKSPACE, "agent": AGENT, "environment": ENVIRONMENT}
LENIENT = {
    "workspace": "accepts-wrong-tenant", "agent": "accepts-wrong-agent", "environment": "accepts-wrong-environment",
}  # fmt: skip
LAX = {ALGORITHM: "accepts-tampered-signature", "none": "accepts-unsigned-token"}
"""Which fault passes over each claim, and over the signature of each kind of token."""


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    detail: str


def mint(key: str, now_s: float, lifetime_s: float = 600.0, **claims: str) -> str:
    """A token for the reference agent; a negative lifetime makes one that has expired."""
    import jwt

    return jwt.encode({**CLAIMS, "exp": int(now_s + lifetime_s), **claims}, key, ALGORITHM)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A caller that may come in; by its token's id it is known again, where that has one."""

    token_id: str | None = None


def admit(token: str, key: str | None, faults: Faults, now_s: float) -> Visitor | Refusal:
    """Without a key everybody may come in."""
    if key is None or faults.on("accepts-any-token"):
        return Visitor()
    return _verify(token, key, faults, now_s) if token else Refusal(401, "a token is needed")


def token_of(url: str, headers: Mapping[str, str]) -> str:
    """The caller's token, or nothing; it stands where a provider wants it: in `Authorization`, in a header of its own,
    or in the query."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.casefold() in ("bearer", "token"):
        return token.strip()
    own = (value for name, value in headers.items() if name.endswith(KEY_HEADERS))
    query = (value for name, value in parse_qsl(urlsplit(url).query) if name in KEY_PARAMETERS)
    return next(own, None) or next(query, "")


def _verify(token: str, key: str, faults: Faults, now_s: float) -> Visitor | Refusal:
    claims = _claims(token, key, faults)
    if claims is None:
        return Refusal(401, "the token is not valid")
    if float(claims["exp"]) <= now_s and not faults.on("accepts-expired-token"):
        return Refusal(401, "the token has expired")
    wrong = [name for name, value in CLAIMS.items() if claims.get(name) != value and not faults.on(LENIENT[name])]
    if wrong:
        return Refusal(403, f"the token is for another {wrong[0]}")
    token_id = claims.get("jti")
    return Visitor(token_id if isinstance(token_id, str) else None)


def _claims(token: str, key: str, faults: Faults) -> dict[str, Any] | None:
    """What the token says, if it may be believed."""
    import jwt

    try:
        lax = LAX.get(str(jwt.get_unverified_header(token).get("alg")))
        options: jwt.types.Options = {"verify_exp": False, "verify_iat": False, "require": ["exp"]}
        if lax and faults.on(lax):
            options["verify_signature"] = False
        return jwt.decode(token, key, algorithms=[ALGORITHM], options=options)
    except jwt.InvalidTokenError:
        return None
