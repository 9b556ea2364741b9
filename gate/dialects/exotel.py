"""Exotel AgentStream (the Voicebot applet), two-way: the gate is Exotel and dials the user's server. Pure.

Source: developer.exotel.com/docs/agentstream/websocket-protocol, and github.com/exotel/Agent-Stream. Audio is linear,
s16le, in messages of 100 ms; `?sample-rate=` on the address says its rate where that is not 8000. Numbers are texts.
The server names the stream in `stream_sid` or `streamSid`: Exotel's own helper and pipecat differ. What stands inside
`stop` is unverified."""

from dataclasses import replace
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field

from gate.core.plan import Dial
from gate.dialects import base
from gate.dialects.base import About, Object
from gate.dialects.carrier import encoder as carrier_encoder
from gate.dialects.carrier.dialect import Carrier, capable
from gate.dialects.carrier.words import NOBODY, Form, Words

RATE: Final = "sample-rate"
FRAME_MS: Final = 100


class ExotelOptions(base.Options):
    rate_hz: Literal[8000, 16000, 24000] = 8000
    account_sid: str = Field(default="voxgate", pattern=r"^\S+$")
    call_sid: str | None = Field(default=None, pattern=r"^\S+$")
    from_number: str = Field(default="+15550100001", pattern=r"^\S+$")
    to_number: str = Field(default="+15550100002", pattern=r"^\S+$")


class Exotel(Carrier[ExotelOptions]):
    name = "exotel"
    Options = ExotelOptions
    about = About("Exotel AgentStream", "carrier", "medium-high", "pipecat's Exotel serializer and handshake")
    words = Words(
        stream="stream_sid",
        parameters="start.custom_parameters",
        encoding="start.media_format.encoding",
        rate="start.media_format.sample_rate",
        encodings={"audio/x-raw": "pcm"},
        keys=("stream_sid", "streamSid"),
        named=True,
    )

    def __init__(self, options: ExotelOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self.form = Form("pcm", self.options.rate_hz)
        self.capabilities = capable(self.form, FRAME_MS)

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        said = {name for name, _ in (*parse_qsl(urlsplit(dial.url).query), *dial.query)}
        if RATE in said or self.options.rate_hz == ExotelOptions().rate_hz:
            return dial
        return replace(dial, query=(*dial.query, (RATE, str(self.options.rate_hz))))

    def stream_id(self, call_id: str) -> str:
        return call_id

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self, call_id or NOBODY)


class Encoder(carrier_encoder.Encoder):
    def __init__(self, dialect: Exotel, call_id: str) -> None:
        super().__init__(dialect.form)
        self._options = dialect.options
        self._stream = dialect.stream_id(call_id)
        self._ids: Object = {
            "call_sid": dialect.options.call_sid or call_id,
            "account_sid": dialect.options.account_sid,
        }

    def opening(self, given: dict[str, str]) -> tuple[Object, ...]:
        start: Object = {
            "stream_sid": self._stream,
            **self._ids,
            "from": self._options.from_number,
            "to": self._options.to_number,
            "custom_parameters": {**given},
            "media_format": {"encoding": "audio/x-raw", "sample_rate": str(self._form.rate_hz), "bit_rate": "16"},
        }
        return {"event": "connected"}, self._numbered("start", start)

    def media(self, payload: str, chunk: int) -> Object:
        return self._numbered("media", {"chunk": str(chunk), "timestamp": str(self.at_ms), "payload": payload})

    def key(self, digit: str) -> Object:
        return self._numbered("dtmf", {"digit": digit, "duration": "100"})

    def played(self, name: str) -> Object:
        return self._numbered("mark", {"name": name})

    def stop(self) -> Object:
        return self._numbered("stop", {**self._ids, "reason": "callended"})

    def _numbered(self, event: str, body: Object) -> Object:
        return {"event": event, "sequence_number": str(self.count()), "stream_sid": self._stream, event: body}
