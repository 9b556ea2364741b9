"""The agent's half of the openai-realtime dialect: a server that answers as OpenAI's would. Pure.

Tool results and typed lines wait for `response.create`, so that a client that forgets it hears nothing. A tool that is
called while nothing is being said is a response of its own, as the protocol has it. While a response is open no other
can be asked for: that is answered by an error. A response that is over cannot be cancelled: whatever of it still plays
is the client's to throw away when speech starts."""

from gate.audio import formats
from gate.audio.pcm import WIDTH
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.paths import Missing, get
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    Ready,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    Transcript,
    TurnDone,
)
from gate.dialects import fields
from gate.dialects.answers import read
from gate.dialects.base import Frames, Object
from gate.dialects.fields import Illegal
from gate.dialects.openai_realtime.options import OpenAIRealtimeOptions
from gate.dialects.openai_realtime.server import Response, Server
from gate.dialects.openai_realtime.shapes import FORMATS, SHAPES, put_formats, settings
from gate.dialects.sound import Speech, decoded, encoded

_UNANSWERED = frozenset({
    "input_audio_buffer.commit", "input_audio_buffer.clear", "output_audio_buffer.clear", "conversation.item.delete",
    "conversation.item.retrieve",
})  # fmt: skip
_BETA_FIELDS = frozenset(path.partition(".")[0] for path in SHAPES["beta"].paths.values()) - {"instructions", "tools"}


class Agent:
    def __init__(self, options: OpenAIRealtimeOptions) -> None:
        self._options = options
        self._server = Server(options)
        self._ears = formats.decoder(options.audio, options.wire_hz)
        self._session: Object = {}
        self._session_id: str | None = None
        self._waiting: list[Act] = []
        self._heard_ms = 0.0
        self._utterances = 0
        self._responses = 0
        self._open: dict[str, Response] = {}
        self._over: set[str] = set()
        self._spoken_ms: dict[str, float] = {}

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        """Raises Illegal for what OpenAI would answer with an error."""
        if isinstance(data, bytes):
            raise Illegal("a binary frame, where this dialect has only text")
        message = fields.payload(data)
        match fields.text(message, "type"):
            case "session.update":
                return (self._configure(fields.maybe_object(message, "session")),)
            case "input_audio_buffer.append":
                pcm, rate_hz = decoded(self._ears, fields.audio(message, "audio"))
                self._heard_ms += len(pcm) // WIDTH * 1000 / rate_hz
                return (acts.Speak(pcm),)
            case "conversation.item.create":
                self._waiting += _told(fields.maybe_object(message, "item"))
                return ()
            case "response.create":
                return self._create()
            case "response.cancel":
                return (acts.Interrupt(),)
            case "conversation.item.truncate":
                self._truncate(message)
                return ()
            case kind if kind in _UNANSWERED:
                return ()
            case unknown:
                raise Illegal(f"Invalid value: {unknown!r} is no type of a client event")

    def _create(self) -> tuple[Act, ...]:
        """What waited, unless a response is under way: then nothing is lost, and the client has to ask again."""
        under_way = [response.id for response in self._open.values() if response.begun]
        if under_way:
            text = f"Conversation already has an active response in progress: {under_way[-1]}"
            return (acts.Send(self._server.error("conversation_already_has_active_response", text)),)
        waited, self._waiting = self._waiting, []
        return tuple(waited)

    def _configure(self, session: Object) -> Act:
        shape = self._options.facts
        if shape.name == "ga" and session.get("type") != "realtime":
            raise Illegal("Missing required parameter: 'session.type' is to be 'realtime'")
        if shape.name == "ga" and (unknown := sorted(_BETA_FIELDS & session.keys())):
            raise Illegal(f"Unknown parameter: 'session.{unknown[0]}'")
        ours: Object = {}
        put_formats(shape, ours, self._options.audio, self._options.wire_hz)
        for path in (shape.paths[side] for side in FORMATS):
            if not _fits(get(session, path), get(ours, path)):
                raise Illegal(f"session.{path}: this agent speaks {fields.dump(ours)} alone")
        self._session = fields.merged(self._session, session)
        return acts.Configure(settings(shape, self._session))

    def _truncate(self, message: Object) -> None:
        item_id, end_ms = fields.text(message, "item_id"), message.get("audio_end_ms")
        had_ms = self._spoken_ms.get(item_id)
        if had_ms is None or message.get("content_index") != 0:
            raise Illegal(f"no audio under item_id {item_id!r} and this content_index")
        if not isinstance(end_ms, int) or not 0 <= end_ms <= had_ms:
            raise Illegal(f"Audio content of {had_ms:.0f}ms is already shorter than {end_ms}ms")
        self._spoken_ms[item_id] = end_ms

    def say(self, signal: Signal) -> Frames:
        server = self._server
        match signal:
            case Ready(session_id):
                self._session_id = session_id
                return (server.event("session.created", session=server.session(session_id, {})),)
            case Configured(applied):
                return (server.event("session.updated", session=server.session(self._session_id, applied)),)
            case SpeechStarted():
                self._utterances += 1
                start_ms, item_id = int(self._heard_ms), self._caller_item
                return (server.event("input_audio_buffer.speech_started", audio_start_ms=start_ms, item_id=item_id),)
            case SpeechStopped():
                return server.caller_spoke(self._caller_item, int(self._heard_ms))
            case Transcript("caller", text, final) if self._options.transcriber:
                return (self._written(text, final=final),)
            case ToolCall():
                return self._call(signal)
            case Fault(code, text):
                return (server.error(code, text),)
            case _:
                return self._respond(signal)

    def _respond(self, signal: Signal) -> Frames:
        server = self._server
        match signal:
            case ResponseStarted(response_id):
                return server.begin(self._response(response_id, new=True))
            case Transcript("agent", text, final, response_id):
                response = self._response(response_id)
                response.words = text if final else response.words + text
                kind, field = ("done", "transcript") if final else ("delta", "delta")
                return (server.part(response, f"response.output_audio_transcript.{kind}", **{field: text}),)
            case AudioOut(pcm, rate_hz, response_id):
                response = self._response(response_id)
                return self._sound(response, response.speech.feed(pcm, rate_hz))
            case AudioDone(response_id):
                response = self._response(response_id)
                rest = self._sound(response, response.speech.end())
                return (*rest, server.part(response, "response.output_audio.done"))
            case TurnDone(response_id):
                return self._end(self._response(response_id), "completed")
            case Cancelled(response_id) if response_id not in self._over:
                return self._end(self._response(response_id), "cancelled")
            case _:
                return ()

    @property
    def _caller_item(self) -> str:
        return f"item_caller_{self._utterances}"

    def _written(self, text: str, *, final: bool) -> str:
        place: Object = {"item_id": self._caller_item, "content_index": 0}
        kind = "conversation.item.input_audio_transcription"
        if not final and self._options.shape == "xai":
            return self._server.event(f"{kind}.updated", **place, transcript=text)
        if not final:
            return self._server.event(f"{kind}.delta", **place, delta=text)
        usage: Json = {"type": "duration", "seconds": round(self._heard_ms / 1000, 3)}
        return self._server.event(f"{kind}.completed", **place, transcript=text, usage=usage)

    def _response(self, response_id: str | None, *, new: bool = False) -> Response:
        """The response of this id; without one, the last that was begun, or a new one."""
        if response_id is None and self._open and not new:
            return next(reversed(self._open.values()))
        if response_id is None:
            self._responses += 1
        name = response_id or f"resp_{self._responses}"
        return self._open.setdefault(name, Response(name, Speech(self._options.wire_hz)))

    def _sound(self, response: Response, pcm: bytes) -> Frames:
        if not pcm:
            return ()
        rate_hz, item_id = self._options.wire_hz, response.item_id
        self._spoken_ms[item_id] = self._spoken_ms.get(item_id, 0.0) + len(pcm) // WIDTH * 1000 / rate_hz
        delta = encoded(pcm, rate_hz, self._options.audio)
        return (self._server.part(response, "response.output_audio.delta", delta=delta),)

    def _call(self, call: ToolCall) -> Frames:
        if self._open:
            return self._server.call(next(reversed(self._open.values())), call)
        alone = Response(f"resp_{call.call_id}", Speech(self._options.wire_hz), speaks=False)
        server = self._server
        return (*server.begin(alone), *server.call(alone, call), *server.end(alone, "completed"))

    def _end(self, response: Response, status: str) -> Frames:
        self._open.pop(response.id, None)
        self._over.add(response.id)
        return self._server.end(response, status)


def _told(item: Object) -> list[Act]:
    """What an item of the client's is to the mind, once a response is asked for."""
    match item.get("type"):
        case "function_call_output":
            return [acts.Answer(fields.text(item, "call_id"), "", *read(fields.text(item, "output")))]
        case "message" if item.get("role") == "user":
            content = item.get("content")
            parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
            words = [fields.text(part, "text") for part in parts if part.get("type") == "input_text"]
            return [acts.Type(" ".join(words))] if words else []
        case "message" | "function_call":
            return []
        case other:
            raise Illegal(f"Invalid value: {other!r} is no type of an item")


def _fits(asked: Json | Missing, ours: Json | Missing) -> bool:
    """Whether a format is the one that is spoken here; a rate that is left out fits any."""
    if asked is None or isinstance(asked, Missing):
        return True
    if isinstance(asked, dict) and isinstance(ours, dict):
        return all(value is None or ours.get(key) == value for key, value in asked.items())
    return asked == ours
