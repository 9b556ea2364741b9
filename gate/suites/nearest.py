"""What to ask for instead of an event that a dialect cannot show. Pure."""

from typing import Final

NEAREST: Final[dict[str, tuple[str, ...]]] = {
    "session.configured": ("session.started",),
    "input_audio.accepted": ("speech.started", "transcript.final", "response.started"),
    "speech.started": ("transcript.delta", "transcript.final", "response.cancelled"),
    "speech.stopped": ("transcript.final", "response.started"),
    "transcript.delta": ("transcript.final",),
    "transcript.final": ("transcript.delta", "speech.stopped"),
    "tool.call": ("tool.result",),
    "tool.result": ("tool.call",),
    "response.started": ("output_transcript.delta", "output_audio.delta", "output_transcript.final"),
    "output_audio.delta": ("output_transcript.delta", "output_transcript.final"),
    "output_audio.done": ("response.done", "mark"),
    "output_transcript.delta": ("output_transcript.final",),
    "output_transcript.final": ("output_transcript.delta", "output_audio.delta"),
    "response.done": ("output_audio.done", "mark"),
    "response.cancelled": ("speech.started",),
    "mark": ("output_audio.done", "response.done"),
    "error": ("session.closed",),
}
INSTEAD: Final = {
    "response.done": "wait: turn_done ends at a quiet gap",
    "output_audio.done": "wait: turn_done ends at a quiet gap",
    "session.started": "here a session begins with the open socket",
    "tool.call": "tools do not cross this wire: test them where the agent can be reached in another dialect",
}


def nearest(event: str, shows: frozenset[str]) -> str:
    """A hint: the nearest event that the dialect shows, or what there is instead, or all that it shows."""
    for other in NEAREST.get(event, ()):
        if other in shows:
            return f"the nearest that it shows is {other}"
    return INSTEAD.get(event) or f"it shows {', '.join(sorted(shows))}"
