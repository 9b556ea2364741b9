"""The manifest's `session:` as the `setup` of the Gemini Live API, and back. Pure.

Source: google-genai 3.4.0, types.LiveClientSetup and _LiveConnectConfig_to_mldev."""

from typing import Final

from gate.core.jsons import Json
from gate.dialects.base import Object
from gate.dialects.fields import merged
from gate.dialects.gemini_live.wire import each, inner, pick, text
from gate.dialects.session import Tool, text_of, tools_of

FIELDS: Final = frozenset({"model", "voice", "language", "modalities", "vad", "tools", "system_prompt"})


def setup_of(session: Object, more: Object) -> Object:
    """`more` is the user's own part of the setup, and wins. Both sides' words are always asked for."""
    generation: Object = {"responseModalities": ["AUDIO"]}
    given = session.get("modalities")
    if isinstance(given, list):
        generation["responseModalities"] = [str(modality).upper() for modality in given]
    if speech := _speech(session):
        generation["speechConfig"] = speech
    setup: Object = {"generationConfig": generation, "inputAudioTranscription": {}, "outputAudioTranscription": {}}
    if model := text_of(session, "model"):
        setup["model"] = model if "/" in model else f"models/{model}"
    if prompt := text_of(session, "system_prompt"):
        setup["systemInstruction"] = {"parts": [{"text": prompt}]}
    if tools := tools_of(session):
        setup["tools"] = [{"functionDeclarations": [_declared(tool) for tool in tools]}]
    if isinstance(vad := session.get("vad"), dict):
        setup["realtimeInputConfig"] = {"automaticActivityDetection": vad}
    return merged(setup, more)


def _speech(session: Object) -> Object:
    speech: Object = {}
    if voice := text_of(session, "voice"):
        speech["voiceConfig"] = {"prebuiltVoiceConfig": {"voiceName": voice}}
    if language := text_of(session, "language"):
        speech["languageCode"] = language
    return speech


def _declared(tool: Tool) -> Object:
    """A tool without parameters has no `parameters`: an OBJECT without properties is refused."""
    declared: Object = {"name": tool.name, "description": tool.description}
    if tool.parameters.get("properties"):
        declared["parameters"] = _schema(tool.parameters)
    return declared


_KEPT: Final = (
    "type", "format", "title", "description", "nullable", "required", "default", "example", "pattern",
    "minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties",
    "propertyOrdering",
)  # fmt: skip


def _schema(schema: Object) -> Object:
    """JSON Schema cut down to the subset of OpenAPI 3.0 that `parameters` takes (types.Schema): the Live API refuses
    what it does not know, and ignores `parametersJsonSchema` (googleapis/python-genai issue 1147)."""
    kept: Object = {key: schema[key] for key in _KEPT if key in schema}
    kinds = schema.get("type")
    if isinstance(kinds, list):
        one = [kind for kind in kinds if kind != "null"]
        kept["type"] = one[0] if one else "string"
        kept["nullable"] = "null" in kinds
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        kept["enum"] = values
    if isinstance(items := schema.get("items"), dict):
        kept["items"] = _schema(items)
    if isinstance(properties := schema.get("properties"), dict):
        kept["properties"] = {name: _schema(one) for name, one in properties.items() if isinstance(one, dict)}
    choices = schema.get("anyOf", schema.get("oneOf"))
    if isinstance(choices, list):
        kept["anyOf"] = [_schema(one) for one in choices if isinstance(one, dict)]
    return kept


def settings_of(setup: Object) -> Object:
    """What a setup asks for, by the manifest's names. Raises Illegal."""
    generation, detection = inner(setup, "generationConfig"), inner(setup, "realtimeInputConfig")
    speech, vad = inner(generation, "speechConfig"), pick(detection, "automaticActivityDetection")
    voice = text(inner(speech, "voiceConfig", "prebuiltVoiceConfig"), "voiceName")
    prompt = " ".join(said for part in each(_instruction(setup), "parts") if (said := text(part, "text")))
    declared: list[Json] = [one for tool in each(setup, "tools") for one in each(tool, "functionDeclarations")]
    found: Object = {
        "model": text(setup, "model"), "voice": voice, "language": text(speech, "languageCode"),
        "modalities": _modalities(generation), "vad": vad, "tools": declared or None, "system_prompt": prompt or None,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _instruction(setup: Object) -> Object:
    """A Content, or a plain text of it."""
    given = pick(setup, "systemInstruction")
    return {"parts": [{"text": given}]} if isinstance(given, str) else inner(setup, "systemInstruction")


def _modalities(generation: Object) -> Json:
    found = pick(generation, "responseModalities")
    return [str(one).lower() for one in found] if isinstance(found, list) else None
