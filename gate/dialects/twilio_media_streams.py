"""Twilio Media Streams, two-way: the gate is Twilio and dials the user's server, as `<Connect><Stream>` does. Pure.

Source: twilio.com/docs/voice/media-streams/websocket-messages. Numbers are texts; `sequenceNumber` counts from `start`,
chunks from 1, `timestamp` in ms from the start of the stream. Look-alikes (SignalWire) differ in the form of the audio.
The proof of identity is X-Twilio-Signature (twilio.com/docs/usage/security): base64 of HMAC-SHA1 by the auth token over
the wss:// address, no parameters. The manifest gives the token as that header's value, so that a suite can leave it
out, or sign with a wrong one; it never goes onto the wire itself."""

import base64
import hashlib
import hmac
from dataclasses import replace
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from gate.core.dialling import addressed
from gate.core.plan import Dial
from gate.core.vault import REFERENCE
from gate.dialects import base
from gate.dialects.base import About, Object
from gate.dialects.carrier import encoder as carrier_encoder
from gate.dialects.carrier.dialect import Carrier, capable
from gate.dialects.carrier.words import NOBODY, Form, Words, check_g711

SIGNATURE: Final = "x-twilio-signature"
_NAMES: Final = {"mulaw": "audio/x-mulaw", "alaw": "audio/x-alaw", "pcm": "audio/x-l16"}


class TwilioOptions(base.Options):
    """`public_url`: the address that the server checks the signature with, where a proxy stands before it."""

    account_sid: str = Field(default="AC" + NOBODY, pattern=r"^\S+$")
    call_sid: str | None = Field(default=None, pattern=r"^\S+$")
    public_url: str | None = None
    encoding: Literal["mulaw", "alaw", "pcm"] = "mulaw"
    rate_hz: Literal[8000, 16000, 24000] = 8000

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is None or REFERENCE.search(url):
            return url
        if urlsplit(url).scheme not in ("ws", "wss", "http", "https") or not urlsplit(url).netloc:
            raise ValueError("an address is due, such as wss://agent.example/twilio")
        return url

    @model_validator(mode="after")
    def _is_a_codec(self) -> Self:
        check_g711(self.encoding, self.rate_hz)
        return self


class TwilioMediaStreams(Carrier[TwilioOptions]):
    name = "twilio-media-streams"
    Options = TwilioOptions
    about = About(
        "Twilio Media Streams", "carrier", "high", "pipecat's Twilio serializer and handshake, Twilio's own validator"
    )
    longest_parameter = 499
    words = Words(
        stream="start.streamSid",
        parameters="start.customParameters",
        encoding="start.mediaFormat.encoding",
        rate="start.mediaFormat.sampleRate",
        encodings={"audio/x-mulaw": "mulaw", "audio/x-alaw": "alaw", "audio/x-l16": "pcm"},
        keys=("streamSid",),
        named=True,
    )

    def __init__(self, options: TwilioOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self.form = Form(self.options.encoding, self.options.rate_hz)
        self.capabilities = capable(self.form)

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        address = self.options.public_url or _secure(addressed(dial.url, dial.query))
        tokens = [value for name, value in dial.headers if name.casefold() == SIGNATURE]
        others = (header for header in dial.headers if header[0].casefold() != SIGNATURE)
        return replace(dial, headers=(*others, *((SIGNATURE, _signature(token, address)) for token in tokens)))

    def stream_id(self, call_id: str) -> str:
        return "MZ" + call_id

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self, call_id or NOBODY)


def _secure(url: str) -> str:
    """Twilio dials wss:// alone, so that is what a server checks, even where the gate calls it on this machine."""
    return f"wss:{url.removeprefix('ws:')}" if url.startswith("ws:") else url


def _signature(token: str, address: str) -> str:
    return base64.b64encode(hmac.new(token.encode(), address.encode(), hashlib.sha1).digest()).decode()


class Encoder(carrier_encoder.Encoder):
    def __init__(self, dialect: TwilioMediaStreams, call_id: str) -> None:
        super().__init__(dialect.form)
        self._stream = dialect.stream_id(call_id)
        self._ids: Object = {
            "accountSid": dialect.options.account_sid,
            "callSid": dialect.options.call_sid or "CA" + call_id,
        }

    def opening(self, given: dict[str, str]) -> tuple[Object, ...]:
        start: Object = {
            "accountSid": self._ids["accountSid"],
            "streamSid": self._stream,
            "callSid": self._ids["callSid"],
            "tracks": ["inbound"],
            "mediaFormat": {
                "encoding": _NAMES[self._form.encoding], "sampleRate": self._form.rate_hz, "channels": 1,
            },
            "customParameters": {**given},
        }  # fmt: skip
        return {"event": "connected", "protocol": "Call", "version": "1.0.0"}, self._numbered("start", start)

    def media(self, payload: str, chunk: int) -> Object:
        at = {"track": "inbound", "chunk": str(chunk), "timestamp": str(self.at_ms), "payload": payload}
        return self._numbered("media", {**at})

    def key(self, digit: str) -> Object:
        return self._numbered("dtmf", {"track": "inbound_track", "digit": digit})

    def played(self, name: str) -> Object:
        return self._numbered("mark", {"name": name})

    def stop(self) -> Object:
        return self._numbered("stop", {**self._ids})

    def _numbered(self, event: str, body: Object) -> Object:
        return {"event": event, "sequenceNumber": str(self.count()), event: body, "streamSid": self._stream}
