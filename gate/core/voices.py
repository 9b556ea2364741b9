"""The voice that a manifest configures for the words of `say`, as data: a program, or an endpoint that speaks.

Secrets stand in it by name only."""

import shlex
from dataclasses import dataclass
from typing import Final, Literal

TEXT, FILE = "{{text}}", "{{file}}"
TIMEOUT_MS: Final = 60_000.0


@dataclass(frozen=True, slots=True)
class CommandVoice:
    """A program and its arguments; no shell reads them. `{{text}}` stands for the words (without it they come on
    standard input), `{{file}}` for the WAV file to write (without it the file is read from standard output)."""

    argv: tuple[str, ...]
    timeout_ms: float = TIMEOUT_MS
    kind: Literal["command"] = "command"


@dataclass(frozen=True, slots=True)
class SpeechVoice:
    """An endpoint of the form of OpenAI's `/audio/speech`."""

    url: str
    model: str
    voice: str
    key: str | None = None
    format: Literal["wav", "pcm"] = "wav"
    timeout_ms: float = TIMEOUT_MS
    kind: Literal["speech"] = "speech"


Voice = CommandVoice | SpeechVoice


def identity(voice: Voice) -> str:
    """What makes it this voice and no other, in one line for people: neither its key nor its patience."""
    if isinstance(voice, CommandVoice):
        return shlex.join(voice.argv)
    return f"{voice.voice} of {voice.model} at {voice.url}"
