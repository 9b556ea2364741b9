"""A clip ready to be said."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sound:
    """s16le mono at the dialect's input rate, and the sample behind its last speech (0 if it holds none)."""

    pcm: bytes
    speech_end: int
