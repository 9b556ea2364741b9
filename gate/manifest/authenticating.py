"""The shape of `auth:`: how a caller proves who it is, and how its tokens are made. Settings models only."""

from typing import Annotated, Literal

from pydantic import Field

from gate.core.durations import Budget
from gate.core.jsons import Json
from gate.core.tokens import Algorithm, Hash
from gate.suites.keys import Given, Text, one_of
from gate.suites.matching import Part

Negatives = dict[str, Annotated[dict[str, Json], Field(min_length=1)]]


class JwtSettings(Part):
    """A JSON Web Token that the gate signs for each call."""

    key: Text = Field(examples=['"${env.VOICE_SIGNING_KEY}"'])
    algorithm: Algorithm = "HS256"
    claims: dict[str, Json] = {}
    headers: dict[str, str] = {}
    expires_in: Budget = 300_000.0
    one_time: bool = False
    negatives: Negatives = {}


class MintSettings(Part):
    """An address that is asked for a token before each call."""

    url: Text = Field(examples=["https://agent.example/token"])
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: dict[str, str] = {}
    body: Json = None
    token_path: Given[Text] = Field(default=None, examples=["access_token"])
    timeout: Budget = 10_000.0
    one_time: bool = False
    negatives: Negatives = {}


class MadeToken(Part):
    """A token that is made when a call is dialled."""

    model_config = one_of("jwt", "mint")

    jwt: Given[JwtSettings] = None
    mint: Given[MintSettings] = None


class NamedValue(Part):
    name: Text = Field(examples=["X-Api-Key"])
    value: Text | MadeToken = Field(examples=['"${env.VOICE_TOKEN}"'])


class MessageValue(Part):
    """A field of the session that the caller asks for."""

    path: Text = Field(examples=["metadata.token"])
    value: Text | MadeToken = Field(examples=['"${env.VOICE_TOKEN}"'])


class SignatureSettings(Part):
    """A header with an HMAC over what is dialled."""

    header: Text = Field(examples=["X-Signature"])
    key: Text = Field(examples=['"${env.VOICE_SIGNING_KEY}"'])
    over: Text = "{url}"
    hash: Hash = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    timestamp_header: Given[Text] = None


class Auth(Part):
    """How the caller proves who it is."""

    model_config = one_of("bearer", "header", "query", "message", "signature")

    bearer: Given[Text | MadeToken] = None
    header: Given[NamedValue] = None
    query: Given[NamedValue] = None
    message: Given[MessageValue] = None
    signature: Given[SignatureSettings] = None
