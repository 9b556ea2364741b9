"""Cases about what calls have to do with one another: callers at once do not disturb one another, and the first call
after a start is answered like the second."""

from dataclasses import replace

from gate.checks import claim
from gate.checks.company import SLOWER_MS, Because, PromptAlike, ServedAlike
from gate.checks.replies import Replied
from gate.checks.speech import Answered
from gate.core.plan import Call, Case, Claim, Lane, Leave, Wait
from gate.suites.brief import Brief
from gate.suites.foundation import LISTEN, foundation

AT_ONCE = "callers at once do not disturb one another"
COLD = "the first call after a start is answered like the second"
AUDIBLE_FOR_MS = 300.0
NOT_STARTED = "not proven: the agent was not started by the gate (start:), so which call is its first is not known"


def at_once(brief: Brief, crowds: tuple[int, ...], slower_ms: float | None) -> Case:
    """One caller alone, to compare with; then as many at the same time as each of `crowds` says. It blocks how much
    later than the one they are answered, if the manifest says how much is too much."""
    calls, claims = [_asks(brief, "alone")], [*foundation(brief, ()), _answered(brief, 0)]
    for crowd in crowds:
        numbers = tuple(range(len(calls), len(calls) + crowd))
        calls += [
            replace(_asks(brief, f"{nth} of {crowd} at once"), beside=nth > 1) for nth in range(1, crowd + 1)
        ]  # fmt: skip
        claims += _alike(brief, 0, numbers, f"with {crowd} callers on the line at once", "callers-disturb", slower_ms)
    return _case(brief, AT_ONCE, calls, claims, Lane.PARALLEL)


def cold(brief: Brief, slower_ms: float | None) -> Case:
    """Driven before all others: nobody else may warm the agent up."""
    if brief.target.start is None:
        return replace(_case(brief, COLD, [], [], Lane.PARALLEL), skip=NOT_STARTED)
    calls = [_asks(brief, "first call after the start"), _asks(brief, "second call")]
    claims = [
        *foundation(brief, (), call=1), _answered(brief, 1),
        *_alike(brief, 1, (0,), "in the first call after the start", "cold-start", slower_ms),
    ]  # fmt: skip
    return _case(brief, COLD, calls, claims, Lane.FIRST)


def _asks(brief: Brief, name: str) -> Call:
    """A caller who asks one question and leaves when it hears an answer; it claims no absence, so need not linger."""
    heard = Wait("audible", ms=AUDIBLE_FOR_MS) if brief.capabilities.speaks else Wait("turn_done")
    call = brief.call(name, LISTEN, brief.say("hello", ()), heard, Leave())
    return replace(call, budgets=replace(call.budgets, linger_ms=0.0))


def _answered(brief: Brief, call: int) -> Claim:
    return claim(Answered(1) if brief.capabilities.speaks else Replied(1), brief.place(()), call=call)


def _alike(
    brief: Brief, control: int, calls: tuple[int, ...], situation: str, because: Because, slower_ms: float | None
) -> list[Claim]:  # fmt: skip
    """Decent agents differ in how much slower a crowd, or a cold start, makes them: unless a limit is given, that is
    only shown."""
    made = [claim(ServedAlike(control, calls, situation, because), brief.place(()), call=calls[0])]
    if brief.capabilities.speaks:
        params = PromptAlike(control, calls, situation, because, slower_ms or SLOWER_MS)
        made.append(claim(params, brief.place(()), call=calls[0], blocks=slower_ms is not None))
    return made


def _case(brief: Brief, name: str, calls: list[Call], claims: list[Claim], lane: Lane) -> Case:
    return Case(
        brief.case_id(name), brief.target.name, brief.suite, name, brief.place(()), tuple(calls), tuple(claims),
        brief.tools, lane,
    )  # fmt: skip
