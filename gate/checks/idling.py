"""What becomes of a caller who is silent for a while: the line stays open, or is closed as it should be. Pure."""

from dataclasses import dataclass, replace
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unproven_here
from gate.checks.view import View
from gate.core.ends import CallEnd
from gate.core.findings import Layer
from gate.core.signals import Closed, HungUp

ERROR_CODES = (1002, 1003, 1006, 1007, 1009, 1010, 1011, 1014, 1015)
"""RFC 6455 section 7.4.1 and IANA: what went wrong. A silent caller did nothing wrong."""

SYMPTOM = "idle-dropped"


@dataclass(frozen=True, slots=True)
class IdleCallerKept:
    """A caller who says nothing for `ms` is kept, or told by a close frame: with one of `codes`, or, without any, with
    none that stands for an error."""

    CHECK: ClassVar[str] = "idle"
    ms: float
    codes: tuple[int, ...] = ()


def kept(view: View, params: IdleCallerKept) -> Answer:
    good = " or ".join(map(str, params.codes)) or "a code that is no error"
    expected = f"a caller who is silent for {params.ms / 1000:g} s is kept, or the line is closed with {good}"
    closed = view.closed_by_agent
    if closed is not None and isinstance(closed.signal, Closed):
        return _closed(view, params, expected, closed.signal.code, (closed.frame,))
    if view.first(HungUp):
        return passed(Layer.CLOSE, expected, "the agent hung up by a message")
    if view.end is CallEnd.FINISHED:
        return passed(Layer.CLOSE, expected, "it stayed open")
    if view.end is CallEnd.EXPIRED:
        actual = "the agent did not fall silent itself, so nobody was idle"
        return unproven_here(Layer.CLOSE, expected, actual, "see what it says, in transcript.txt")
    return view.unproven(Layer.CLOSE, expected)


def _closed(view: View, params: IdleCallerKept, expected: str, code: int | None, at: tuple[int, ...]) -> Answer:
    is_good = code in params.codes if params.codes else code is not None and code not in ERROR_CODES
    if is_good:
        return passed(Layer.CLOSE, expected, f"closed with {code}", at=at)
    after = f"{view.since_start_ms(view.closed.t_ns) if view.closed else 0:.0f} ms after the call began"
    what = "the connection was dropped without a close frame" if code is None else f"closed with {code}"
    todo = "tell a caller who is silent for too long by a close frame, with 1000 or a code of your own"
    return replace(failed(Layer.CLOSE, expected, f"{what}, {after}", todo, at=at), symptom=SYMPTOM)
