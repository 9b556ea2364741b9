"""The other end of an AudioHook session: the user's server, as the reference agent has it. Pure. What is to be answered
at once (`ping`, `close`) is answered without asking the mind."""

from gate.audio import formats
from gate.core import acts
from gate.core.acts import Act
from gate.core.signals import AudioDone, AudioOut, Cancelled, Configured, Fault, Metadata, Signal
from gate.dialects import fields
from gate.dialects.base import Frames, Object
from gate.dialects.fields import Illegal
from gate.dialects.genesys_audiohook.observer import MEDIA, RATE_HZ, asked
from gate.dialects.sound import Framed, Speech

NO_SESSION = "00000000-0000-0000-0000-000000000000"


class Agent:
    def __init__(self) -> None:
        self._session = NO_SESSION
        self._seq = 0
        self._client_seq = 0
        self._ears = Framed("mulaw", RATE_HZ)
        self._speech = Speech(RATE_HZ)

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        """Raises Illegal for what a client of Genesys never sends, a number out of its turn among it."""
        if isinstance(data, bytes):
            pcm, _ = self._ears.feed(data)
            return (acts.Speak(pcm),) if pcm else ()
        message = fields.payload(data)
        kind, parameters = fields.text(message, "type"), fields.maybe_object(message, "parameters")
        seq, expected = message.get("seq"), self._client_seq + 1
        if isinstance(seq, bool) or seq != expected:
            raise Illegal(f"seq is {seq!r}, expected {expected}")
        self._client_seq = expected
        match kind:
            case "open":
                self._session = fields.text(message, "id")
                return (acts.Configure(asked(parameters)),)
            case "ping":
                return (acts.Send(self._message("pong", {})),)
            case "dtmf":
                return (acts.Press(fields.text(parameters, "digit")),)
            case "close":
                return (acts.Send(self._message("closed", {})), acts.HangUp())
            case _:
                return ()

    def say(self, signal: Signal) -> Frames:
        match signal:
            case Configured():
                return (self._message("opened", {"startPaused": False, "media": [{**MEDIA}]}),)
            case AudioOut(pcm, rate_hz):
                return _audio(self._speech.feed(pcm, rate_hz))
            case AudioDone():
                return _audio(self._speech.end())
            case Cancelled():
                self._speech.cut()
                return (self._message("event", {"entities": [{"type": "barge_in", "data": {}}]}),)
            case Metadata(data):
                return (self._message("event", {"entities": [{"type": "metadata", "data": data}]}),)
            case Fault(_, words):
                return (self._message("disconnect", {"reason": "error", "info": words}),)
            case _:
                return ()

    def _message(self, kind: str, parameters: Object) -> str:
        self._seq += 1
        return fields.dump({
            "version": "2", "id": self._session, "type": kind, "seq": self._seq, "clientseq": self._client_seq,
            "parameters": parameters,
        })  # fmt: skip


def _audio(pcm: bytes) -> Frames:
    return (formats.encode("mulaw", pcm, RATE_HZ),) if pcm else ()
