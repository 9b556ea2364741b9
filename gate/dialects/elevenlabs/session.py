"""What an ElevenLabs conversation is asked to be: options, forms of audio, and the manifest's `session:` in the message
that opens a conversation, and back. Pure.

Source: elevenlabs/packages, agent.asyncapi.yaml (ConversationInitiationPayload, AudioFormat)."""

from typing import Final, Literal

from pydantic import Field

from gate.audio.formats import Written
from gate.core.jsons import Json
from gate.core.paths import Missing, get, join, put
from gate.dialects import base, fields
from gate.dialects.base import Object
from gate.dialects.fields import maybe_object, merged

INITIATION: Final = "conversation_initiation_client_data"
CHUNK: Final = "user_audio_chunk"

Form = Literal["pcm_8000", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_44100", "pcm_48000", "ulaw_8000"]
FORMS: Final[dict[str, tuple[Written, int]]] = {
    "pcm_8000": ("pcm", 8000),
    "pcm_16000": ("pcm", 16000),
    "pcm_22050": ("pcm", 22050),
    "pcm_24000": ("pcm", 24000),
    "pcm_44100": ("pcm", 44100),
    "pcm_48000": ("pcm", 48000),
    "ulaw_8000": ("mulaw", 8000),
}
"""Encoding and rate in Hz."""


class ElevenLabsOptions(base.Options):
    """`input_format` and `output_format` are set in the agent, and only announced on the wire: they say what to expect.
    `response_complete`: the agent's client events have `agent_response_complete`. `session` is laid over the message
    that opens the conversation: `tool_mock_config`, for one."""

    agent_id: str | None = Field(default=None, min_length=1)
    environment: str | None = Field(default=None, min_length=1)
    input_format: Form = "pcm_16000"
    output_format: Form = "pcm_16000"
    response_complete: bool = False
    session: Object = Field(default_factory=dict)


_PLACES: Final = {
    "model": "conversation_config_override.agent.prompt.llm",
    "system_prompt": "conversation_config_override.agent.prompt.prompt",
    "first_message": "conversation_config_override.agent.first_message",
    "language": "conversation_config_override.agent.language",
    "voice": "conversation_config_override.tts.voice_id",
}
SESSION: Final = frozenset({*_PLACES, "metadata"})


def initiation(session: Object, options: ElevenLabsOptions) -> Object:
    """The first message of a client. Of `metadata`, what is no object and no list can stand in a prompt as a dynamic
    variable; the rest goes to the language model's own request."""
    message: Object = {"type": INITIATION}
    for name, path in _PLACES.items():
        if name in session:
            put(message, path, session[name])
    metadata = session.get("metadata")
    for name, value in metadata.items() if isinstance(metadata, dict) else ():
        room = "dynamic_variables" if isinstance(value, str | int | float) else "custom_llm_extra_body"
        put(message, join(room, name), value)
    return merged(message, options.session)


def settings_of(message: Object) -> Object:
    """The fields of `session:` that the first message shows. Raises Illegal where an object is due."""
    for part in ("conversation_config_override", "dynamic_variables", "custom_llm_extra_body"):
        maybe_object(message, part)
    found: dict[str, Json | Missing] = {name: get(message, path) for name, path in _PLACES.items()}
    settings: Object = {
        name: value for name, value in found.items() if value is not None and not isinstance(value, Missing)
    }
    metadata = maybe_object(message, "custom_llm_extra_body") | maybe_object(message, "dynamic_variables")
    return settings | ({"metadata": metadata} if metadata else {})


def number(event: Object, name: str) -> int:
    """An id of the provider's: a whole number, or the text of one. Raises Illegal."""
    value = event.get(name)
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value[:18])
    return fields.number(event, name)
