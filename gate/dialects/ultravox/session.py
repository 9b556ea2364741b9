"""How an Ultravox call is asked for: from the manifest's `session:` to the body of `POST /api/calls`, and back. Pure.

Source: docs.ultravox.ai/api-reference/calls/calls-post; livekit-plugins-ultravox 1.8 and pipecat 1.14 for the shape of
a client tool (`temporaryTool` with `client: {}`)."""

from typing import Final, Literal

from pydantic import Field

from gate.core.jsons import Json
from gate.core.paths import Missing, get
from gate.dialects import base
from gate.dialects.base import Object
from gate.dialects.fields import merged
from gate.dialects.session import Tool, text_of, tools_of

Rate = Literal[8000, 16000, 24000, 48000]

SESSION: Final = frozenset({"model", "voice", "language", "system_prompt", "first_message", "tools", "metadata"})
_TEXTS: Final = {
    "model": "model",
    "voice": "voice",
    "language": "languageHint",
    "system_prompt": "systemPrompt",
    "first_message": "firstSpeakerSettings.agent.text",
}


class UltravoxOptions(base.Options):
    """`client_buffer_ms` is how far ahead of its playing the server may send; by itself it takes 60 ms. `session` is
    laid over the body of the call's creation."""

    send_rate_hz: Rate = 16000
    receive_rate_hz: Rate = 24000
    client_buffer_ms: int | None = Field(default=None, ge=20, le=600_000)
    session: Object = Field(default_factory=dict)


def body(session: Object, options: UltravoxOptions) -> Object:
    """What asks for the call; `session:` says only what the manifest says, since a stored agent has the rest."""
    wire: Object = {"inputSampleRate": options.send_rate_hz, "outputSampleRate": options.receive_rate_hz}
    if options.client_buffer_ms is not None:
        wire["clientBufferSizeMs"] = options.client_buffer_ms
    asked: Object = {"medium": {"serverWebSocket": wire}}
    for name in ("model", "voice", "language", "system_prompt"):
        if (text := text_of(session, name)) is not None:
            asked[_TEXTS[name]] = text
    if (greeting := text_of(session, "first_message")) is not None:
        asked["firstSpeakerSettings"] = {"agent": {"text": greeting}}
    if "tools" in session:
        asked["selectedTools"] = [_selected(tool) for tool in tools_of(session)]
    if isinstance(metadata := session.get("metadata"), dict):
        asked["metadata"] = metadata
    return merged(asked, options.session)


def _selected(tool: Tool) -> Object:
    properties, required = tool.parameters.get("properties"), tool.parameters.get("required")
    named = properties if isinstance(properties, dict) else {}
    needed = required if isinstance(required, list) else []
    parameters: list[Json] = [
        {"name": name, "location": "PARAMETER_LOCATION_BODY", "schema": schema, "required": name in needed}
        for name, schema in named.items()
    ]
    temporary: Object = {"modelToolName": tool.name, "description": tool.description}
    return {"temporaryTool": {**temporary, "dynamicParameters": parameters, "client": {}}}


def asked(body: Json) -> Object:
    """The fields of `session:` that the body of a call's creation shows. Never raises."""
    if not isinstance(body, dict):
        return {}
    found = {name: get(body, path) for name, path in _TEXTS.items()} | {"metadata": body.get("metadata")}
    shown: Object = {name: value for name, value in found.items() if not isinstance(value, Missing | None)}
    selected = body.get("selectedTools")
    if isinstance(selected, list):
        shown["tools"] = [tool for one in selected if (tool := _tool(get(one, "temporaryTool"))) is not None]
    return shown


def _tool(temporary: Json | Missing) -> Json:
    if not isinstance(temporary, dict):
        return None
    given = temporary.get("dynamicParameters")
    parameters = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    properties = {str(each.get("name")): each.get("schema") for each in parameters}
    needed: list[Json] = [str(each.get("name")) for each in parameters if each.get("required") is True]
    schema: Object = {"type": "object", "properties": {**properties}, **({"required": needed} if needed else {})}
    name, description = temporary.get("modelToolName"), temporary.get("description")
    return {"name": name, "description": description, "parameters": schema}
