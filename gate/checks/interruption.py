"""Whether the agent falls silent when the caller speaks into its words. Pure.

Only what the agent was saying when it was interrupted counts: an answer that follows at once is no talking on. And only
what was cut off proves anything: words that had all been sent before, and were played to their end, ended by
themselves."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.pieces import Piece
from gate.checks.view import UNPROVEN, Turn, View
from gate.core.findings import Blame, Layer

BREATH_NS = 300_000_000
WATCH_NS = 1_000_000_000


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
    was_cut = any(turn.start_ns <= cut_ns for cut_ns in view.speech.cuts)
    stop_ns = _stopped_ns(view, turn)
    stop_ms = (stop_ns - turn.start_ns) / 1e6
    if stop_ms <= 0 and not was_cut:
        actual = "the agent was not audible when the caller interrupted, so nothing was interrupted"
        next_action = "use a clip that makes the agent speak for some seconds"
        return unknown(Layer.OUTPUT, expected, actual, next_action, at=turn.at)
    if view.seen_until_ns < min(stop_ns, turn.start_ns + int(params.within_ms * 1e6)) + WATCH_NS and not view.whole:
        blame, action = UNPROVEN.get(view.end, (Blame.AGENT, "see why the call ended early"))
        actual = "the call was not followed long enough to tell"
        return unknown(Layer.OUTPUT, expected, actual, action, at=turn.at, blame=blame)
    if stop_ms > params.within_ms:
        next_action = "check that speech of the caller cancels the response and clears what was not yet played"
        layer = view.layer_of_silence(params.turn, Layer.OUTPUT)
        return failed(layer, expected, f"still audible after {stop_ms:.0f} ms", next_action, at=turn.at)
    if not was_cut and all(piece.last_arrived_ns < turn.start_ns for piece in _spoken_over(view, turn)):
        actual = f"what the agent was saying ended by itself after {stop_ms:.0f} ms, so nothing was interrupted"
        next_action = "use a clip that makes the agent speak for some seconds"
        return unknown(Layer.OUTPUT, expected, actual, next_action, at=turn.at)
    return passed(Layer.OUTPUT, expected, f"silent after {max(0.0, stop_ms):.0f} ms", at=turn.at)


def _spoken_over(view: View, turn: Turn) -> list[Piece]:
    return [piece for piece in view.pieces if piece.arrived_ns < turn.start_ns < piece.end_ns]


def _stopped_ns(view: View, turn: Turn) -> int:
    """When the sound that was interrupted ended. Without ids and marks, sound that comes after the caller's last word
    and after a breath is an answer."""
    stopped_ns = turn.start_ns
    for piece in _spoken_over(view, turn):
        for start_ns, end_ns in piece.within(turn.start_ns, 2**63):
            if start_ns >= turn.end_ns and start_ns - stopped_ns >= BREATH_NS:
                break
            stopped_ns = max(stopped_ns, end_ns)
    return stopped_ns
