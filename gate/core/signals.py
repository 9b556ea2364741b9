"""What a frame means. `EVENT` is the canonical event name that the signal has in the event log.

Signals are seen in both directions: a frame that the gate sent is observed like one that it received, which is how a
recording knows what was said, configured and answered."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from gate.core.jsons import Json

Role = Literal["caller", "agent"]


@dataclass(frozen=True, slots=True)
class Ready:
    """The agent says that the session exists."""

    EVENT: ClassVar[str] = "session.started"
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The gate asks for a configuration."""

    EVENT: ClassVar[str] = "session.configure"
    settings: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Typed:
    """The caller types a line instead of speaking it."""

    EVENT: ClassVar[str] = "input_text"
    text: str


@dataclass(frozen=True, slots=True)
class FileIn:
    """A whole file of the caller's audio on its way to the agent, as it is: `size` in bytes."""

    EVENT: ClassVar[str] = "input_audio.file"
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An image on its way to the agent: `size` in bytes."""

    EVENT: ClassVar[str] = "input_image"
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller presses keys."""

    EVENT: ClassVar[str] = "input_dtmf"
    digits: str


@dataclass(frozen=True, slots=True)
class MarkPlayed:
    """The gate echoes a mark of the agent: all audio before it has been played, or was thrown away."""

    EVENT: ClassVar[str] = "mark.played"
    name: str


@dataclass(frozen=True, slots=True)
class Configured:
    """The agent acknowledges a configuration."""

    EVENT: ClassVar[str] = "session.configured"
    settings: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AudioIn:
    """The caller's audio on its way to the agent: s16le mono."""

    EVENT: ClassVar[str] = "input_audio.delta"
    pcm: bytes
    rate_hz: int


@dataclass(frozen=True, slots=True)
class InputAccepted:
    EVENT: ClassVar[str] = "input_audio.accepted"


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The agent heard the caller begin to speak. `interrupts`: by its protocol the client throws away at once whatever
    of the agent's audio it has not played."""

    EVENT: ClassVar[str] = "speech.started"
    interrupts: bool = False


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    EVENT: ClassVar[str] = "speech.stopped"


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words, as the agent wrote them down: of the caller (what it heard) or of itself (what it says)."""

    role: Role
    text: str
    final: bool
    response_id: str | None = None

    @property
    def EVENT(self) -> str:  # noqa: N802 (a constant on every other signal)
        return ("output_transcript." if self.role == "agent" else "transcript.") + ("final" if self.final else "delta")


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The agent wants a tool. Arguments that are no JSON object stand in `raw` and leave `arguments` None. Not `ours`:
    the provider runs this tool by itself, and only shows that it does."""

    EVENT: ClassVar[str] = "tool.call"
    call_id: str
    name: str
    arguments: dict[str, Json] | None
    raw: str = ""
    ours: bool = True


@dataclass(frozen=True, slots=True)
class ToolCancelled:
    """The agent no longer wants the answer to a tool call."""

    EVENT: ClassVar[str] = "tool.cancelled"
    call_id: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """A tool's answer: sent by the gate, or shown by an agent that ran the tool itself."""

    EVENT: ClassVar[str] = "tool.result"
    call_id: str
    name: str = ""
    result: Json = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ResponseStarted:
    EVENT: ClassVar[str] = "response.started"
    response_id: str | None = None


@dataclass(frozen=True, slots=True)
class AudioOut:
    """The agent's audio: s16le mono at `rate_hz`, decoded from whatever the wire carries. `item_id` is the provider's
    own name for the part of the response that a client truncates."""

    EVENT: ClassVar[str] = "output_audio.delta"
    pcm: bytes
    rate_hz: int
    response_id: str | None = None
    item_id: str | None = None


@dataclass(frozen=True, slots=True)
class AudioDone:
    EVENT: ClassVar[str] = "output_audio.done"
    response_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in the agent's audio, to be echoed once all before it has been played."""

    EVENT: ClassVar[str] = "mark"
    name: str


@dataclass(frozen=True, slots=True)
class TurnDone:
    EVENT: ClassVar[str] = "response.done"
    response_id: str | None = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The agent's turn was cut: whatever of its audio was not heard yet is to be thrown away."""

    EVENT: ClassVar[str] = "response.cancelled"
    response_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ping:
    """The agent's protocol asks whether the client is still there; `token` comes back in the answer."""

    EVENT: ClassVar[str] = "ping"
    token: str = ""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The agent ends the call by a message, and leaves it to the client to close the connection."""

    EVENT: ClassVar[str] = "call.ended"


@dataclass(frozen=True, slots=True)
class Metadata:
    EVENT: ClassVar[str] = "metadata"
    data: Json = None


@dataclass(frozen=True, slots=True)
class Fault:
    """The agent reports an error, in its protocol's own way."""

    EVENT: ClassVar[str] = "error"
    code: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The upgrade (or the HTTP call before it) was answered with something else than success."""

    EVENT: ClassVar[str] = "session.refused"
    status: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """The connection is over. `code` None: no close frame was seen."""

    EVENT: ClassVar[str] = "session.closed"
    code: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ponged:
    """The agent's socket answered a ping of the gate's (RFC 6455 section 5.5.3)."""

    EVENT: ClassVar[str] = "pong"


@dataclass(frozen=True, slots=True)
class Violation:
    """A frame that its protocol does not allow."""

    EVENT: ClassVar[str] = "violation"
    what: str


@dataclass(frozen=True, slots=True)
class Other:
    """A frame that is allowed and means nothing to us. Never dropped: unknown is not wrong."""

    EVENT: ClassVar[str] = "other"
    name: str = ""


Signal = (
    Ready | Asked | Configured | Typed | AudioIn | FileIn | Shown | Pressed | InputAccepted | SpeechStarted
    | SpeechStopped | Transcript | ToolCall | ToolCancelled | ToolResult | ResponseStarted | AudioOut | AudioDone | Mark
    | MarkPlayed | TurnDone | Cancelled | HungUp | Ping | Metadata | Fault | Refused | Closed | Ponged | Violation
    | Other
)  # fmt: skip


def throws_away(signal: Signal) -> bool:
    """Whether the client is to throw away what it has not played of the agent's audio."""
    return isinstance(signal, Cancelled) or (isinstance(signal, SpeechStarted) and signal.interrupts)


_SPOKEN = ("role", "text", "response_id")
_CLIP = ("clip", "words", "turn", "pace")

PAYLOADS: dict[str, tuple[str, ...]] = {
    "session.started": ("session_id",),
    "session.configured": ("settings",),
    "input_audio.accepted": (),
    "speech.started": (),
    "speech.stopped": (),
    "transcript.delta": _SPOKEN,
    "transcript.final": _SPOKEN,
    "tool.call": ("call_id", "name", "arguments"),
    "tool.result": ("call_id", "name", "result", "error"),
    "output_audio.delta": ("duration_ms", "rate_hz", "response_id"),
    "output_audio.done": ("response_id",),
    "mark": ("name",),
    "output_transcript.delta": _SPOKEN,
    "output_transcript.final": _SPOKEN,
    "response.started": ("response_id",),
    "response.done": ("response_id",),
    "response.cancelled": ("response_id",),
    "metadata": ("data",),
    "error": ("code", "message"),
    "session.closed": ("code", "reason"),
    "caller.speech_start": _CLIP,
    "caller.speech_end": _CLIP,
}
"""The fields of each event that a manifest may ask about."""

EVENT_NAMES = (
    "session.started", "session.configured", "input_audio.accepted", "speech.started", "speech.stopped",
    "transcript.delta", "transcript.final", "tool.call", "tool.result", "output_audio.delta", "output_audio.done",
    "output_transcript.delta", "output_transcript.final", "response.started", "response.done", "response.cancelled",
    "mark", "metadata", "error", "session.closed",
)  # fmt: skip
