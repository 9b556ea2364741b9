"""The events of a server of the openai-realtime dialect, with every field that the SDK's types require, in the order in
which OpenAI sends them. Pure."""

from dataclasses import dataclass, field

from gate.core.jsons import Json
from gate.core.signals import ToolCall
from gate.dialects import fields
from gate.dialects.base import Frames, Object
from gate.dialects.openai_realtime.options import OpenAIRealtimeOptions
from gate.dialects.openai_realtime.shapes import BETA_NAMES, wire
from gate.dialects.sound import Speech

MODEL = "reference-agent"
VAD: Object = {
    "type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 500,
    "create_response": True, "interrupt_response": True,
}  # fmt: skip
DEFAULTS: Object = {"system_prompt": "", "modalities": ["audio"], "tools": []}
LIMITS: Json = [{"name": "tokens", "limit": 40_000, "remaining": 39_000, "reset_seconds": 0.5}]
_BETA_NAME = {today: beta for beta, today in BETA_NAMES.items()}


@dataclass
class Response:
    """`speaks`: it has a message of the agent's, which is then its first item."""

    id: str
    speech: Speech
    speaks: bool = True
    begun: bool = False
    words: str = ""
    calls: list[Object] = field(default_factory=list)

    @property
    def item_id(self) -> str:
        return f"item_{self.id}"


class Server:
    def __init__(self, options: OpenAIRealtimeOptions) -> None:
        self._options = options
        self._beta = options.shape == "beta"
        self._said = 0
        self._last_item: str | None = None

    def event(self, kind: str, **body: Json) -> str:
        self._said += 1
        name = _BETA_NAME.get(kind, kind) if self._beta else kind
        return fields.dump({"type": name, "event_id": f"event_{self._said}", **body})

    def error(self, code: str | None, text: str) -> str:
        told: Json = {"type": "invalid_request_error", "code": code, "message": text, "param": None, "event_id": None}
        return self.event("error", error=told)

    def session(self, session_id: str | None, settings: Object) -> Object:
        """The whole session that is in force with these settings of the manifest's."""
        asked = settings.get("vad")
        vad = {**VAD, **asked} if isinstance(asked, dict) else VAD
        options = self._options
        found = wire(
            options.facts, {**DEFAULTS, **settings, "vad": vad}, options.audio, options.wire_hz, options.transcriber
        )
        return {"id": session_id, "object": "realtime.session", "model": MODEL, "tool_choice": "auto", **found}

    def item_added(self, item: Object) -> Frames:
        before, self._last_item = self._last_item, str(item["id"])
        kind = "conversation.item.created" if self._beta else "conversation.item.added"
        return (self.event(kind, previous_item_id=before, item=item),)

    def item_done(self, item: Object) -> Frames:
        """The beta had no word for that, and xAI's clients know none."""
        if self._options.shape != "ga":
            return ()
        return (self.event("conversation.item.done", previous_item_id=None, item=item),)

    def caller_spoke(self, item_id: str, end_ms: int) -> Frames:
        content: Json = [{"type": "input_audio", "transcript": None}]
        item: Object = {**_item(item_id, "message", "completed"), "role": "user", "content": content}
        return (
            self.event("input_audio_buffer.speech_stopped", audio_end_ms=end_ms, item_id=item_id),
            self.event("input_audio_buffer.committed", item_id=item_id, previous_item_id=self._last_item),
            *self.item_added(item),
            *self.item_done(item),
        )

    def begin(self, response: Response) -> Frames:
        response.begun = True
        created = self.event("response.created", response=self._resource(response, "in_progress"))
        told = () if self._options.shape == "xai" else (self.event("rate_limits.updated", rate_limits=LIMITS),)
        frames = (created, *told)
        if not response.speaks:
            return frames
        item = self._message(response, "in_progress")
        return (
            *frames,
            self.event("response.output_item.added", response_id=response.id, output_index=0, item=item),
            *self.item_added(item),
            self.part(response, "response.content_part.added", part={"type": "audio", "transcript": ""}),
        )

    def part(self, response: Response, kind: str, **body: Json) -> str:
        """An event about what the agent says in a response."""
        place: Object = {"response_id": response.id, "item_id": response.item_id, "output_index": 0, "content_index": 0}
        return self.event(kind, **place, **body)

    def call(self, response: Response, call: ToolCall) -> Frames:
        arguments = call.raw if call.arguments is None else fields.dump(call.arguments)
        item_id, index = f"item_{call.call_id}", len(response.calls) + response.speaks
        named: Object = {"call_id": call.call_id, "name": call.name}
        begun: Object = {**_item(item_id, "function_call", "in_progress"), **named, "arguments": ""}
        item: Object = {**_item(item_id, "function_call", "completed"), **named, "arguments": arguments}
        response.calls.append(item)
        place: Object = {"response_id": response.id, "output_index": index}
        return (
            self.event("response.output_item.added", **place, item=begun),
            *self.item_added(begun),
            self.event("response.function_call_arguments.delta", **place, item_id=item_id, call_id=call.call_id,
                       delta=arguments),
            self.event("response.function_call_arguments.done", **place, item_id=item_id, **named, arguments=arguments),
            self.event("response.output_item.done", **place, item=item),
            *self.item_done(item),
        )  # fmt: skip

    def end(self, response: Response, status: str) -> Frames:
        spoken = self._spoken(response, status) if response.speaks and response.begun else ()
        return (*spoken, self.event("response.done", response=self._resource(response, status)))

    def _spoken(self, response: Response, status: str) -> Frames:
        item = self._message(response, "completed" if status == "completed" else "incomplete")
        part: Json = {"type": "audio", "transcript": response.words}
        return (
            self.part(response, "response.content_part.done", part=part),
            self.event("response.output_item.done", response_id=response.id, output_index=0, item=item),
            *self.item_done(item),
        )

    def _message(self, response: Response, status: str) -> Object:
        kind = "audio" if self._beta else "output_audio"
        content: Json = [] if status == "in_progress" else [{"type": kind, "transcript": response.words}]
        return {**_item(response.item_id, "message", status), "role": "assistant", "content": content}

    def _resource(self, response: Response, status: str) -> Object:
        over = status != "in_progress"
        spoken = [self._message(response, "completed" if status == "completed" else "incomplete")]
        output: list[Json] = [*(spoken if over and response.speaks and response.begun else []), *response.calls]
        cut: Json = {"type": "cancelled", "reason": "turn_detected"} if status == "cancelled" else None
        modalities: Object = {"modalities": ["text", "audio"]} if self._beta else {"output_modalities": ["audio"]}
        usage: Json = {"total_tokens": 0, "input_tokens": 0, "output_tokens": 0} if over else None
        return {
            "object": "realtime.response", "id": response.id, "status": status, "status_details": cut,
            "output": output, "conversation_id": "conv_1", **modalities, "usage": usage, "metadata": None,
        }  # fmt: skip


def _item(item_id: str, kind: str, status: str) -> Object:
    return {"id": item_id, "object": "realtime.item", "type": kind, "status": status}
