"""The gate's half of an AudioHook session: what Genesys numbers, times and answers on its way out. Pure.

Source: purecloudlabs/audiohook-reference-implementation 2871b01c, client/clientsessionimpl.ts."""

import uuid
from typing import Final

from gate.audio import formats
from gate.audio.pcm import WIDTH, duration_ns, silence
from gate.core import acts, jsons
from gate.core.acts import Act
from gate.core.signals import AudioOut, Cancelled, Fault, Metadata, Other, Ready, Signal
from gate.dialects import fields
from gate.dialects.base import Frames, Object
from gate.dialects.genesys_audiohook.observer import MEDIA, RATE_HZ, SERVER_TYPES, START_PAUSED
from gate.dialects.session import text_of

FIRST_PING_MS: Final = 1_000
PING_EVERY_MS: Final = 5_000
NOBODY: Final = "0" * 32


def session_id(call_id: str) -> str:
    return str(uuid.UUID(hex=call_id or NOBODY))


def derived(call_id: str, what: str) -> str:
    """Another id of the same call."""
    return str(uuid.uuid5(uuid.UUID(hex=call_id or NOBODY), what))


class Encoder:
    """Numbers the messages, keeps the position in the caller's audio, pings, tells when the agent's audio begins and
    ends to play, and closes when the server asks for it: after that no audio is sent. Nor is any while the server has
    the session paused: it is thrown away, and counts in the position (client/mediasource-tone.ts)."""

    def __init__(self, opening: Object, session: str) -> None:
        self._opening = opening
        self._session = session
        self._seq = 0
        self._server_seq = 0
        self._samples = 0
        self._ping_at_ms = FIRST_PING_MS
        self._now_ns = 0
        self._plays_until_ns = 0
        self._playing = False
        self._paused_at: int | None = None
        self._owed: list[tuple[str, Object]] = []
        self._asked_to_close = False
        self._closed = False

    def heard(self, signal: Signal) -> None:
        match signal:
            case AudioOut(pcm, rate_hz):
                self._plays_until_ns = max(self._now_ns, self._plays_until_ns) + duration_ns(pcm, rate_hz)
            case Cancelled():
                self._plays_until_ns = self._now_ns
            case Fault():
                self._asked_to_close = True
            case Other(name) if name in ("pause", START_PAUSED):
                self._pause()
            case Other("resume"):
                self._resume()
            case Metadata(data):
                self._asked_to_close |= isinstance(data, dict) and "disconnect" in data
            case _:
                pass
        numbered = isinstance(signal, Ready | Cancelled | Fault | Metadata)
        self._server_seq += numbered or (isinstance(signal, Other) and signal.name in SERVER_TYPES)

    def encode(self, act: Act, t_ns: int) -> Frames:
        self._now_ns = t_ns
        match act:
            case acts.Configure(session):
                return (self._message("open", self._opening | _asked(session)),)
            case acts.Speak(pcm):
                return self._spoken(pcm)
            case acts.Hush(count):
                return self._spoken(silence(count))
            case acts.Press(digits):
                return tuple(self._message("dtmf", {"digit": digit}) for digit in digits)
            case acts.HangUp(code) if code is not None:
                return self._close("end")
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()

    def _spoken(self, pcm: bytes) -> Frames:
        if self._asked_to_close:
            return self._close("disconnect")
        owed, self._owed = [self._message(kind, parameters) for kind, parameters in self._owed], []
        audio = (formats.encode("mulaw", pcm, RATE_HZ),) if self._paused_at is None else ()
        self._samples += len(pcm) // WIDTH
        return (*owed, *audio, *self._playback(), *self._ping())

    def _pause(self) -> None:
        """What is paused already says so once more."""
        if self._paused_at is None:
            self._paused_at = self._samples
        self._owed.append(("paused", {}))

    def _resume(self) -> None:
        """What is not paused has nothing to discard."""
        start = self._samples if self._paused_at is None else self._paused_at
        self._paused_at = None
        self._owed.append(("resumed", {"start": _duration(start), "discarded": _duration(self._samples - start)}))

    def _playback(self) -> Frames:
        """Without parameters, once when the agent's audio begins to play, and once when all of it has been played."""
        if (self._now_ns < self._plays_until_ns) is self._playing:
            return ()
        self._playing = not self._playing
        return (self._message("playback_started" if self._playing else "playback_completed", {}),)

    def _ping(self) -> Frames:
        if self._samples * 1000 // RATE_HZ < self._ping_at_ms:
            return ()
        self._ping_at_ms += PING_EVERY_MS
        return (self._message("ping", {}),)

    def _close(self, reason: str) -> Frames:
        if self._closed:
            return ()
        self._closed = self._asked_to_close = True
        return (self._message("close", {"reason": reason}),)

    def _message(self, kind: str, parameters: Object) -> str:
        self._seq += 1
        return fields.dump({
            "version": "2", "id": self._session, "type": kind, "seq": self._seq,
            "serverseq": self._server_seq, "position": _duration(self._samples), "parameters": parameters,
        })  # fmt: skip


def _duration(count: int) -> str:
    """Of so many samples."""
    ms = count * 1000 // RATE_HZ
    return f"PT{ms // 1000}.{ms % 1000:03d}S"


def _asked(session: Object) -> Object:
    """The session's part of `open`. The flow's input variables are texts."""
    found: Object = {"media": [{**MEDIA}]}
    if language := text_of(session, "language"):
        found["language"] = language
    if isinstance(metadata := session.get("metadata"), dict) and metadata:
        told = ((name, value if isinstance(value, str) else jsons.canonical(value)) for name, value in metadata.items())
        found["inputVariables"] = dict(told)
    return found
