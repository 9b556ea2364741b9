"""Plivo Audio Streaming, two-way: the gate is Plivo and dials the user's server, as `<Stream bidirectional="true">`
does. Pure.

Source: the event, model and message classes of plivo/plivo-stream-sdk-java. There is no `connected`: `start` comes
first. Sequence numbers and chunks are numbers, a timestamp is a text of milliseconds since 1970; the first sequence
number, 0 here, is unverified, and so is a signature header, which is left out. A checkpoint in audio that is thrown
away is never said to have been played; `clearedAudio` answers `clearAudio`. Vobiz speaks the same."""

from typing import Final, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from gate.core.jsons import Json
from gate.dialects import base
from gate.dialects.base import About, Object
from gate.dialects.carrier import encoder as carrier_encoder
from gate.dialects.carrier.dialect import Carrier, capable
from gate.dialects.carrier.words import NOBODY, Form, Words, check_g711

_TYPES: Final = {"mulaw": "audio/x-mulaw", "pcm": "audio/x-l16"}
_EPOCH_MS: Final = 1_767_225_600_000  # nothing here knows the day: streams begin on the first of January 2026


class PlivoOptions(base.Options):
    """`encoding` and `rate_hz` are what `contentType` says in the user's `<Stream>`."""

    encoding: Literal["mulaw", "pcm"] = "mulaw"
    rate_hz: Literal[8000, 16000] = 8000
    account_id: str = Field(default="MA" + "0" * 18, pattern=r"^\S+$")
    call_id: str | None = Field(default=None, pattern=r"^\S+$")

    @model_validator(mode="after")
    def _is_a_content_type(self) -> Self:
        check_g711(self.encoding, self.rate_hz)
        return self


class Plivo(Carrier[PlivoOptions]):
    name = "plivo"
    Options = PlivoOptions
    about = About("Plivo Audio Streaming", "carrier", "medium-high", "pipecat's Plivo serializer and handshake")
    words = Words(
        stream="start.streamId",
        parameters="start.customParameters",
        encoding="start.mediaFormat.encoding",
        rate="start.mediaFormat.sampleRate",
        encodings={"audio/x-mulaw": "mulaw", "audio/x-l16": "pcm"},
        keys=("streamId",),
        typed=True,
        audio="playAudio",
        mark="checkpoint",
        clear="clearAudio",
        played="playedStream",
        name="name",
    )

    def __init__(self, options: PlivoOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self.form = Form(self.options.encoding, self.options.rate_hz)
        self.capabilities = capable(self.form, echoes_cleared=False)

    def stream_id(self, call_id: str) -> str:
        return str(UUID(call_id))

    def described(self) -> Object:
        return {"contentType": _TYPES[self.form.encoding], "sampleRate": self.form.rate_hz}

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self, call_id or NOBODY)


class Encoder(carrier_encoder.Encoder):
    def __init__(self, dialect: Plivo, call_id: str) -> None:
        super().__init__(dialect.form)
        self._account = dialect.options.account_id
        self._call = dialect.options.call_id or str(UUID(call_id))
        self._stream = dialect.stream_id(call_id)

    def opening(self, given: dict[str, str]) -> tuple[Object, ...]:
        start: Object = {
            "callId": self._call,
            "streamId": self._stream,
            "accountId": self._account,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": _TYPES[self._form.encoding], "sampleRate": self._form.rate_hz},
            "customParameters": {**given},
        }
        return ({"event": "start", "sequenceNumber": self._number(), "start": start, "extra_headers": "{}"},)

    def media(self, payload: str, chunk: int) -> Object:
        at: Object = {"track": "inbound", "timestamp": str(_EPOCH_MS + self.at_ms), "chunk": chunk, "payload": payload}
        return self._of_stream("media", media=at, extra_headers="{}")

    def key(self, digit: str) -> Object:
        return self._of_stream("dtmf", dtmf={"digit": digit, "track": "inbound"})

    def played(self, name: str) -> Object:
        return self._of_stream("playedStream", name=name)

    def cleared(self) -> tuple[Object, ...]:
        return (self._of_stream("clearedAudio"),)

    def stop(self) -> Object:
        return self._of_stream("stop", reason="the call is over")

    def _of_stream(self, event: str, **more: Json) -> Object:
        return {"event": event, "sequenceNumber": self._number(), "streamId": self._stream, **more}

    def _number(self) -> int:
        return self.count() - 1
