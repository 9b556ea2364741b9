"""Whether the agent falls silent when the caller speaks into its words. Pure.

Only what the agent was saying when it was interrupted counts: an answer that follows at once is no talking on. And only
what was cut off proves anything: words that had all been sent before, and were played to their end, ended by
themselves."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown, unproven_here
from gate.checks.pieces import GAP_NS, Piece
from gate.checks.view import UNPROVEN, Turn, View
from gate.core.findings import Blame, Layer
from gate.core.signals import AudioOut

BREATH_NS = 300_000_000
LONGER = "use a clip that makes the agent speak for some seconds"


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The agent is audible when the caller interrupts with this turn, and falls silent within this time."""

    CHECK: ClassVar[str] = "interrupted"
    turn: int
    within_ms: float


def interrupted(view: View, params: Interrupted) -> Answer:
    expected = f"the agent falls silent within {params.within_ms:g} ms of the interruption"
    turn = view.turn(params.turn)
    if turn is None:
        return view.not_spoken(Layer.OUTPUT, expected)
    limit_ns = turn.start_ns + int(params.within_ms * 1e6)
    was_cut = any(turn.start_ns <= cut_ns <= limit_ns for cut_ns in view.speech.cuts)
    stop_ns = _stopped_ns(view, turn)
    after = f"after {(stop_ns - turn.start_ns) / 1e6:.0f} ms"
    if stop_ns == turn.start_ns and not was_cut:
        actual = "the agent was not audible when the caller interrupted, so nothing was interrupted"
        return unproven_here(Layer.OUTPUT, expected, actual, LONGER, at=turn.at)
    if not _followed(view, stop_ns, limit_ns):
        blame, action = UNPROVEN.get(view.end, (Blame.AGENT, "see why the call ended early"))
        actual = "the call was not followed long enough to tell"
        return unknown(Layer.OUTPUT, expected, actual, action, at=turn.at, blame=blame)
    went_on = any(isinstance(h.signal, AudioOut) and turn.start_ns <= h.t_ns <= limit_ns for h in view.received)
    if stop_ns > limit_ns and not went_on and "response.cancelled" not in view.can.shows:
        actual = "all of it had been sent before, and the manifest does not say how this agent takes it back"
        next_action = "describe the message under options.events.response.cancelled"
        return unknown(Layer.OUTPUT, expected, actual, next_action, at=turn.at, blame=Blame.CONFIGURATION)
    if stop_ns > limit_ns:
        next_action = "check that speech of the caller cancels the response and clears what was not yet played"
        layer = view.layer_of_silence(params.turn, Layer.OUTPUT)
        return failed(layer, expected, f"still audible {after}", next_action, at=turn.at)
    if not was_cut and all(piece.last_arrived_ns < turn.start_ns for piece in _spoken_over(view, turn)):
        actual = f"what the agent was saying ended by itself {after}, so nothing was interrupted"
        return unproven_here(Layer.OUTPUT, expected, actual, LONGER, at=turn.at)
    return passed(Layer.OUTPUT, expected, f"silent {after}", at=turn.at)


def _followed(view: View, stop_ns: int, limit_ns: int) -> bool:
    """Whether the recording reaches far enough: to the limit if the sound lasts that long, else beyond its end."""
    if stop_ns > limit_ns:
        return view.seen_until_ns >= limit_ns
    return view.watched or view.seen_until_ns >= stop_ns + GAP_NS


def _spoken_over(view: View, turn: Turn) -> list[Piece]:
    return [piece for piece in view.pieces if piece.arrived_ns < turn.end_ns and piece.end_ns > turn.start_ns]


def _stopped_ns(view: View, turn: Turn) -> int:
    """When the sound that was interrupted ended: what begins after the caller's last word, and after a breath, is an
    answer, and so is what begins after a longer silence."""
    stopped_ns = turn.start_ns
    talking = [piece for piece in _spoken_over(view, turn) if piece.arrived_ns < turn.start_ns]
    for piece in _spoken_over(view, turn) if talking else []:
        for start_ns, end_ns in piece.within(turn.start_ns, 2**63):
            if start_ns - stopped_ns >= (BREATH_NS if start_ns >= turn.end_ns else GAP_NS):
                return stopped_ns
            stopped_ns = max(stopped_ns, end_ns)
    return stopped_ns
