"""What an interruption does: when the agent falls silent, and how much of its audio was left. Pure.

Only what the agent was saying when the caller began counts: an answer that follows at once is no talking on."""

from collections.abc import Iterator
from typing import Final

from gate.core.measurement import Measurement
from gate.measures.facts import Facts, Turn
from gate.measures.latency import CLIP_MS, EDGE_MS, STAMP_MS
from gate.measures.pieces import BREATH_NS, GAP_NS, Piece

BASIS: Final = "from the caller's first speech sample, as it was sent, to the agent's last audible sample, as played"


def interruptions(facts: Facts) -> Iterator[Measurement]:
    """For each turn that began while the agent was audible: `barge_in_stop`, `buffered_at_interruption` (received and
    not yet played when the caller began) and `discarded` (thrown away unheard by the cancel)."""
    for turn in facts.turns:
        if not talking(facts, turn):
            continue
        yield barge_in_stop(facts, turn)
        left_ms = facts.speech.ahead_ns(turn.start_ns) / 1e6
        yield Measurement("buffered_at_interruption", "ms", left_ms, STAMP_MS,
                          "audio that had arrived before the caller's first speech sample, and was not played yet",
                          call=facts.call, turn=turn.number, at=turn.at)  # fmt: skip
        limit_ns = facts.turn_limit_ns(turn.number)
        cuts = [cut for cut in facts.speech.cuts if turn.start_ns <= cut.t_ns < limit_ns]
        if cuts:
            yield Measurement("discarded", "ms", sum(cut.unheard_ns for cut in cuts) / 1e6, STAMP_MS,
                              "audio that had arrived and was thrown away unheard by the agent's cancel",
                              call=facts.call, turn=turn.number, at=tuple(cut.frame for cut in cuts))  # fmt: skip


def barge_in_stop(facts: Facts, turn: Turn) -> Measurement:
    """Right-censored where the recording ends before the sound does."""
    stop_ns = stopped_ns(facts, turn)
    censored = stop_ns > facts.seen_until_ns
    value = (min(stop_ns, facts.seen_until_ns) - turn.start_ns) / 1e6
    basis = f"{BASIS}; it was still audible when the recording ends" if censored else BASIS
    return Measurement("barge_in_stop", "ms", value, CLIP_MS + STAMP_MS + EDGE_MS, basis,
                       "at least" if censored else "", facts.call, turn.number, turn.at)  # fmt: skip


def spoken_over(facts: Facts, turn: Turn) -> list[Piece]:
    """What the agent said while the caller spoke."""
    return [piece for piece in facts.pieces if piece.arrived_ns < turn.end_ns and piece.end_ns > turn.start_ns]


def talking(facts: Facts, turn: Turn) -> bool:
    """Whether the agent was in the middle of its words when the caller began."""
    return any(piece.arrived_ns < turn.start_ns for piece in spoken_over(facts, turn))


def stopped_ns(facts: Facts, turn: Turn) -> int:
    """When the sound that was interrupted ended: what begins after the caller's last word, and after a breath, is an
    answer, and so is what begins after a longer silence."""
    stopped = turn.start_ns
    if not talking(facts, turn):
        return stopped
    for piece in spoken_over(facts, turn):
        for start_ns, end_ns in piece.within(turn.start_ns, 2**63):
            if start_ns - stopped >= (BREATH_NS if start_ns >= turn.end_ns else GAP_NS):
                return stopped
            stopped = max(stopped, end_ns)
    return stopped
