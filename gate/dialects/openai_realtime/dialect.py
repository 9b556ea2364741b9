"""The openai-realtime dialect: OpenAI's Realtime API, and whatever speaks like it (Azure OpenAI, Azure Voice Live, xAI,
servers of one's own). Pure; the gate's half.

One JSON object in each text frame, audio in base64. The gate streams audio and the server's voice activity detection
ends the caller's turns, answers by itself, and cuts its response when the caller speaks; then it is the client's part
to throw away what it has not played and to say how much was heard (`conversation.item.truncate`). After a tool's result
the server says nothing until it is asked to (`response.create`). Source: the types of the `openai` SDK 3.52 and
OpenAI's guide to the Realtime API over WebSocket."""

from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from gate.audio.pcm import WIDTH, silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities, Invariant
from gate.core.jsons import Json
from gate.core.plan import Dial
from gate.core.signals import EVENT_NAMES, AudioOut, Signal
from gate.dialects import fields
from gate.dialects.answers import written
from gate.dialects.base import About, Base, Frames, Object
from gate.dialects.openai_realtime.agent import Agent
from gate.dialects.openai_realtime.events import is_structure
from gate.dialects.openai_realtime.observer import Observer
from gate.dialects.openai_realtime.options import OpenAIRealtimeOptions
from gate.dialects.sound import encoded

BETA_HEADER: Final = ("OpenAI-Beta", "realtime=v1")
_CHOSEN_BY: Final = frozenset({"model", "deployment", "call_id", "agent-name", "agent-id"})
_LIKELY: Final[frozenset[Invariant]] = frozenset({"configured-before-audio", "result-before-answer"})
"""A server that speaks like OpenAI's may be expected to keep what a client cannot do without."""

_PROMISED: Final[frozenset[Invariant]] = _LIKELY | {
    "started-before-audio",
    "final-marker",
    "response-ids",
    "session-id",
}
"""OpenAI's reference of server events: `session.created` is "the first server event", `response.created` "the first
event of response creation", and `response.done` is "always emitted, no matter the final state"."""

_CALLER_WORDS: Final = frozenset({"transcript.delta", "transcript.final"})


class OpenAIRealtime(Base[OpenAIRealtimeOptions]):
    name = "openai-realtime"
    Options = OpenAIRealtimeOptions
    about = About(
        "OpenAI Realtime, and what speaks like it",
        "app client",
        "high",
        "the openai SDK (both clients, types both ways), openai-agents, azure-ai-voicelive; pipecat's xAI models",
    )

    def __init__(self, options: OpenAIRealtimeOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        shows = frozenset(EVENT_NAMES) - {"mark"}
        self.capabilities = Capabilities(
            shows=shows if self.options.transcriber else shows - _CALLER_WORDS,
            input_rate_hz=self.options.wire_hz,
            output_rate_hz=self.options.wire_hz,
            guarantees=_PROMISED if self.options.shape == "ga" else _LIKELY,
            session=frozenset({"model", *self.options.facts.paths}) - {"input", "output"},
            types=True,
        )

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        """`?model=`, which Azure's dated addresses (`/openai/realtime?api-version=…`) call `deployment`, unless the
        address says already whom it wants. A beta server may ask for the beta's header; one of today refuses it."""
        parts = urlsplit(dial.url)
        asked = {name for name, _ in (*parse_qsl(parts.query, keep_blank_values=True), *dial.query)}
        model = session.get("model")
        if isinstance(model, str) and not asked & _CHOSEN_BY:
            name = "deployment" if parts.path.rstrip("/").endswith("/openai/realtime") else "model"
            dial = replace(dial, query=(*dial.query, (name, model)))
        if self.options.shape == "beta" and not any(name.casefold() == "openai-beta" for name, _ in dial.headers):
            dial = replace(dial, headers=(*dial.headers, BETA_HEADER))
        return dial

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self.options)

    def observer(self) -> Observer:
        return Observer(self.options)

    def agent(self) -> Agent:
        return Agent(self.options)

    def opaque(self, message: Object, path: str) -> bool:
        return is_structure(message, path)


class Encoder:
    """Knows how much it received of each item, since a server answers a truncation beyond that with an error."""

    def __init__(self, options: OpenAIRealtimeOptions) -> None:
        self._options = options
        self._received_ms: dict[str, float] = {}
        self._truncated: set[str] = set()

    def heard(self, signal: Signal) -> None:
        match signal:
            case AudioOut(pcm, rate_hz, _, str(item_id)):
                had_ms = self._received_ms.get(item_id, 0.0)
                self._received_ms[item_id] = had_ms + len(pcm) // WIDTH * 1000 / rate_hz
            case _:
                pass

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Configure(session):
                return (_message("session.update", session=self._options.wired(session)),)
            case acts.Speak(pcm):
                return (self._append(pcm),)
            case acts.Hush(count):
                return (self._append(silence(count)),)
            case acts.Type(text):
                said: Json = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
                return (_message("conversation.item.create", item=said), RESPOND)
            case acts.Answer(call_id, _, result, error):
                told: Json = {"type": "function_call_output", "call_id": call_id, "output": written(result, error)}
                return (_message("conversation.item.create", item=told),)
            case acts.Respond():
                return (RESPOND,)
            case acts.Truncate(str(item_id), heard_ms):
                return self._truncate(item_id, heard_ms)
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()

    def _append(self, pcm: bytes) -> str:
        return _message("input_audio_buffer.append", audio=encoded(pcm, self._options.wire_hz, self._options.audio))

    def _truncate(self, item_id: str, heard_ms: float) -> Frames:
        """Once for an item: what came of it later was never heard, and is gone on the other side."""
        received_ms = self._received_ms.get(item_id)
        if received_ms is None or item_id in self._truncated:
            return ()
        self._truncated.add(item_id)
        end_ms = int(min(heard_ms, received_ms))
        return (_message("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=end_ms),)


def _message(kind: str, **more: Json) -> str:
    return fields.dump({"type": kind, **more})


RESPOND: Final = _message("response.create")
