"""The gate's half of every carrier: what is counted on the way out. Pure. What a message looks like is said in the
carrier's own file."""

from abc import ABC, abstractmethod

from gate.audio.pcm import WIDTH, silence
from gate.core import acts, jsons
from gate.core.acts import Act
from gate.dialects import fields, sound
from gate.dialects.base import Frames, Object, SilentEar
from gate.dialects.carrier.words import Form


def parameters(session: Object) -> dict[str, str]:
    """The session's `metadata` as a carrier can have it: texts by name."""
    found = session.get("metadata")
    metadata = found if isinstance(found, dict) else {}
    return {name: value if isinstance(value, str) else jsons.canonical(value) for name, value in metadata.items()}


class Encoder(SilentEar, ABC):
    """Counts messages, chunks and samples. A carrier says what each message looks like."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._messages = 0
        self._chunks = 0
        self._samples = 0

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Configure(session):
                return _dumped(*self.opening(parameters(session)))
            case acts.Speak(pcm):
                return _dumped(self._audio(pcm))
            case acts.Hush(count):
                return _dumped(self._audio(silence(count)))
            case acts.Press(digits):
                return _dumped(*(self.key(digit) for digit in digits))
            case acts.EchoMark(name):
                return _dumped(self.played(name))
            case acts.Cleared():
                return _dumped(*self.cleared())
            case acts.HangUp():
                return _dumped(self.stop())
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()

    def count(self) -> int:
        """The number of the next message, from 1."""
        self._messages += 1
        return self._messages

    @property
    def at_ms(self) -> int:
        """How much audio has gone out before."""
        return self._samples * 1000 // self._form.rate_hz

    def _audio(self, pcm: bytes) -> Object:
        self._chunks += 1
        message = self.media(sound.encoded(pcm, self._form.rate_hz, self._form.encoding), self._chunks)
        self._samples += len(pcm) // WIDTH
        return message

    @abstractmethod
    def opening(self, given: dict[str, str]) -> tuple[Object, ...]: ...

    @abstractmethod
    def media(self, payload: str, chunk: int) -> Object:
        """Audio in base64; it begins at `at_ms`, and chunks count from 1."""
        ...

    @abstractmethod
    def key(self, digit: str) -> Object: ...

    @abstractmethod
    def played(self, name: str) -> Object: ...

    def cleared(self) -> tuple[Object, ...]:
        return ()

    @abstractmethod
    def stop(self) -> Object: ...


def _dumped(*messages: Object) -> Frames:
    return tuple(fields.dump(message) for message in messages)
