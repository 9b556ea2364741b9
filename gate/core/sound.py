"""A clip ready to be said, and a file ready to be sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sound:
    """s16le mono at the dialect's input rate, and the sample behind its last speech (0 if it holds none)."""

    pcm: bytes
    speech_end: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file's bytes as they are, and its media type."""

    data: bytes
    media_type: str
