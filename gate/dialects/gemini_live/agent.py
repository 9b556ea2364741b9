"""The agent's half of the gemini-live dialect: a server that speaks like the Gemini Live API. Pure.

Its JSON goes out in binary frames, as the real one's does. It has no message for an error: what is wrong ends the
connection with a close code, and that is for whoever holds the socket to do."""

from gate.audio.pcm import pack, samples
from gate.audio.resample import resample
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Configured,
    Metadata,
    Ready,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolCancelled,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.base import Frames, Object
from gate.dialects.fields import Illegal
from gate.dialects.gemini_live.session import settings_of
from gate.dialects.gemini_live.wire import answer_of, each, inner, pcm_of, pick, text, words_of
from gate.dialects.sound import Speech, encoded

INPUT_HZ, OUTPUT_HZ = 16_000, 24_000
KNOWN = ("setup", "realtimeInput", "clientContent", "toolResponse", "contextUpdate")


class Agent:
    def __init__(self) -> None:
        self._session_id: str | None = None
        self._set_up = False
        self._tells_activity = False
        self._typed: list[str] = []
        self._told = ""
        self._speech: dict[str | None, Speech] = {}

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        """Raises Illegal for what is no message of a client's, and for a first one that is no `setup`."""
        message = fields.payload(data)
        kind = next((kind for kind in KNOWN if pick(message, kind) is not None), None)
        if kind is None:
            raise Illegal(f"none of {', '.join(KNOWN)}")
        if (kind == "setup") is self._set_up:
            raise Illegal("a second setup" if self._set_up else f"{kind} before setup")
        body = inner(message, kind)
        match kind:
            case "setup":
                self._set_up, self._tells_activity = True, pick(body, "explicitVadSignal") is True
                return (acts.Configure(settings_of(body)),)
            case "realtimeInput":
                return self._realtime(body)
            case "clientContent":
                return self._content(body)
            case "toolResponse":
                return tuple(acts.Answer(*answer_of(one)) for one in each(body, "functionResponses"))
            case _:
                return ()

    def _realtime(self, body: Object) -> tuple[Act, ...]:
        """`mediaChunks` is what `audio` was called before, and is still taken."""
        found: list[Act] = [
            acts.Speak(pack(resample(samples(pcm), rate_hz, INPUT_HZ)))
            for blob in (inner(body, "audio"), *each(body, "mediaChunks"))
            if (heard := pcm_of(blob, INPUT_HZ))
            for pcm, rate_hz in (heard,)
        ]
        typed = text(body, "text")
        return (*found, acts.Type(typed)) if typed else tuple(found)

    def _content(self, body: Object) -> tuple[Act, ...]:
        self._typed += [words] if (words := words_of(body)) else []
        if pick(body, "turnComplete") is not True or not self._typed:
            return ()
        typed, self._typed = " ".join(self._typed), []
        return (acts.Type(typed),)

    def say(self, signal: Signal) -> Frames:
        match signal:
            case Ready(session_id):
                self._session_id = session_id
                return ()
            case Configured():
                return _frame("setupComplete", {"sessionId": self._session_id} if self._session_id else {})
            case SpeechStarted() | SpeechStopped() if self._tells_activity:
                kind = "ACTIVITY_START" if isinstance(signal, SpeechStarted) else "ACTIVITY_END"
                return _frame("voiceActivity", {"voiceActivityType": kind})
            case Transcript("caller", words, final):
                return self._heard(words, final=final)
            case Transcript(_, words, final):
                return _content(outputTranscription=_transcription(words, final=final))
            case AudioOut(pcm, rate_hz, response_id):
                return _audio(self._speech.setdefault(response_id, Speech(OUTPUT_HZ)).feed(pcm, rate_hz))
            case AudioDone(response_id):
                speech = self._speech.pop(response_id, None)
                return (*_audio(speech.end() if speech else b""), *_content(generationComplete=True))
            case TurnDone():
                return _content(turnComplete=True)
            case Cancelled():
                self._speech.clear()
                return (*_content(interrupted=True), *_content(turnComplete=True))
            case ToolCall(call_id, name, arguments, raw):
                call: Object = {"id": call_id, "name": name, "args": raw if arguments is None else arguments}
                return _frame("toolCall", {"functionCalls": [call]})
            case ToolCancelled(call_id):
                return _frame("toolCallCancellation", {"ids": [call_id]})
            case Metadata(data):
                return _frame("usageMetadata", data)
            case _:
                return ()

    def _heard(self, words: str, *, final: bool) -> Frames:
        """The wire carries what is new; the mind says all that it has heard."""
        new = words.removeprefix(self._told)
        self._told = "" if final else words
        return _content(inputTranscription=_transcription(new, final=final))


def _frame(kind: str, body: Json) -> Frames:
    return (fields.dump({kind: body}).encode(),)


def _content(**body: Json) -> Frames:
    return _frame("serverContent", dict(body))


def _transcription(words: str, *, final: bool) -> Object:
    return {"text": words, "finished": True} if final else {"text": words}


def _audio(pcm: bytes) -> Frames:
    if not pcm:
        return ()
    blob: Json = {"mimeType": f"audio/pcm;rate={OUTPUT_HZ}", "data": encoded(pcm, OUTPUT_HZ)}
    return _content(modelTurn={"parts": [{"inlineData": blob}]})
