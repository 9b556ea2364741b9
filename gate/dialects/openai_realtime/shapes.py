"""What three families of servers disagree about, as data: OpenAI's own protocol since it left its beta (`ga`), the beta
that look-alikes and Azure Voice Live still speak (`beta`), and xAI's Grok (`xai`). Pure.

Sources: the types of the `openai` SDK (`types/realtime`, `types/beta/realtime`), of `azure-ai-voicelive` (`models`),
and of pipecat's and livekit's xAI clients, which are second hand."""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from gate.core.jsons import Json
from gate.core.paths import Missing, get, put
from gate.dialects.base import Object
from gate.dialects.session import Tool, text_of, tools_of

ShapeName = Literal["ga", "beta", "xai"]
Sound = Literal["pcm", "mulaw", "alaw"]
Rate = Literal[8000, 16000, 24000, 32000, 48000]

G711_HZ: Final = 8000
USUAL_HZ: Final = 24_000

BETA_NAMES: Final = {
    "response.audio.delta": "response.output_audio.delta",
    "response.audio.done": "response.output_audio.done",
    "response.audio_transcript.delta": "response.output_audio_transcript.delta",
    "response.audio_transcript.done": "response.output_audio_transcript.done",
    "response.text.delta": "response.output_text.delta",
    "response.text.done": "response.output_text.done",
}
"""The events that had another name in the beta, by that name."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`paths`: where in the provider's session each field of the manifest stands, and `input` and `output`, the formats
    of the audio. `fixed`: what every session holds. `rates_hz`: what PCM may have. `transcriber`: the model that writes
    down the caller's words where the manifest names none."""

    name: ShapeName
    paths: dict[str, str]
    fixed: dict[str, str]
    rates_hz: tuple[int, ...]
    transcriber: str

    @property
    def transcription(self) -> str:
        return self.paths["language"].rpartition(".")[0]


_GA_AUDIO: Final = {"input": "audio.input.format", "output": "audio.output.format"}

SHAPES: Final[dict[ShapeName, Shape]] = {
    "ga": Shape(
        "ga",
        {"system_prompt": "instructions", "modalities": "output_modalities", "voice": "audio.output.voice",
         "language": "audio.input.transcription.language", "vad": "audio.input.turn_detection", "tools": "tools",
         **_GA_AUDIO},
        {"type": "realtime"}, (24_000,), "gpt-4o-mini-transcribe",
    ),
    "beta": Shape(
        "beta",
        {"system_prompt": "instructions", "modalities": "modalities", "voice": "voice",
         "language": "input_audio_transcription.language", "vad": "turn_detection", "tools": "tools",
         "input": "input_audio_format", "output": "output_audio_format"},
        {}, (8_000, 16_000, 24_000), "whisper-1",
    ),
    "xai": Shape(
        "xai",
        {"system_prompt": "instructions", "voice": "voice", "language": "audio.input.transcription.language_hint",
         "vad": "turn_detection", "tools": "tools", **_GA_AUDIO},
        {}, get_args(Rate), "grok-transcribe",
    ),
}  # fmt: skip

FORMATS: Final = ("input", "output")
_VADS: Final = {"server": "server_vad", "semantic": "semantic_vad"}


def wire(shape: Shape, session: Object, sound: Sound, rate_hz: int, transcriber: str | None) -> Object:
    """The provider's session for the manifest's fields, with the formats of the audio always said. Everything that is
    left out stays as the provider has it."""
    found: Object = {**shape.fixed}
    for field, value in _values(shape, session).items():
        if field in shape.paths:
            put(found, shape.paths[field], value)
    if transcriber:
        put(found, f"{shape.transcription}.model", transcriber)
    if tools_of(session):
        found["tool_choice"] = "auto"
    put_formats(shape, found, sound, rate_hz)
    return found


def _values(shape: Shape, session: Object) -> Object:
    values: Object = {
        field: text for field in ("system_prompt", "voice", "language") if (text := text_of(session, field)) is not None
    }
    vad = session.get("vad")
    if isinstance(vad, str | dict):
        values["vad"] = {"type": _VADS.get(vad, vad)} if isinstance(vad, str) else vad
    if isinstance(modalities := session.get("modalities"), list):
        values["modalities"] = _modalities(shape, modalities)
    if "tools" in session:
        values["tools"] = [_tool(tool) for tool in tools_of(session)]
    return values


def _modalities(shape: Shape, asked: list[Json]) -> list[Json]:
    """Since the beta the words always come with the audio, and both may not be asked for. In it they had to be."""
    if "audio" not in asked:
        return asked
    return ["text", "audio"] if shape.name == "beta" else ["audio"]


def _tool(tool: Tool) -> Object:
    return {"type": "function", "name": tool.name, "description": tool.description, "parameters": tool.parameters}


def put_formats(shape: Shape, session: Object, sound: Sound, rate_hz: int) -> None:
    """Azure Voice Live alone, of those that speak the beta, has other rates than the usual one."""
    if shape.name == "beta":
        word, unusual = _BETA_FORMATS[sound], sound == "pcm" and rate_hz != USUAL_HZ
        session["input_audio_format"] = word
        session["output_audio_format"] = f"{word}_{rate_hz}hz" if unusual else word
        if unusual:
            session["input_audio_sampling_rate"] = rate_hz
        return
    for side in FORMATS:
        spoken: Object = {"type": _FORMATS[sound], "rate": rate_hz} if sound == "pcm" else {"type": _FORMATS[sound]}
        put(session, shape.paths[side], spoken)


_BETA_FORMATS: Final[dict[Sound, str]] = {"pcm": "pcm16", "mulaw": "g711_ulaw", "alaw": "g711_alaw"}
_FORMATS: Final[dict[Sound, str]] = {"pcm": "audio/pcm", "mulaw": "audio/pcmu", "alaw": "audio/pcma"}


def settings(shape: Shape, session: Object) -> Object:
    """The manifest's fields that a provider's session shows: `wire` the other way round. What is of another type than
    it should be is shown as it is."""
    shown = ((field, get(session, path)) for field, path in shape.paths.items() if field not in FORMATS)
    return {field: value for field, value in shown if not isinstance(value, Missing) and value is not None}


def formats_of(shape: Shape, session: Object) -> Object:
    """The formats of the audio, part by part: a server may leave out the rate of a format that has but one."""
    found: Object = {}
    for side in FORMATS:
        match get(session, shape.paths[side]):
            case str(word) if shape.name == "beta":
                found[f"{side}_format"] = word
            case dict(parts) if shape.name != "beta":
                found |= {f"{side}_format.{key}": value for key, value in parts.items() if value is not None}
    return found


def comparable(shown: Object) -> Object:
    """Settings without what a server may write in another way than it was asked: the order of modalities, defaults
    inside tools, white space around instructions, the case of a voice (xAI) and whether it stands in an object (Azure
    Voice Live, and voices of one's own), the region of a language, what is null, the last bits of a fraction."""
    return {field: _plain(field, value) for field, value in shown.items()}


_LANGUAGE: Final = re.compile("([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE)


def _plain(field: str, value: Json) -> Json:
    match field, value:
        case "tools", list():
            return [*sorted(tool.name for tool in tools_of({"tools": value}))]
        case "modalities", list():
            return [*sorted(str(one) for one in value)]
        case "vad", dict():
            said = {key: part for key, part in value.items() if part is not None}
            return {key: round(part, 4) if isinstance(part, float) else part for key, part in said.items()}
        case "system_prompt", str():
            return value.strip()
        case "voice", {"name": str(name)} | {"id": str(name)} | str(name):
            return name.casefold()
        case "language", str():
            tag = _LANGUAGE.fullmatch(value)
            return tag[1].casefold() if tag else value
        case _:
            return value


def interrupts(shape: Shape, session: Object) -> bool | None:
    """Whether the server cuts its response when the caller begins to speak, as far as this session says so: it does
    unless `interrupt_response` is false (openai SDK, RealtimeAudioInputTurnDetection)."""
    vad = get(session, shape.paths["vad"])
    return vad.get("interrupt_response") is not False if isinstance(vad, dict) else None
