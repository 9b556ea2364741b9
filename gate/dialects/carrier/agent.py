"""The other end of a carrier's socket: the user's server, as the reference agent has it. Pure. It learns the stream's
id and the form of the audio from `start`, as a server must."""

from gate.audio import formats
from gate.core import acts
from gate.core.acts import Act
from gate.core.paths import ABSENT, get, put
from gate.core.signals import AudioDone, AudioOut, Cancelled, Mark, Signal
from gate.dialects import fields
from gate.dialects.base import Object
from gate.dialects.carrier.words import Form, Words
from gate.dialects.fields import Illegal
from gate.dialects.sound import Speech, decoded, encoded


class Agent:
    """`form` is what the mind behind it hears; `described` stands beside the payload of each audio message."""

    def __init__(self, words: Words, form: Form, stream: str, described: Object) -> None:
        self._words = words
        self._stream = stream
        self._described = described
        self._rate_hz = form.rate_hz
        self._take(form)

    def _take(self, form: Form) -> None:
        self._form = form
        self._decoder = formats.decoder(form.encoding, form.rate_hz)
        self._ears, self._speech = Speech(self._rate_hz), Speech(form.rate_hz)

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        """Raises Illegal for what the carrier never sends."""
        if isinstance(data, bytes):
            raise Illegal("a binary frame, where this dialect has only text")
        message = fields.payload(data)
        match fields.text(message, "event"):
            case "connected" | "error":
                return ()
            case "start":
                return (self._started(message),)
            case "media":
                pcm, rate_hz = decoded(self._decoder, fields.audio(message, "media.payload"))
                return (acts.Speak(self._ears.feed(pcm, rate_hz)),)
            case "dtmf":
                return (acts.Press(fields.text(message, "dtmf.digit")),)
            case self._words.played:
                return (acts.EchoMark(fields.text(message, self._words.name)),)
            case "clearedAudio":
                return (acts.Cleared(),)
            case "stop":
                return (acts.HangUp(),)
            case unknown:
                raise Illegal(f"event {unknown!r} is not known")

    def _started(self, message: Object) -> Act:
        self._stream = fields.text(message, self._words.stream)
        if get(message, self._words.encoding) is not ABSENT:
            named, rate = fields.text(message, self._words.encoding), fields.maybe_text(message, self._words.rate)
            self._take(self._words.form_of(named, self._words.encoding, rate, self._words.rate))
        given = get(message, self._words.parameters)
        return acts.Configure({"metadata": given} if isinstance(given, dict) and given else {})

    def say(self, signal: Signal) -> tuple[str, ...]:
        match signal:
            case AudioOut(pcm, rate_hz):
                return self._audio(self._speech.feed(pcm, rate_hz))
            case AudioDone():
                return self._audio(self._speech.end())
            case Cancelled():
                self._speech.cut()
                return self._message(self._words.clear, {})
            case Mark(name):
                named: Object = {}
                put(named, self._words.name, name)
                return self._message(self._words.mark, named)
            case _:
                return ()

    def _audio(self, pcm: bytes) -> tuple[str, ...]:
        if not pcm:
            return ()
        payload = encoded(pcm, self._form.rate_hz, self._form.encoding)
        return self._message(self._words.audio, {"media": {**self._described, "payload": payload}})

    def _message(self, event: str, body: Object) -> tuple[str, ...]:
        named: Object = dict.fromkeys(self._words.keys[:1], self._stream)
        return (fields.dump({"event": event, **named, **body}),)
