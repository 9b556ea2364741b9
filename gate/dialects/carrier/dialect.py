"""What carriers have in common that stream a phone call over a socket: they dial the user's own server, and the gate is
one of them. Pure. A carrier's own file says what its messages look like; nothing here knows a carrier by name.

Theory of operation. `start` opens the stream and names it. From then on the caller's audio goes out in real time, each
piece with its number and with its time on a clock of samples; the server sends audio as it likes, marks to be echoed
once the audio before them was played, and `clear` for the audio that is to be thrown away. Nothing else is ever said:
no readiness, no words, no end of a turn."""

from typing import Final

from gate.core.capabilities import Capabilities
from gate.dialects.base import Base, O, Object
from gate.dialects.carrier.agent import Agent
from gate.dialects.carrier.encoder import parameters
from gate.dialects.carrier.observer import Observer
from gate.dialects.carrier.words import NOBODY, Form, Words


class Carrier(Base[O]):
    """A dialect's options, its `words` and its `form`."""

    words: Words
    form: Form
    capabilities: Capabilities
    longest_parameter: int | None = None

    def observer(self) -> Observer:
        return Observer(self.words, self.form)

    def agent(self) -> Agent:
        return Agent(self.words, self.form, self.stream_id(NOBODY), self.described())

    def stream_id(self, call_id: str) -> str:
        """The stream's id, made from the call's."""
        raise NotImplementedError

    def described(self) -> Object:
        """What stands beside the payload in the server's audio messages."""
        return {}

    def opaque(self, message: Object, path: str) -> bool:
        return path in _FIXED or path == self.words.name

    def session_mistakes(self, session: Object) -> tuple[str, ...]:
        """What the carrier would not carry of the manifest's `session:`, as sentences."""
        longest = self.longest_parameter
        return tuple(
            f"session.metadata.{name} and its value have {len(name) + len(value)} characters, at most {longest} fit"
            for name, value in parameters(session).items()
            if longest is not None and len(name) + len(value) > longest
        )


_FIXED: Final = frozenset(
    {"event", "protocol", "version", "sequenceNumber", "sequence_number", "occurred_at", "dtmf.digit", "dtmf.duration"}
    | {"streamSid", "stream_sid", "streamId", "stream_id", "stop.reason", "reason"}
    | {f"media.{field}" for field in ("track", "chunk", "timestamp", "payload", "contentType")}
    | {
        f"{where}.{field}"
        for where in ("start", "stop")
        for field in (
            "accountSid", "callSid", "streamSid", "account_sid", "call_sid", "stream_sid", "accountId", "callId",
            "streamId", "user_id", "call_control_id", "call_session_id", "mediaFormat.encoding",
            "media_format.encoding", "media_format.sample_rate", "media_format.bit_rate", "tracks.0",
        )
    }
)  # fmt: skip


def capable(form: Form, frame_ms: int = 20, *, echoes_cleared: bool = True) -> Capabilities:
    return Capabilities(
        shows=frozenset({"output_audio.delta", "mark", "response.cancelled", "session.closed"}),
        input_rate_hz=form.rate_hz,
        output_rate_hz=form.rate_hz,
        frame_ms=frame_ms,
        session=frozenset({"metadata"}),
        configures_first=True,
        announces_ready=False,
        acknowledges_configuration=False,
        answers_tools=False,
        presses=True,
        echoes_marks=True,
        echoes_cleared=echoes_cleared,
        bursts=False,
        passes_metadata=True,
    )
