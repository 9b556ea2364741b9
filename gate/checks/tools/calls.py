"""What each of the agent's tool calls got, in order; and that a tool is not called before a turn of the caller's.

Read from the ledger, where a call and its answer are one."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.tools.seen import at_ms, lines, named, unseen
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.jsons import canonical
from gate.core.matchers import Matcher, Where, describe, matches
from gate.core.paths import ABSENT, get
from gate.core.tooling import How
from gate.measures.ledger import Entry


@dataclass(frozen=True, slots=True)
class WantedCall:
    """A call of a tool with such arguments, and what it got: how it was answered, what its result holds by path, what
    the text of its error is."""

    tool: str
    arguments: Where = ()
    answer: How | None = None
    result: Where = ()
    error: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True)
class CallsAnswered:
    """These calls came one behind the other, others in between, and each got what it is to get.

    A decent agent has no say in what a mock answers; it fails here by giving up before the answer that was to come, or
    where its own tool answers something else."""

    CHECK: ClassVar[str] = "calls"
    wanted: tuple[WantedCall, ...]


@dataclass(frozen=True, slots=True)
class CallAfterTurn:
    """No such call before the caller's last word of a turn.

    A decent agent does nothing that it was not asked for, and asks before it changes something."""

    CHECK: ClassVar[str] = "call-after-turn"
    tool: str
    arguments: Where
    turn: int


def answered(view: View, params: CallsAnswered) -> Answer:
    position, taken = 0, list[Entry]()
    for number, wanted in enumerate(params.wanted, 1):
        expected = f"{_described(wanted)} (call {number} of {len(params.wanted)})"
        if nothing := unseen(view, expected):
            return nothing
        behind = view.ledger[position:]
        found = next((at for at, entry in enumerate(behind, position) if _fits(entry, wanted)), None)
        if found is None:
            return _not_found(view, behind, wanted, expected)
        taken.append(view.ledger[found])
        position = found + 1
    everything = ", then ".join(_described(wanted) for wanted in params.wanted)
    return passed(Layer.TOOLS, everything, at=lines(*taken))


def _not_found(view: View, behind: tuple[Entry, ...], wanted: WantedCall, expected: str) -> Answer:
    called = [entry for entry in behind if _is_of(entry, wanted.tool, wanted.arguments)]
    if not called and view.watched:
        actual, next_action = "it was never called, so it got nothing", "see the finding on the calls in order"
        return unknown(Layer.TOOLS, expected, actual, next_action)
    if not called:
        return view.missing(Layer.TOOLS, expected, "it was never called", "see why the call ended early")
    nearest = called[-1]
    at = lines(nearest)
    if nearest.told and nearest.answered_ns is None:
        actual = f"nothing shows what {named(nearest)} got"
        return unknown(Layer.TOOLS, expected, actual, "let a sandbox answer that tool", at=at)
    actual = f"{named(nearest)} at {at_ms(view, nearest.asked_ns)} {_got(nearest)}"
    next_action = "see in tools.json which mock answered, and whether the agent tried again"
    return view.missing(Layer.TOOLS, expected, actual, next_action, at)


def _fits(entry: Entry, wanted: WantedCall) -> bool:
    if not _is_of(entry, wanted.tool, wanted.arguments):
        return False
    if wanted.answer is not None and entry.how != wanted.answer:
        return False
    if (wanted.result or wanted.error or wanted.answer not in (None, "timeout")) and entry.answered_ns is None:
        return False
    held = all(matches(matcher, get(entry.result, path)) for path, matcher in wanted.result)
    told = entry.error if entry.error is not None else ABSENT
    return held and all(matches(matcher, told) for matcher in wanted.error)


def _is_of(entry: Entry, tool: str, arguments: Where) -> bool:
    return entry.name == tool and all(matches(matcher, get(entry.arguments, path)) for path, matcher in arguments)


def _got(entry: Entry) -> str:
    if entry.answered_ns is None:
        return "was never to be answered (timeout)" if entry.how == "timeout" else "was not answered"
    if entry.error is not None:
        return f"got the error {canonical(entry.error)}"
    return f"got {'the broken text' if entry.how == 'malformed' else 'the result'} {canonical(entry.result)}"


def after_turn(view: View, params: CallAfterTurn) -> Answer:
    expected = f"no call of {_with(params.tool, params.arguments)} before turn {params.turn} was said"
    if nothing := unseen(view, expected):
        return nothing
    turn = view.turn(params.turn)
    calls = [entry for entry in view.ledger if _is_of(entry, params.tool, params.arguments)]
    early = [entry for entry in calls if turn is None or entry.asked_ns < turn.end_ns]
    if early:
        when = f"the turn was over at {at_ms(view, turn.end_ns)}" if turn else "the caller never got to that turn"
        actual = f"{named(early[0])} came at {at_ms(view, early[0].asked_ns)}, and {when}"
        next_action = "have the agent ask before it calls this tool, and wait for the answer"
        return failed(Layer.TOOLS, expected, actual, next_action, at=lines(*early))
    if turn is not None and view.watched:
        return passed(Layer.TOOLS, expected, at=lines(*calls))
    return passed(Layer.TOOLS, expected) if view.whole else view.unproven(Layer.TOOLS, expected)


def _described(wanted: WantedCall) -> str:
    parts = [] if wanted.answer is None else [f"the answer {wanted.answer}"]
    parts += [f"{('result.' + path).rstrip('.')} {describe(matcher)}" for path, matcher in wanted.result]
    parts += [f"error {describe(matcher)}" for matcher in wanted.error]
    return f"{_with(wanted.tool, wanted.arguments)} got {', '.join(parts) or 'anything'}"


def _with(tool: str, arguments: Where) -> str:
    fields = ", ".join(f"{path} {describe(matcher)}" for path, matcher in arguments)
    return f"{tool} with {fields}" if fields else tool
