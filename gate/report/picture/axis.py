"""Times of a recording on the axis of its picture, and texts as they are shown. Pure."""

from dataclasses import dataclass

from gate.core.recording import Recording
from gate.report.escape import ELLIPSIS, visible

MOST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Axis:
    start_ns: int

    @classmethod
    def of(cls, recording: Recording) -> "Axis":
        """Zero where the audio files begin: at the first frame."""
        return cls(min((frame.t_ns for frame in recording.frames), default=0))

    def ms(self, t_ns: int) -> float:
        return round(max(0, t_ns - self.start_ns) / 1e6, 3)


def shown(text: str, limit: int = MOST_TEXT) -> str:
    """Text of anybody's, bounded, with every character that could act or hide made visible."""
    return visible(text if len(text) <= limit else text[: limit - 1] + ELLIPSIS)
