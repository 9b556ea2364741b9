"""What a chat with Hume's EVI is asked to be: options, and `session:` as `session_settings`, and back. Pure.

Source: hume 0.14.1, `empathic_voice/types/{session_settings,audio_configuration,tool}.py`, `chat/raw_client.py`."""

from typing import Final, Literal

from pydantic import Field

from gate.core.jsons import Json, canonical
from gate.core.paths import join, put
from gate.dialects import base, fields
from gate.dialects.base import Object
from gate.dialects.fields import Illegal, maybe_object, merged
from gate.dialects.session import Tool, tools_of

OUTPUT_HZ: Final = 48_000
Rate = Literal[8000, 16000, 22050, 24000, 32000, 44100, 48000]


class HumeOptions(base.Options):
    """All but `send_rate_hz` and `session` go into the address; `session` is laid over `session_settings`."""

    config_id: str | None = Field(default=None, min_length=1)
    config_version: int | None = Field(default=None, ge=0)
    resumed_chat_group_id: str | None = Field(default=None, min_length=1)
    event_limit: int | None = Field(default=None, ge=1)
    allow_connection: bool | None = None
    verbose_transcription: bool = False
    send_rate_hz: Rate = 16000
    session: Object = Field(default_factory=dict)

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """What stands in the address, as the provider's client writes it."""
        asked: dict[str, str | int | bool | None] = {
            "config_id": self.config_id,
            "config_version": self.config_version,
            "event_limit": self.event_limit,
            "resumed_chat_group_id": self.resumed_chat_group_id,
            "verbose_transcription": self.verbose_transcription or None,
            "allow_connection": self.allow_connection,
        }
        told = ((name, str(value).lower() if isinstance(value, bool) else value) for name, value in asked.items())
        return tuple((name, str(value)) for name, value in told if value is not None)


_NAMES: Final = {"voice": "voice_id", "system_prompt": "system_prompt"}
SESSION: Final = frozenset({*_NAMES, "tools", "metadata"})


def settings(session: Object, options: HumeOptions) -> Object:
    """The message `session_settings`. Of `metadata`, what can stand in a prompt becomes a variable; the rest is
    metadata to the provider too."""
    message: Object = {
        "type": "session_settings",
        "audio": {"encoding": "linear16", "sample_rate": options.send_rate_hz, "channels": 1},
    }
    message |= {theirs: session[ours] for ours, theirs in _NAMES.items() if ours in session}
    if "tools" in session:
        message["tools"] = [_told(tool) for tool in tools_of(session)]
    metadata = session.get("metadata")
    for name, value in metadata.items() if isinstance(metadata, dict) else ():
        room = "variables" if isinstance(value, str | int | float) else "metadata"
        put(message, join(room, name), value)
    return merged(message, options.session)


def _told(tool: Tool) -> Object:
    """Parameters are the text of a JSON Schema here."""
    about: Object = {"type": "function", "name": tool.name, "description": tool.description}
    return about | {"parameters": canonical(tool.parameters)}


def settings_of(message: Object) -> Object:
    """The fields of `session:` that a `session_settings` shows, in either direction. Raises Illegal."""
    maybe_object(message, "audio")
    found: Object = {ours: message[theirs] for ours, theirs in _NAMES.items() if message.get(theirs) is not None}
    tools = message.get("tools")
    if isinstance(tools, list):
        found["tools"] = [_tool(tool) for tool in tools]
    elif tools is not None:
        raise Illegal("tools is no list")
    metadata = maybe_object(message, "metadata") | maybe_object(message, "variables")
    return found | ({"metadata": metadata} if metadata else {})


def _tool(tool: Json) -> Object:
    if not isinstance(tool, dict):
        raise Illegal("one of tools is no object")
    parameters, raw = fields.arguments(tool.get("parameters"))
    described: Json = raw if parameters is None else parameters
    description = fields.maybe_text(tool, "description") or ""
    return {"name": fields.text(tool, "name"), "description": description, "parameters": described}


def unlike(message: Object, options: HumeOptions) -> str | None:
    """What audio a `session_settings` announces, if it is not that of these options."""
    audio = maybe_object(message, "audio")
    form = (audio.get("encoding", "linear16"), audio.get("sample_rate"), audio.get("channels"))
    if not audio or form == ("linear16", options.send_rate_hz, 1):
        return None
    found = f"audio of {form[0]} at {form[1]} Hz, {form[2]} channel(s)"
    return f"{found}, where this agent takes linear16 at {options.send_rate_hz} Hz, 1 channel"
