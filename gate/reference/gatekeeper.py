"""Who may call the reference agent: JSON Web Tokens with workspace, agent, environment and expiry. Pure: the time is an
argument; the cryptography is PyJWT's."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from gate.reference.extra import needs_agent_extra
from gate.reference.faults import Faults

WORKSPACE, AGENT, ENVIRONMENT = "acme", "appointments", "test"
ALGORITHM = "HS256"
KEY_HEADERS = ("api-key", "secret")
KEY_PARAMETERS = ("key", "api_key", "token", "access_token")
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


def admit(
    url: str, headers: Mapping[str, str], key: str | None, faults: Faults, now_s: float
) -> Refusal | None:  # fmt: skip
    """None for a caller that may come in. Without a key everybody may. Header names are lower case."""
    if key is None or faults.on("accepts-any-token"):
        return None
    token = token_of(url, headers)
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
