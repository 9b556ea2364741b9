"""How soon the agent answers: from the last speech sample of the caller's clip to what came of it. Pure.

Signed: negative when the agent began before the caller had finished. What came first and what could first be heard are
two numbers: agents send silence ahead of words. An end of speech is known to the 10 ms frames of the clip's segments
(fixtures/segments.py), an arrival to the stamp of a reader that never waits (session/drive.py)."""

from collections.abc import Iterator
from statistics import median

from gate.audio.playback import AUDIBLE_DBFS
from gate.core.frames import Opcode
from gate.core.measurement import Measurement
from gate.core.signals import Configured, Ready
from gate.measures.facts import Facts, Turn
from gate.measures.pieces import Piece

CLIP_MS = 10.0
STAMP_MS = 1.0
EDGE_MS = 1.0

FROM_SPEECH = "from the last speech sample of the clip, as it was sent"
FIRST_BYTE = f"{FROM_SPEECH}, to the arrival of the first audio frame of the answer"
FIRST_AUDIBLE = f"{FROM_SPEECH}, to the first sample above {AUDIBLE_DBFS:g} dBFS of the answer, as played"


def latencies(facts: Facts) -> Iterator[Measurement]:
    """`ready` and `configured` of the call, `first_byte` and `first_audible` of each turn, and over all turns their
    median and worst."""
    yield from _opening(facts)
    bytes_ms: list[Measurement] = []
    audible_ms: list[Measurement] = []
    for turn in facts.turns:
        bytes_ms.append(_first_byte(facts, turn))
        audible_ms.append(first_audible(facts, turn))
        yield from (bytes_ms[-1], audible_ms[-1])
    yield from _overall("first_byte", bytes_ms, facts)
    yield from _overall("first_audible", audible_ms, facts)


def answer_of(facts: Facts, turn: Turn) -> tuple[int, Piece] | None:
    """When the answer to a turn was first heard, and the piece that it is: the first that began after the turn did and
    went on behind its last word, or that resumed behind it. None where nothing answers."""
    until_ns = facts.turn_limit_ns(turn.number)
    for piece in facts.pieces:
        if piece.arrived_ns >= turn.start_ns and piece.start_ns < until_ns and piece.end_ns > turn.end_ns:
            return piece.start_ns, piece
        resumed = [at_ns for at_ns in piece.resumed_ns if turn.end_ns <= at_ns < until_ns]
        if resumed:
            return resumed[0], piece
    return None


def uncertainty_ms(facts: Facts, turn: Turn) -> float:
    """Of a time from the turn's last word: the clip's own resolution, the stamp, and how late the gate sent that word,
    since an agent that counts samples heard it when it was due."""
    return CLIP_MS + STAMP_MS + facts.lateness_ms(turn.at[1], turn.at[1])


def _opening(facts: Facts) -> Iterator[Measurement]:
    dialled = next((f for f in facts.recording.frames if f.call == facts.call and f.opcode is Opcode.UPGRADE), None)
    if dialled is None:
        return
    for name, kind in (("ready", Ready), ("configured", Configured)):
        found = facts.first(kind)
        if found is not None:
            took_ms = (found.t_ns - dialled.t_ns) / 1e6
            basis = "from dialling to the arrival of the message"
            yield Measurement(name, "ms", took_ms, 2 * STAMP_MS, basis, call=facts.call, at=(found.frame,))


def _first_byte(facts: Facts, turn: Turn) -> Measurement:
    answer = answer_of(facts, turn)
    value: float | None = None
    if answer is None:
        basis = "no answer to this turn was heard"
    elif (opened_ns := _opened_ns(answer)) is None or opened_ns < turn.start_ns:
        basis = "the agent streams without a pause, silence too, so that no frame is the first of its answer"
    else:
        value, basis = (opened_ns - turn.end_ns) / 1e6, FIRST_BYTE
    return Measurement("first_byte", "ms", value, uncertainty_ms(facts, turn), basis, call=facts.call,
                       turn=turn.number, at=_at(turn, answer))  # fmt: skip


def _opened_ns(answer: tuple[int, Piece]) -> int | None:
    heard_ns, piece = answer
    return piece.opened_ns if heard_ns == piece.start_ns else heard_ns


def first_audible(facts: Facts, turn: Turn) -> Measurement:
    answer = answer_of(facts, turn)
    value = None if answer is None else (answer[0] - turn.end_ns) / 1e6
    basis = FIRST_AUDIBLE if answer else "no answer to this turn was heard"
    return Measurement("first_audible", "ms", value, uncertainty_ms(facts, turn) + EDGE_MS, basis, call=facts.call,
                       turn=turn.number, at=_at(turn, answer))  # fmt: skip


def _at(turn: Turn, answer: tuple[int, Piece] | None) -> tuple[int, ...]:
    return (*turn.at, answer[1].frame) if answer else turn.at


def _overall(name: str, turns: list[Measurement], facts: Facts) -> Iterator[Measurement]:
    values = [one.value for one in turns if one.value is not None]
    if not values:
        return
    missing = len(turns) - len(values)
    told = f"over {len(values)} of {len(turns)} turns" if missing else f"over {len(values)} turns"
    off = max(one.uncertainty for one in turns if one.value is not None)
    yield Measurement(f"{name}_median", "ms", median(values), off, told, call=facts.call)
    yield Measurement(f"{name}_worst", "ms", max(values), off, told, call=facts.call)
