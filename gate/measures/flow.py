"""How the agent's audio flows: what a caller without a buffer would have heard break off. Pure.

A gap is where, in one response, everything that had arrived was played and nothing more was there. Between sentences
that is no harm; in the middle of a word it is a stall. Clients hide up to some 60 ms of it by a jitter buffer."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from gate.core.measurement import Measurement
from gate.measures.facts import Facts
from gate.measures.latency import STAMP_MS
from gate.measures.pieces import GAP_NS, Gap

HIDDEN_NS: Final = 60_000_000
YIELDING_NS: Final = 1_500_000_000
NEAR_NS: Final = 50_000_000


def flows(facts: Facts) -> Iterator[Measurement]:
    """`stalls`, `longest_stall` and `most_ahead` of the call; nothing where no audio came."""
    if not facts.playback.spans:
        return
    found = stalls(facts)
    basis = (
        "gaps of more than 60 ms in one response, with something audible within 50 ms on either side; without ids, "
        "what comes after a second is another response"
    )
    at = tuple(gap.frame for gap in found)
    yield Measurement("stalls", "count", float(len(found)), 0.0, basis, call=facts.call, at=at)
    if found:
        longest_ms = max(gap.end_ns - gap.start_ns for gap in found) / 1e6
        yield Measurement("longest_stall", "ms", longest_ms, 2 * STAMP_MS, basis, call=facts.call, at=at)
    yield Measurement("most_ahead", "ms", facts.speech.most_ahead_ns / 1e6, STAMP_MS,
                      "the most audio that had arrived and was not played yet", call=facts.call)  # fmt: skip


def stalls(facts: Facts) -> list[Gap]:
    """An agent that falls silent because the caller speaks does not stall, nor does one whose audio was held up."""
    return [
        gap
        for gap in facts.speech.gaps
        if gap.end_ns - gap.start_ns > HIDDEN_NS + facts.held_ms * 1e6
        and (gap.named or gap.end_ns - gap.start_ns < GAP_NS)
        and _in_mid_speech(facts, gap)
        and not facts.caller_spoke(max(_begun_ns(facts, gap), gap.start_ns - YIELDING_NS), gap.end_ns)
    ]


def _begun_ns(facts: Facts, gap: Gap) -> int:
    """When what the gap breaks off had begun to be heard."""
    begun = bisect_right(facts.pieces, gap.start_ns, key=lambda piece: piece.start_ns)
    return facts.pieces[begun - 1].start_ns if begun else gap.start_ns


def _in_mid_speech(facts: Facts, gap: Gap) -> bool:
    sounds = facts.playback.sounds_between(gap.start_ns - NEAR_NS, gap.end_ns + NEAR_NS)
    before = bool(sounds) and sounds[0][0] < gap.start_ns
    after = any(gap.end_ns - NEAR_NS <= start < gap.end_ns + NEAR_NS for start, _ in sounds)
    return before and after
