"""What a session of AssemblyAI's Voice Agent API is asked to be: options, and `session:` as `session.update`, and back.
Pure.

Source: assemblyai.com/docs/api-reference/voice-agent-api/voice-agent-web-socket, voice-agents/voice-agent-api."""

from typing import Final, Literal

from pydantic import Field

from gate.audio.formats import Written
from gate.core.jsons import Json
from gate.core.paths import Missing, get, put
from gate.dialects import base, fields
from gate.dialects.base import Object
from gate.dialects.fields import Illegal, maybe_object, merged
from gate.dialects.session import tools_of

Encoding = Literal["audio/pcm", "audio/pcmu"]
FORMS: Final[dict[str, tuple[Written, int]]] = {"audio/pcm": ("pcm", 24_000), "audio/pcmu": ("mulaw", 8_000)}
"""Encoding and rate in Hz."""


class AssemblyAIOptions(base.Options):
    """`agent_id` binds the session to a stored agent, and then nothing else of it may be asked for. `session` is laid
    over the session of `session.update`."""

    agent_id: str | None = Field(default=None, min_length=1)
    input_encoding: Encoding = "audio/pcm"
    output_encoding: Encoding = "audio/pcm"
    session: Object = Field(default_factory=dict)


_PLACES: Final = {"system_prompt": "system_prompt", "first_message": "greeting", "voice": "output.voice"}
SESSION: Final = frozenset({*_PLACES, "tools"})


def update(session: Object, options: AssemblyAIOptions) -> Object:
    """The first message of a client."""
    if options.agent_id is not None:
        return {"type": "session.update", "session": merged({"agent_id": options.agent_id}, options.session)}
    asked: Object = {
        "input": {"format": _form(options.input_encoding)},
        "output": {"format": _form(options.output_encoding)},
    }
    for name, path in _PLACES.items():
        if name in session:
            put(asked, path, session[name])
    if "tools" in session:
        asked["tools"] = [
            {"type": "function", "name": tool.name, "description": tool.description, "parameters": tool.parameters}
            for tool in tools_of(session)
        ]
    return {"type": "session.update", "session": merged(asked, options.session)}


def _form(encoding: Encoding) -> Object:
    return {"encoding": encoding, "sample_rate": FORMS[encoding][1]}


def settings_of(message: Object) -> Object:
    """The fields of `session:` that a `session.update` shows. Raises Illegal."""
    session = message.get("session")
    if not isinstance(session, dict):
        raise Illegal("session is no object")
    maybe_object(session, "output")
    shown: dict[str, Json | Missing] = {name: get(session, path) for name, path in _PLACES.items()}
    found: Object = {
        name: value for name, value in shown.items() if value is not None and not isinstance(value, Missing)
    }
    tools = session.get("tools")
    if isinstance(tools, list):
        found["tools"] = [_tool(tool) for tool in tools]
    elif tools is not None:
        raise Illegal("session.tools is no list")
    return found


def _tool(tool: Json) -> Object:
    if not isinstance(tool, dict):
        raise Illegal("one of session.tools is no object")
    about: Object = {"name": fields.text(tool, "name"), "description": fields.maybe_text(tool, "description") or ""}
    return about | {"parameters": maybe_object(tool, "parameters")}


def unlike(message: Object, options: AssemblyAIOptions) -> str | None:
    """What audio a `session.update` asks for, if it is not that of these options."""
    for way, encoding in (("input", options.input_encoding), ("output", options.output_encoding)):
        found = get(message, f"session.{way}.format.encoding")
        if not isinstance(found, Missing) and found != encoding:
            return f"session.{way}.format.encoding is {found}, where this agent has {encoding}"
    return None
