"""Tokens that are made when a call is dialled: signed by the gate, or minted by the user's own service. The plan holds
how; the token itself is in the vault alone."""

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from gate.core.jsons import Json

TOKEN: Final = "${token}"
"""Where the token of a call goes in what is dialled, as `${env.NAME}` does for one that is known before."""

NAME: Final = "token"
LONG_AGO_MS: Final = 3_600_000.0
"""A token that expired an hour ago has expired for every agent, whatever leeway it gives to clocks that differ."""

Algorithm = Literal[
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
]  # fmt: skip
Flaw = Literal["tampered-signature", "unsigned"]
FLAWS: Final[tuple[Flaw, ...]] = get_args(Flaw)
Hash = Literal["sha1", "sha256", "sha512"]


@dataclass(frozen=True, slots=True)
class Jwt:
    """A JSON Web Token of these claims, good for `lifetime_ms` (expired so long ago, if that is negative). `one_time`:
    with a `jti` of its own. `flaw`: what is wrong with how it is signed."""

    key: str
    algorithm: Algorithm
    claims: dict[str, Json] = field(default_factory=dict)
    headers: dict[str, Json] = field(default_factory=dict)
    lifetime_ms: float = 300_000.0
    one_time: bool = False
    flaw: Flaw | None = None
    kind: Literal["jwt"] = "jwt"


@dataclass(frozen=True, slots=True)
class Mint:
    """An address that answers with a token: `token_path` is the dotted path to it in the JSON reply; empty, the reply
    is the token."""

    url: str
    token_path: str
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: Json = None
    timeout_ms: float = 10_000.0
    kind: Literal["mint"] = "mint"


@dataclass(frozen=True, slots=True)
class Again:
    """The token of the call before, once more."""

    kind: Literal["again"] = "again"


Token = Jwt | Mint | Again


@dataclass(frozen=True, slots=True)
class Signature:
    """A header with an HMAC by `key` over a text: `over` with `{url}`, `{path}`, `{body}` and `{timestamp}` filled in.
    The seconds of that go into `timestamp_header`, where there is one. `tampered`: with some of its bits flipped."""

    key: str
    over: str = "{url}"
    hash: Hash = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    timestamp_header: str = ""
    tampered: bool = False


@dataclass(frozen=True, slots=True)
class Minted:
    """A token, or why there is none: in words, with the status of HTTP where one was answered."""

    token: str = ""
    error: str = ""
    status: int | None = None
