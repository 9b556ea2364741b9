"""Whether the agent's speech flows: it does not stall in mid-word, and what is no interruption does not stop it."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unproven_here
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.recording import Note
from gate.measures.flow import stalls

AFTERWARDS_NS = 1_000_000_000
LONGER = "use a clip that makes the agent speak for some seconds"


@dataclass(frozen=True, slots=True)
class Flows:
    """In the middle of speech the agent's audio never runs out for longer than `most_ms`, nor for more than `most`
    times long enough to be heard."""

    CHECK: ClassVar[str] = "stalls"
    most_ms: float = 200.0
    most: int = 2


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """The agent is audible when the clip of this turn begins, a cough or an uh-huh, and goes on speaking."""

    CHECK: ClassVar[str] = "undisturbed"
    turn: int


def flows(view: View, params: Flows) -> Answer:
    expected = f"in mid-speech no gap of more than {params.most_ms:g} ms, and at most {params.most} that can be heard"
    found = stalls(view)
    longest_ms = max(((gap.end_ns - gap.start_ns) / 1e6 for gap in found), default=0.0)
    if longest_ms > params.most_ms or len(found) > params.most:
        actual = f"{len(found)} {'gap' if len(found) == 1 else 'gaps'}, the longest of {longest_ms:.0f} ms"
        next_action = "check that audio is sent at least as fast as it plays; a caller hears words break off"
        return failed(Layer.OUTPUT, expected, actual, next_action, at=tuple(gap.frame for gap in found))
    return passed(Layer.OUTPUT, expected) if view.watched else view.unproven(Layer.OUTPUT, expected)


def undisturbed(view: View, params: Undisturbed) -> Answer:
    expected = "the agent goes on speaking: this is no interruption"
    played = next((note for note in view.notes("play") if note.data["turn"] == params.turn), None)
    if played is None:
        return view.not_spoken(Layer.OUTPUT, expected)
    until_ns = played.t_ns + int(view.clips[str(played.data["clip"])].duration_ms * 1e6) + AFTERWARDS_NS
    cuts = [cut for cut in view.speech.cuts if played.t_ns <= cut.t_ns < until_ns]
    if cuts:
        after_ms = (cuts[0].t_ns - played.t_ns) / 1e6
        actual = f"it broke off {after_ms:.0f} ms after the sound began, with {cuts[0].unheard_ns / 1e6:.0f} ms unsaid"
        next_action = "let an interruption need more than a short sound: some words, or some 300 ms of speech"
        return failed(Layer.OUTPUT, expected, actual, next_action, at=(played.index, cuts[0].frame))
    if not _goes_on(view, played, until_ns):
        actual = "what the agent was saying ended before anybody could tell"
        return unproven_here(Layer.OUTPUT, expected, actual, LONGER, at=(played.index,))
    return passed(Layer.OUTPUT, expected, at=(played.index,)) if view.watched else view.unproven(Layer.OUTPUT, expected)


def _goes_on(view: View, played: Note, until_ns: int) -> bool:
    """Whether the same words that were heard before the sound are heard behind it."""
    return any(piece.start_ns < played.t_ns and piece.end_ns > until_ns for piece in view.pieces)
