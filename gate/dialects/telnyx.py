"""Telnyx Media Streaming, two-way in RTP mode: the gate is Telnyx and dials the user's server (`stream_url`). Pure.

Source: developers.telnyx.com/api-reference/websockets/stream-call-media-over-websocket. Numbers are texts, the stream's
id stands on top of each message of Telnyx's, and the server's messages name no stream. Audio is the codec's bytes
without RTP headers. `custom_parameters` in `start` is unverified. A token (`stream_auth_token`) is the manifest's
`auth: bearer`."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from gate.dialects import base
from gate.dialects.base import About, Object
from gate.dialects.carrier import encoder as carrier_encoder
from gate.dialects.carrier.dialect import Carrier, capable
from gate.dialects.carrier.words import G711_HZ, NOBODY, Form, Words

_CODECS: Final[dict[str, Literal["mulaw", "alaw"]]] = {"PCMU": "mulaw", "PCMA": "alaw"}
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)  # nothing here knows the day: keys are dated from this one


class TelnyxOptions(base.Options):
    """`client_state`: the state that the server gave the call, as plain text; it crosses the wire in base64."""

    codec: Literal["PCMU", "PCMA"] = "PCMU"
    call_control_id: str | None = Field(default=None, pattern=r"^\S+$")
    from_number: str = Field(default="+15550100001", pattern=r"^\S+$")
    to_number: str = Field(default="+15550100002", pattern=r"^\S+$")
    client_state: str | None = None


class Telnyx(Carrier[TelnyxOptions]):
    name = "telnyx"
    Options = TelnyxOptions
    about = About("Telnyx Media Streaming", "carrier", "high", "pipecat's Telnyx serializer and handshake")
    words = Words(
        stream="stream_id",
        parameters="start.custom_parameters",
        encoding="start.media_format.encoding",
        rate="start.media_format.sample_rate",
        encodings={**_CODECS, "audio/x-mulaw": "mulaw", "audio/x-alaw": "alaw"},
    )

    def __init__(self, options: TelnyxOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self.form = Form(_CODECS[self.options.codec], G711_HZ)
        self.capabilities = capable(self.form)

    def stream_id(self, call_id: str) -> str:
        return str(UUID(call_id))

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self, call_id or NOBODY)


class Encoder(carrier_encoder.Encoder):
    def __init__(self, dialect: Telnyx, call_id: str) -> None:
        super().__init__(dialect.form)
        self._options = dialect.options
        self._stream = dialect.stream_id(call_id)
        self._ids: Object = {
            "user_id": dialect.stream_id(NOBODY),
            "call_control_id": dialect.options.call_control_id or f"v3:{call_id}",
        }

    def opening(self, given: dict[str, str]) -> tuple[Object, ...]:
        state = self._options.client_state
        start: Object = {
            **self._ids,
            "call_session_id": self._stream,
            "from": self._options.from_number,
            "to": self._options.to_number,
            **({} if state is None else {"client_state": base64.b64encode(state.encode()).decode()}),
            **({"custom_parameters": {**given}} if given else {}),
            "media_format": {"encoding": self._options.codec, "sample_rate": G711_HZ, "channels": 1},
        }
        return {"event": "connected", "version": "1.0.0"}, self._numbered("start", start)

    def media(self, payload: str, chunk: int) -> Object:
        at = {"track": "inbound", "chunk": str(chunk), "timestamp": str(self.at_ms), "payload": payload}
        return self._numbered("media", {**at})

    def key(self, digit: str) -> Object:
        at = (_EPOCH + timedelta(milliseconds=self.at_ms)).isoformat(timespec="microseconds")
        return {**self._numbered("dtmf", {"digit": digit}), "occurred_at": at.replace("+00:00", "Z")}

    def played(self, name: str) -> Object:
        return self._numbered("mark", {"name": name})

    def stop(self) -> Object:
        return self._numbered("stop", {**self._ids})

    def _numbered(self, event: str, body: Object) -> Object:
        return {"event": event, "sequence_number": str(self.count()), event: body, "stream_id": self._stream}
