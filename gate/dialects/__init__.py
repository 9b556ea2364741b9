"""One file per provider: frames to signals and acts to frames. Pure; a new dialect is one file and one line here."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from gate.core.plan import Target
from gate.core.ports import Dialect


class _OnDemand(Mapping[str, Any]):
    """Each dialect is imported when it is asked for: most runs need one."""

    def __init__(self, places: dict[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Any:
        module, _, kind = self._places[name].partition(":")
        return getattr(import_module(f"gate.dialects.{module}"), kind)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


DIALECTS = _OnDemand(
    {
        "canonical": "canonical.dialect:Canonical",
        "template": "template.dialect:Template",
        "raw-pcm": "raw_pcm:RawPcm",
        "openai-realtime": "openai_realtime.dialect:OpenAIRealtime",
        "gemini-live": "gemini_live.dialect:GeminiLive",
        "elevenlabs": "elevenlabs.dialect:ElevenLabs",
        "deepgram": "deepgram.dialect:Deepgram",
        "hume": "hume.dialect:Hume",
        "assemblyai": "assemblyai.dialect:AssemblyAI",
        "ultravox": "ultravox.dialect:Ultravox",
        "vapi": "vapi.dialect:Vapi",
        "pipecat": "pipecat.dialect:Pipecat",
        "twilio-media-streams": "twilio_media_streams:TwilioMediaStreams",
        "telnyx": "telnyx:Telnyx",
        "plivo": "plivo:Plivo",
        "exotel": "exotel:Exotel",
        "vonage": "vonage.dialect:Vonage",
        "genesys-audiohook": "genesys_audiohook.dialect:GenesysAudioHook",
        "retell": "retell.dialect:Retell",
        "cekura-chat": "cekura_chat.dialect:CekuraChat",
        "cartesia-line": "cartesia_line.dialect:CartesiaLine",
    }
)


def dialect_of(target: Target) -> Dialect:
    """The dialect of a target, with the options that the plan holds for it."""
    kind = DIALECTS[target.dialect]
    options = kind.Options.model_validate(target.options)
    made: Dialect = kind(options, http_first=target.dial.http is not None)
    return made
