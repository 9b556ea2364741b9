"""What writes down the agent's words where its wire does not, as data: a program, or an endpoint that listens.

Secrets stand in it by name only."""

import shlex
from dataclasses import dataclass
from typing import Final, Literal

FILE: Final = "{{file}}"
TIMEOUT_MS: Final = 60_000.0


@dataclass(frozen=True, slots=True)
class CommandRecogniser:
    """A program and its arguments; no shell reads them. `{{file}}` stands for the WAV file to listen to (without it the
    file comes on standard input); the words come on standard output."""

    argv: tuple[str, ...]
    timeout_ms: float = TIMEOUT_MS
    kind: Literal["command"] = "command"


@dataclass(frozen=True, slots=True)
class TranscriptionRecogniser:
    """An endpoint of the form of OpenAI's `/audio/transcriptions`."""

    url: str
    model: str
    key: str | None = None
    language: str | None = None
    timeout_ms: float = TIMEOUT_MS
    kind: Literal["transcription"] = "transcription"


Recogniser = CommandRecogniser | TranscriptionRecogniser


def identity(recogniser: Recogniser) -> str:
    """What makes it this one and no other, in one line for people: neither its key nor its patience."""
    if isinstance(recogniser, CommandRecogniser):
        return shlex.join(recogniser.argv)
    language = f" in {recogniser.language}" if recogniser.language else ""
    return f"{recogniser.model} at {recogniser.url}{language}"
