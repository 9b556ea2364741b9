"""The vonage dialect: the Voice API's WebSocket endpoint, of an NCCO `connect`. The gate is Vonage and dials the user's
server. Pure.

`websocket:connected` opens the stream, with the NCCO's `headers` beside it at the top level; then samples in binary
frames of 20 ms both ways, events of Vonage and commands of the server as JSON. Nothing announces the end: the socket
closes. `clear` throws audio away and is acknowledged; `notify` comes back with its payload once the audio before it was
played. That a `clear` also drops the notifications before it is said by third parties alone.

Source: developer.vonage.com/en/voice/voice-api/concepts/websockets; pipecat 1.14, `serializers/vonage.py`."""

from typing import Final, Literal

from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import canonical
from gate.core.signals import Asked, Cancelled, Mark, MarkPlayed, Pressed
from gate.dialects import base, fields
from gate.dialects.base import About, Base, Frames, Object, Signals, SilentEar, StreamObserver
from gate.dialects.carrier.dialect import capable
from gate.dialects.carrier.encoder import parameters
from gate.dialects.carrier.words import Form
from gate.dialects.vonage.agent import FRAME_MS, OWN, Agent, name_of, payload_of

KEY_MS: Final = 260
LONGEST_HEADERS: Final = 512


class VonageOptions(base.Options):
    """The rate of the NCCO's `content-type: audio/l16;rate=…`."""

    rate_hz: Literal[8000, 16000, 24000] = 16000


class Vonage(Base[VonageOptions]):
    name = "vonage"
    Options = VonageOptions
    about = About("Vonage Voice API WebSocket", "carrier", "medium-high", "pipecat's Vonage serializer")

    def __init__(self, options: VonageOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self.capabilities = capable(Form("pcm", self.options.rate_hz), FRAME_MS, echoes_cleared=False)

    def session_mistakes(self, session: Object) -> tuple[str, ...]:
        """What is wrong with the manifest's `session:` here, as sentences."""
        given = parameters(session)
        size = len(canonical({**given}).encode())
        taken = [f"session.metadata.{name}: Vonage's own message has a field of this name" for name in OWN & set(given)]
        long = f"session.metadata has {size} bytes as JSON, Vonage takes at most {LONGEST_HEADERS}"
        return (*taken, *([long] if size > LONGEST_HEADERS else []))

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self.options.rate_hz)

    def observer(self) -> "Observer":
        return Observer("pcm", self.options.rate_hz)

    def agent(self) -> Agent:
        return Agent(self.options.rate_hz)

    def opaque(self, message: Object, path: str) -> bool:
        return path in ("event", "action", "content-type", "digit", "duration")


class Encoder(SilentEar):
    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Configure(session):
                given = {name: value for name, value in parameters(session).items() if name not in OWN}
                return _event("connected", {"content-type": f"audio/l16;rate={self._rate_hz}", **given})
            case acts.Speak(pcm):
                return (pcm,)
            case acts.Hush(count):
                return (silence(count),)
            case acts.Press(digits):
                return tuple(
                    frame for digit in digits for frame in _event("dtmf", {"digit": digit, "duration": KEY_MS})
                )
            case acts.EchoMark(name):
                return _event("notify", {"payload": payload_of(name)})
            case acts.Cleared():
                return _event("cleared", {})
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()


def _event(name: str, more: Object) -> Frames:
    return (fields.dump({"event": f"websocket:{name}", **more}),)


class Observer(StreamObserver):
    def kind(self, message: Object) -> str:
        kind = message.get("event", message.get("action"))
        return kind if isinstance(kind, str) else ""

    def sent(self, message: Object) -> Signals:
        match message.get("event"):
            case "websocket:connected":
                given = {name: value for name, value in message.items() if name not in OWN}
                return (Asked({"metadata": given} if given else {}),)
            case "websocket:dtmf":
                return (Pressed(fields.text(message, "digit")),)
            case "websocket:notify":
                return (MarkPlayed(name_of(message)),)
            case _:
                return ()

    def received(self, message: Object) -> Signals:
        match message.get("action"):
            case "clear":
                return (Cancelled(),)
            case "notify":
                return (Mark(name_of(message)),)
            case _:
                return ()
