"""Protocols that nobody speaks, each as a template, with what a wire carries beside it and which events a guess must
read as the template itself does."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gate.core.frames import Frame, Opcode
from gate.core.jsons import parse
from gate.dialects.template.dialect import Template
from gate.dialects.template.options import TemplateOptions
from tests.dialects.protocols import FULL

Noise = Callable[[int], list[tuple[bool, str]]]


def template(**options: Any) -> Template:
    return Template(TemplateOptions.model_validate(options))


def pings(*lines: str, sent: bool = False) -> Noise:
    return lambda tick: [(sent, line) for line in lines] if tick % 40 == 0 else []


def _same(frame: Frame) -> Frame:
    return frame


@dataclass(frozen=True)
class Protocol:
    """`beside`: what else is in the log. `touch`: what the wire makes of a frame that no template says."""

    dialect: Template
    events: frozenset[str]
    beside: Noise = field(default=lambda _: [])
    touch: Callable[[Frame], Frame] = _same
    tape: dict[str, Any] = field(default_factory=dict)
    script: dict[str, Any] = field(default_factory=dict)


DOCS = template(
    type_path="kind", ready={"type": "hello", "session_id": "session.id"}, audio_type="voice", audio_path="pcm",
    send_audio={"kind": "mic", "pcm": "{{audio_data}}"}, receive_rate_hz=24000,
    send={
        "configure": {"kind": "setup", "config": "{{session}}"},
        "tool_result": {"kind": "ran", "id": "{{call_id}}", "ok": "{{result}}"},
    },
    events={
        "session.configured": {"type": "setup_ok", "settings": "config"},
        "transcript.delta": {"type": "words", "where": {"who": "you", "final": False}},
        "transcript.final": {"type": "words", "where": {"who": "you", "final": True}},
        "output_transcript.final": {"type": "words", "where": {"who": "me", "final": True}},
        "output_audio.done": {"type": "voice", "where": {"last": True}},
        "tool.call": {"type": "run", "call_id": "call.id", "name": "call.fn", "arguments": "call.args"},
        "response.cancelled": {"type": "stopped"},
        "error": {"type": "oops", "message": "why"},
    },
)  # fmt: skip
NESTED = template(
    type_path="msg.t", ready={"type": "session.created", "session_id": "msg.sid"}, audio_type="audio.out",
    audio_path="msg.body.b64", encoding="mulaw", send_encoding="mulaw", send_rate_hz=8000, receive_rate_hz=8000,
    send_audio={"msg": {"t": "audio.in", "body": {"b64": "{{audio_data}}"}}},
    send={
        "configure": {"msg": {"t": "session.update"}, "settings": "{{session}}"},
        "text": {"msg": {"t": "chat", "body": "{{text}}"}},
        "tool_result": {"msg": {"t": "fn.result", "ref": "{{call_id}}", "body": "{{result}}"}},
        "tool_error": {"msg": {"t": "fn.result", "ref": "{{call_id}}", "error": "{{error}}"}},
        "cancel": {"msg": {"t": "cancel"}},
    },
    events={
        "session.configured": {"type": "session.updated", "settings": "msg.settings"},
        "transcript.delta": {"type": "user.partial", "text": "msg.text"},
        "transcript.final": {"type": "user.said", "text": "msg.text"},
        "output_transcript.final": {"type": "bot.said", "text": "msg.text"},
        "tool.call": {"type": "fn.call", "call_id": "msg.ref", "name": "msg.fn", "arguments": "msg.args"},
        "response.started": {"type": "turn.start"},
        "response.done": {"type": "turn.end"},
        "output_audio.done": {"type": "audio.end"},
        "response.cancelled": {"type": "audio.flush"},
        "error": {"type": "error", "code": "msg.code", "message": "msg.text"},
    },
)  # fmt: skip
BINARY = template(
    ready={"type": "connected", "session_id": None}, send_audio="{{audio_data}}", send_rate_hz=24000,
    receive_rate_hz=24000,
    send={"text": {"type": "input_text", "text": "{{text}}"}, "goodbye": {"type": "bye"}},
    events={
        "speech.started": {"type": "user_started_speaking"},
        "speech.stopped": {"type": "user_stopped_speaking"},
        "transcript.final": {"type": "transcript", "where": {"role": "user"}, "text": "content"},
        "output_transcript.final": {"type": "transcript", "where": {"role": "assistant"}, "text": "content"},
        "response.done": {"type": "agent_turn_end"},
        "response.cancelled": {"type": "interrupted"},
        "error": {"type": "error", "message": "detail"},
    },
)  # fmt: skip
NAMELESS = template(
    type_path="k", ready={"type": "a", "session_id": "id"}, audio_type="b", audio_path="x", encoding="alaw",
    receive_rate_hz=8000, send_audio={"k": "z", "x": "{{audio_data}}"},
    send={"tool_result": {"k": "y", "n": "{{call_id}}", "v": "{{result}}"}},
    events={
        "transcript.delta": {"type": "c", "where": {"f": 0}, "text": "w"},
        "transcript.final": {"type": "c", "where": {"f": 1}, "text": "w"},
        "output_transcript.delta": {"type": "d", "where": {"f": 0}, "text": "w"},
        "output_transcript.final": {"type": "d", "where": {"f": 1}, "text": "w"},
        "tool.call": {"type": "e", "call_id": "n", "name": "g", "arguments": "h"},
        "response.started": {"type": "i"},
        "output_audio.done": {"type": "l"},
        "response.done": {"type": "m"},
        "response.cancelled": {"type": "o"},
    },
)  # fmt: skip
"""Not one name that says anything."""


def _last(frame: Frame) -> Frame:
    """The mark of the last audio is a piece of audio too, and arguments are a text."""
    if not isinstance(frame.data, str) or frame.sent:
        return frame
    try:
        data: Any = parse(frame.data)
    except ValueError:
        return frame
    if data.get("kind") == "voice":
        data = {"pcm": base64.b64encode(bytes(480)).decode(), "last": False} | data
    if data.get("kind") == "run":
        data["call"]["args"] = json.dumps(data["call"]["args"])
    return frame._replace(data=json.dumps(data))


def _in_binary(frame: Frame) -> Frame:
    if not isinstance(frame.data, str) or frame.sent or '"audio_chunk"' not in frame.data:
        return frame
    return frame._replace(opcode=Opcode.BINARY, data=base64.b64decode(json.loads(frame.data)["data"]))


HEARD = {"session.started", "input_audio.delta", "output_audio.delta"}
TOOLS = {"tool.call", "tool.result"}
SPOKEN = {"transcript.final", "output_transcript.final"}
PARTS = {"transcript.delta", "output_transcript.delta"}
SETTINGS = {"session.configure", "session.configured"}
TURN = {"response.started", "response.done", "output_audio.done", "response.cancelled"}

PROTOCOLS = {
    "that of the docs": Protocol(
        DOCS,
        frozenset({*HEARD, *SETTINGS, *SPOKEN, *TOOLS, "transcript.delta", "output_audio.done", "response.cancelled",
                   "error"}),
        beside=pings('{"kind":"ping"}'), touch=_last,
    ),
    "all that a template can say, sent ahead": Protocol(
        FULL,
        frozenset({*HEARD, *SETTINGS, *SPOKEN, *PARTS, *TOOLS, *TURN, "speech.started", "speech.stopped", "input_text",
                   "input_audio.accepted", "error"}),
        beside=pings('{"event":{"kind":"ping","n":3}}'), tape={"burst": 5},
    ),
    "Coval's, without times": Protocol(Template(), frozenset(HEARD), tape={"times": False}),
    "nested, mu-law, greets": Protocol(
        NESTED,
        frozenset({*HEARD, *SETTINGS, *SPOKEN, *TOOLS, *TURN, "transcript.delta", "input_text", "error"}),
        beside=pings('{"msg":{"t":"heartbeat","seq":7}}'), script={"greets": True},
    ),
    "binary": Protocol(
        BINARY,
        frozenset({*HEARD, *SPOKEN, "speech.started", "speech.stopped", "response.done", "response.cancelled",
                   "input_text", "error"}),
        beside=pings('{"type":"ping","id":4}'), touch=_in_binary, script={"tool": False},
    ),
    "nameless, A-law, without times": Protocol(
        NAMELESS,
        frozenset({*HEARD, *SPOKEN, *PARTS, *TOOLS, *TURN}),
        beside=pings('{"k":"p"}'), tape={"times": False, "burst": 3}, script={"fault": False},
    ),
}  # fmt: skip
