"""Whether the agent falls silent when the caller speaks into its words. Pure.

Only what the agent was saying when it was interrupted counts: an answer that follows at once is no talking on. And only
what was cut off proves anything: words that had all been sent before, and were played to their end, ended by
themselves. An agent that sends at the pace of speech may stop within one message: then what it was saying was cut if no
mark ended it, or, where there are no marks, if its answers before were much longer."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import SPEAK_LONGER, Answer, failed, passed, unknown, unproven_here
from gate.checks.view import UNPROVEN, View
from gate.core.findings import Blame, Layer
from gate.core.signals import AudioDone, AudioOut, TurnDone
from gate.measures.facts import Turn
from gate.measures.interruption import spoken_over, stopped_ns
from gate.measures.pieces import GAP_NS

SENDING_NS = 300_000_000
MUCH_SHORTER = 0.7


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The agent is audible when the caller interrupts with this turn, and falls silent within this time."""

    CHECK: ClassVar[str] = "interrupted"
    turn: int
    within_ms: float


def interrupted(view: View, params: Interrupted) -> Answer:
    expected = f"the agent falls silent within {params.within_ms:g} ms of the interruption{view.over_network}"
    turn = view.turn(params.turn)
    if turn is None:
        return view.not_spoken(Layer.OUTPUT, expected)
    limit_ns = turn.start_ns + int((params.within_ms + view.held_ms) * 1e6)
    was_cut = any(turn.start_ns <= cut.t_ns <= limit_ns for cut in view.speech.cuts)
    stop_ns = stopped_ns(view, turn)
    after = f"after {(stop_ns - turn.start_ns) / 1e6:.0f} ms"
    broke_off = was_cut or _broke_off(view, turn)
    if stop_ns == turn.start_ns and not broke_off:
        actual = "the agent was not audible when the caller interrupted, so nothing was interrupted"
        return unproven_here(Layer.OUTPUT, expected, actual, SPEAK_LONGER, at=turn.at)
    if not _followed(view, stop_ns, limit_ns):
        blame, action = UNPROVEN.get(view.end, (Blame.AGENT, "see why the call ended early"))
        actual = "the call was not followed long enough to tell"
        return unknown(Layer.OUTPUT, expected, actual, action, at=turn.at, blame=blame)
    went_on = any(isinstance(h.signal, AudioOut) and turn.start_ns <= h.t_ns <= limit_ns for h in view.received)
    if stop_ns > limit_ns and not went_on and not view.can.takes_back:
        actual = f"still audible {after}: it had sent so far ahead, and no message is known here that takes it back"
        next_action = "send at the pace of speech; or describe the message under options.events.response.cancelled"
        return unknown(Layer.OUTPUT, expected, actual, next_action, at=turn.at, blame=Blame.CONFIGURATION)
    if stop_ns > limit_ns:
        next_action = "check that speech of the caller cancels the response and clears what was not yet played"
        layer = view.layer_of_silence(params.turn, Layer.OUTPUT)
        return failed(layer, expected, f"still audible {after}", next_action, at=turn.at)
    if not broke_off and all(piece.last_arrived_ns < turn.start_ns for piece in spoken_over(view, turn)):
        actual = f"what the agent was saying ended by itself {after}, so nothing was interrupted"
        return unproven_here(Layer.OUTPUT, expected, actual, SPEAK_LONGER, at=turn.at)
    return passed(Layer.OUTPUT, expected, f"silent {after}", at=turn.at)


def _broke_off(view: View, turn: Turn) -> bool:
    """Whether it was still being sent when the caller began, and was sent no further, unfinished."""
    since_ns = turn.start_ns - SENDING_NS
    begun = [piece for piece in view.pieces if piece.arrived_ns < turn.start_ns and piece.end_ns > since_ns]
    if not begun or not since_ns <= begun[-1].last_arrived_ns:
        return False
    said = begun[-1]
    if {"response.done", "output_audio.done"} & view.can.shows:
        marks = (h for h in view.received if isinstance(h.signal, AudioDone | TurnDone))
        return not any(said.arrived_ns <= mark.t_ns <= said.last_arrived_ns + GAP_NS for mark in marks)
    before = [piece.end_ns - piece.start_ns for piece in view.pieces if piece.end_ns < said.start_ns]
    heard_out = [long_ns for long_ns in before if long_ns >= GAP_NS]
    return bool(heard_out) and said.end_ns - said.start_ns < MUCH_SHORTER * min(heard_out)


def _followed(view: View, stop_ns: int, limit_ns: int) -> bool:
    """Whether the recording reaches far enough: to the limit if the sound lasts that long, else beyond its end."""
    if stop_ns > limit_ns:
        return view.seen_until_ns >= limit_ns
    return view.watched or view.seen_until_ns >= stop_ns + GAP_NS
