"""Whether the agent's speech flows: it does not stall in mid-word, and what is no interruption does not stop it."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import SPEAK_LONGER, Answer, failed, gate_late, passed, unproven_here
from gate.checks.view import LATE_MS, View
from gate.core.findings import Layer
from gate.core.recording import Note
from gate.measures.facts import AFTERWARDS_NS
from gate.measures.flow import HIDDEN_NS, stalls
from gate.measures.pieces import Gap

AROUND_NS = 200_000_000


@dataclass(frozen=True, slots=True)
class Flows:
    """In the middle of speech the agent's audio runs out at most `most` times for long enough to be heard: once in a
    while a network or a busy machine does that to the best of agents, again and again it is the agent."""

    CHECK: ClassVar[str] = "stalls"
    most: int = 4


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """The agent is audible when the clip of this turn begins, a cough or an uh-huh, and goes on speaking."""

    CHECK: ClassVar[str] = "undisturbed"
    turn: int


def flows(view: View, params: Flows) -> Answer:
    expected = f"in mid-speech at most {params.most} gaps that can be heard (more than {HIDDEN_NS / 1e6:g} ms)"
    found = stalls(view)
    longest_ms = max(((gap.end_ns - gap.start_ns) / 1e6 for gap in found), default=0.0)
    actual = f"{len(found)}, the longest of {longest_ms:.0f} ms" if found else "none"
    ours = [late_ms for gap in found if (late_ms := _gate_late_ms(view, gap)) > LATE_MS]
    if len(found) > params.most >= len(found) - len(ours):
        return gate_late(Layer.OUTPUT, expected, actual, max(ours), at=tuple(gap.frame for gap in found))
    if len(found) > params.most:
        next_action = "check that audio is sent at least as fast as it plays: a caller hears words break off"
        return failed(Layer.OUTPUT, expected, actual, next_action, at=tuple(gap.frame for gap in found))
    return passed(Layer.OUTPUT, expected, actual) if view.watched else view.unproven(Layer.OUTPUT, expected)


def _gate_late_ms(view: View, gap: Gap) -> float:
    """How late the gate was around this gap: a machine that holds up the one may hold up the other."""
    return view.late_between_ms(gap.start_ns - AROUND_NS, gap.end_ns + AROUND_NS)


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
        return unproven_here(Layer.OUTPUT, expected, actual, SPEAK_LONGER, at=(played.index,))
    return passed(Layer.OUTPUT, expected, at=(played.index,)) if view.watched else view.unproven(Layer.OUTPUT, expected)


def _goes_on(view: View, played: Note, until_ns: int) -> bool:
    """Whether the same words that were heard before the sound are heard behind it."""
    return any(piece.start_ns < played.t_ns and piece.end_ns > until_ns for piece in view.pieces)
