"""The other end of a Vonage call: the user's server, as the reference agent has it; and what a notification is called.
Pure.

Source: developer.vonage.com/en/voice/voice-api/concepts/websockets."""

from typing import Final

from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json, canonical, parse
from gate.core.signals import AudioDone, AudioOut, Cancelled, Mark, Signal
from gate.dialects import fields
from gate.dialects.base import Frames, Object
from gate.dialects.fields import Illegal
from gate.dialects.sound import Framed, Speech

FRAME_MS: Final = 20
OWN: Final = frozenset({"event", "content-type"})


def name_of(message: Object) -> str:
    """The name of a notification: its payload's `name` where that is all of it and no JSON itself, else the payload as
    JSON. So each name stands for one payload. Raises Illegal."""
    if "payload" not in message:
        raise Illegal("payload is missing, it is what a notification brings back")
    payload = message["payload"]
    named = payload.get("name") if isinstance(payload, dict) and len(payload) == 1 else None
    return named if isinstance(named, str) and not _is_json(named) else canonical(payload)


def payload_of(name: str) -> Json:
    return parse(name) if _is_json(name) else {"name": name}


def _is_json(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


class Agent:
    """Sends frames of 20 ms, as the documentation wants them; the last one of a response is filled up with silence."""

    def __init__(self, rate_hz: int) -> None:
        self._ears = Framed("pcm", rate_hz)
        self._speech = Speech(rate_hz)
        self._size = len(silence(rate_hz * FRAME_MS // 1000))
        self._rest = b""

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        if isinstance(data, bytes):
            pcm, _ = self._ears.feed(data)
            return (acts.Speak(pcm),) if pcm else ()
        message = fields.payload(data)
        match fields.text(message, "event"):
            case "websocket:connected":
                given = {name: value for name, value in message.items() if name not in OWN}
                return (acts.Configure({"metadata": given} if given else {}),)
            case "websocket:dtmf":
                return (acts.Press(fields.text(message, "digit")),)
            case "websocket:notify":
                return (acts.EchoMark(name_of(message)),)
            case "websocket:cleared":
                return (acts.Cleared(),)
            case unknown:
                raise Illegal(f"event {unknown!r} is not known")

    def say(self, signal: Signal) -> Frames:
        match signal:
            case AudioOut(pcm, rate_hz):
                return self._frames(self._speech.feed(pcm, rate_hz))
            case AudioDone():
                rest = self._speech.end()
                missing = -(len(self._rest) + len(rest)) % self._size
                return self._frames(rest + bytes(missing))
            case Cancelled():
                self._speech.cut()
                self._rest = b""
                return (fields.dump({"action": "clear"}),)
            case Mark(name):
                return (fields.dump({"action": "notify", "payload": payload_of(name)}),)
            case _:
                return ()

    def _frames(self, pcm: bytes) -> Frames:
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % self._size
        self._rest = pcm[whole:]
        return tuple(pcm[at : at + self._size] for at in range(0, whole, self._size))
