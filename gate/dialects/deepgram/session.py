"""The settings of a Deepgram agent: from the manifest's `session:` to the `Settings` message, and back. Pure.

Source: deepgram-sdk 7.17, `agent/v1/types/agent_v1settings*.py` and `types/{think_settings_v1,deepgram}.py`;
developers.deepgram.com/docs/voice-agent-settings."""

from typing import Final, Literal

from pydantic import Field

from gate.core.jsons import Json
from gate.core.paths import Missing, get
from gate.dialects import base, fields
from gate.dialects.base import Object
from gate.dialects.fields import Illegal, merged
from gate.dialects.session import text_of, tools_of

DeepgramEncoding = Literal["linear16", "mulaw", "alaw"]
Rate = Literal[8000, 16000, 24000, 32000, 48000]

FORMS: Final[dict[str, Literal["pcm", "mulaw", "alaw"]]] = {"linear16": "pcm", "mulaw": "mulaw", "alaw": "alaw"}
SESSION: Final = frozenset({"model", "voice", "language", "tools", "system_prompt", "first_message"})
LISTENS: Final = "nova-3"
THINKS: Final = "gpt-4o-mini"


class DeepgramOptions(base.Options):
    """`session` is laid over the `Settings` message that `session:` gives; `auth_scheme` is Bearer for a temporary
    token, and Token for a key."""

    send_encoding: DeepgramEncoding = "linear16"
    send_rate_hz: Rate = 16000
    encoding: DeepgramEncoding = "linear16"
    receive_rate_hz: Rate = 24000
    auth_scheme: Literal["Token", "Bearer"] = "Token"
    session: Object = Field(default_factory=dict)


def settings(session: Object, options: DeepgramOptions) -> Object:
    """The `Settings` message. A function without an `endpoint` is called on the client's side."""
    asked: Object = {
        "type": "Settings",
        "audio": {
            "input": {"encoding": options.send_encoding, "sample_rate": options.send_rate_hz},
            "output": {"encoding": options.encoding, "sample_rate": options.receive_rate_hz, "container": "none"},
        },
        "agent": _agent(session),
    }
    return merged(asked, options.session)


def _agent(session: Object) -> Object:
    listens: Object = {"type": "deepgram", "model": LISTENS}
    thinks: Object = {"provider": {"type": "open_ai", "model": text_of(session, "model") or THINKS}}
    if (language := text_of(session, "language")) is not None:
        listens["language"] = language
    if (prompt := text_of(session, "system_prompt")) is not None:
        thinks["prompt"] = prompt
    if "tools" in session:
        thinks["functions"] = [
            {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
            for tool in tools_of(session)
        ]
    agent: Object = {"listen": {"provider": listens}, "think": thinks}
    if (voice := text_of(session, "voice")) is not None:
        agent["speak"] = {"provider": _speaks(voice)}
    if (greeting := text_of(session, "first_message")) is not None:
        agent["greeting"] = greeting
    return agent


def _speaks(voice: str) -> Object:
    """Voices of the family Flux want version v2 to be said; v1 is the default (`types/deepgram.py`)."""
    family: Object = {"version": "v2"} if voice.startswith("flux-") else {}
    return {"type": "deepgram", **family, "model": voice}


_PLACES: Final = {
    "model": ("agent.think.provider.model",),
    "voice": ("agent.speak.provider.model",),
    "language": ("agent.listen.provider.language", "agent.language"),
    "system_prompt": ("agent.think.prompt",),
    "first_message": ("agent.greeting",),
    "tools": ("agent.think.functions",),
}


def asked(message: Object) -> Object:
    """The fields of `session:` that a `Settings` message shows. None of them where `agent` is the id of a stored
    agent. Raises Illegal for settings that no server takes."""
    if not isinstance(message.get("agent"), str | dict):
        raise Illegal("agent is missing, the settings of an agent or the id of one is due")
    fields.maybe_object(message, "audio")
    found = {name: _first(message, places) for name, places in _PLACES.items()}
    return {name: value for name, value in found.items() if value is not None}


def _first(message: Object, places: tuple[str, ...]) -> Json:
    for place in places:
        value = get(message, place)
        if value is not None and not isinstance(value, Missing):
            return value
    return None


def unlike(message: Object, options: DeepgramOptions) -> str | None:
    """What audio a `Settings` message asks for, if it is not that of these options."""
    audio = fields.maybe_object(message, "audio")
    told = [
        ("input", fields.maybe_object(audio, "input"), options.send_encoding, options.send_rate_hz),
        ("output", fields.maybe_object(audio, "output"), options.encoding, options.receive_rate_hz),
    ]
    for way, found, encoding, rate_hz in told:
        form = (found.get("encoding", "linear16"), found.get("sample_rate", 24000))
        if form != (encoding, rate_hz):
            return f"audio.{way} of {form[0]} at {form[1]} Hz, where this agent has {encoding} at {rate_hz} Hz"
    return None
