"""What the caller does. A dialect encodes an act to frames; nothing here knows how."""

from dataclasses import dataclass, field

from gate.core.jsons import Json
from gate.core.weather import Loss


@dataclass(frozen=True, slots=True)
class Configure:
    """Ask for a session: the manifest's `session:` fields, as given."""

    session: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Speak:
    """One frame of the caller's voice: s16le mono at the dialect's input rate."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Hush:
    """One frame of silence while the caller waits: server VAD never fires on a stream that just stops."""

    samples: int


@dataclass(frozen=True, slots=True)
class Type:
    """A line of text instead of speech."""

    text: str


@dataclass(frozen=True, slots=True)
class SendFile:
    """A file of audio exactly as it is, whole, in one message that names its media type."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Show:
    """An image, by the name of its file."""

    name: str
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Press:
    """Keys of a telephone, one after another: 0 to 9, *, #, A to D."""

    digits: str


@dataclass(frozen=True, slots=True)
class EchoMark:
    """All audio before the agent's mark of this name has been played."""

    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a tool call: a result, or the text of an error."""

    call_id: str
    name: str
    result: Json = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The caller speaks into the agent's response, of which it has heard so much: what a provider wants to be told then
    by its client, such as a cancel. Only where the dialect `cancels`."""

    heard_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Truncate:
    """The agent's audio was thrown away before all of it was played: so much of this item was heard. Always given; a
    dialect without a word for it says nothing."""

    item_id: str | None
    heard_ms: float


@dataclass(frozen=True, slots=True)
class Cleared:
    """The agent asked for its audio to be thrown away, and that is done."""


@dataclass(frozen=True, slots=True)
class Respond:
    """Every tool that the agent called is answered and the response that called is over: it may go on now."""


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a `Ping` of the agent's protocol."""

    token: str


@dataclass(frozen=True, slots=True)
class Send:
    """A frame exactly as given: how the gate misbehaves on purpose."""

    frame: str | bytes


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call: with a close frame, or (code None) by cutting the connection without one, or by losing it so."""

    code: int | None = 1000
    reason: str = ""
    loss: Loss | None = None


Act = (
    Configure | Speak | Hush | Type | SendFile | Show | Press | EchoMark | Answer | Respond | Interrupt | Truncate
    | Cleared | Pong | Send | HangUp
)  # fmt: skip
