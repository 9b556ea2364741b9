"""Who may call the reference agent: JSON Web Tokens with workspace, agent, environment and expiry. Pure: the time is an
argument; the cryptography is PyJWT's."""

from collections.abc import Mapping
from dataclasses import dataclass

from gate.reference.extra import needs_agent_extra
from gate.reference.faults import Faults

WORKSPACE, AGENT, ENVIRONMENT = "acme", "appointments", "test"
ALGORITHM = "HS256"
CLAIMS = {"workspace": WORKSPACE, "agent": AGENT, "environment": ENVIRONMENT}


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    detail: str


def mint(key: str, now_s: float, lifetime_s: float = 600.0, **claims: str) -> str:
    """A token for the reference agent; a negative lifetime makes one that has expired."""
    with needs_agent_extra():
        import jwt

    return jwt.encode({**CLAIMS, "exp": int(now_s + lifetime_s), **claims}, key, ALGORITHM)


def admit(headers: Mapping[str, str], key: str | None, faults: Faults, now_s: float) -> Refusal | None:
    """None for a caller that may come in. Without a key everybody may. Header names are lower case."""
    if key is None:
        return None
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if faults.on("accepts-any-token"):
        return None
    if scheme.casefold() != "bearer" or not token:
        return Refusal(401, "a bearer token is needed")
    return _verify(token.strip(), key, faults, now_s)


def _verify(token: str, key: str, faults: Faults, now_s: float) -> Refusal | None:
    with needs_agent_extra():
        import jwt
    options: jwt.types.Options = {"verify_exp": False, "require": ["exp"]}
    try:
        claims = jwt.decode(token, key, algorithms=[ALGORITHM], options=options)
    except jwt.InvalidTokenError:
        return Refusal(401, "the token is not valid")
    if float(claims["exp"]) <= now_s and not faults.on("accepts-expired-token"):
        return Refusal(401, "the token has expired")
    wrong = [name for name, value in CLAIMS.items() if claims.get(name) != value]
    if wrong and not faults.on("accepts-wrong-tenant"):
        return Refusal(403, f"the token is for another {wrong[0]}")
    return None
