"""How long things took, as stretches with their number: answers, and interruptions. Pure."""

from collections.abc import Iterator

from gate.core.measurement import Measurement
from gate.measures.facts import Facts, Turn
from gate.measures.interruption import barge_in_stop, talking
from gate.measures.latency import first_audible
from gate.report.picture.axis import Axis
from gate.report.picture.lanes import Row


def spans(facts: Facts, axis: Axis) -> Iterator[Row]:
    """`answer`: from the turn's last word to the first sample heard. `interruption`: from its first word to the last
    sample heard. A negative answer, which began before the turn was over, is a stretch before its last word."""
    for turn in facts.turns:
        answer = first_audible(facts, turn)
        if answer.value is not None:
            yield _span("answer", turn.end_ns, answer, turn, axis)
        if talking(facts, turn):
            yield _span("interruption", turn.start_ns, barge_in_stop(facts, turn), turn, axis)


def _span(kind: str, from_ns: int, number: Measurement, turn: Turn, axis: Axis) -> Row:
    until_ns = from_ns + int((number.value or 0.0) * 1e6)
    first, last = sorted((axis.ms(from_ns), axis.ms(until_ns)))
    return {"kind": kind, "call": number.call, "turn": turn.number, "from": first, "to": last, "text": str(number),
            "ms": round(number.value or 0.0, 1)}  # fmt: skip
