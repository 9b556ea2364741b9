"""What the frames of a carrier's stream mean, both ways. Pure."""

from gate.audio import formats
from gate.core.jsons import Json
from gate.core.paths import ABSENT, get
from gate.core.signals import Asked, AudioIn, AudioOut, Cancelled, Mark, MarkPlayed, Pressed
from gate.dialects import fields, sound
from gate.dialects.base import JsonObserver, Object, Read, Signals
from gate.dialects.carrier.words import Form, Words
from gate.dialects.fields import Illegal


class Observer(JsonObserver):
    """Its state is the stream's id, which the gate's own `start` says."""

    def __init__(self, words: Words, form: Form) -> None:
        self._words = words
        self._decoder = formats.decoder(form.encoding, form.rate_hz)
        self._stream: str | None = None
        self._sent: dict[str, Read] = {
            "start": self._started,
            "media": lambda message: (AudioIn(*self._pcm(message, self._decoder)),),
            "dtmf": lambda message: (Pressed(fields.text(message, "dtmf.digit")),),
            words.played: lambda message: (MarkPlayed(fields.text(message, words.name)),),
        }
        self._received: dict[str, Read] = {
            words.audio: self._played,
            words.mark: lambda message: (Mark(fields.text(message, words.name)),),
            words.clear: lambda message: (Cancelled(),),
        }

    def kind(self, message: Object) -> str:
        return fields.text(message, "event")

    def sent(self, message: Object) -> Signals:
        read = self._sent.get(self.kind(message))
        return read(message) if read else ()

    def received(self, message: Object) -> Signals:
        read = self._received.get(self.kind(message))
        if read is None:
            return ()
        self._check_stream(message)
        return read(message)

    def _started(self, message: Object) -> Signals:
        self._stream = fields.text(message, self._words.stream)
        given = get(message, self._words.parameters)
        if given is not ABSENT and not isinstance(given, dict):
            raise Illegal(f"{self._words.parameters} is no object")
        asked: dict[str, Json] = {"metadata": given} if isinstance(given, dict) and given else {}
        return (Asked(asked),)

    def _check_stream(self, message: Object) -> None:
        key = next((key for key in self._words.keys if message.get(key) is not None), None)
        if key is None:
            if self._words.named:
                raise Illegal(f"{self._words.keys[0]} is missing: a {message['event']} must name its stream")
            return
        found = fields.text(message, key)
        if self._stream is not None and found != self._stream:
            raise Illegal(f"{key} is {found!r}, and this stream is {self._stream!r}")

    def _played(self, message: Object) -> Signals:
        pcm, rate_hz = self._pcm(message, self._spoken(message))
        return (AudioOut(pcm, rate_hz),) if pcm else ()

    def _spoken(self, message: Object) -> formats.Decoder:
        """What reads the server's audio: by the form that it says itself, where it does."""
        named = fields.maybe_text(message, "media.contentType") if self._words.typed else None
        if named is None:
            return self._decoder
        rate = fields.maybe_text(message, "media.sampleRate")
        form = self._words.form_of(named, "media.contentType", rate, "media.sampleRate")
        return formats.decoder(form.encoding, form.rate_hz)

    def _pcm(self, message: Object, decoder: formats.Decoder) -> tuple[bytes, int]:
        return sound.decoded(decoder, fields.audio(message, "media.payload"))
