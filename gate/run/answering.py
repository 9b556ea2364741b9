"""What the tool calls of a run got, and what of the manifest none of them touched. Pure."""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Final, cast

from gate.core.findings import CaseResult, ToolAnswer, Verdict
from gate.core.plan import Case, Claim, Plan
from gate.core.recording import Event, Recording
from gate.core.tooling import How, Mock, Via
from gate.measures.ledger import ledger

ALMOST: Final = 0.8


def answers_of(recording: Recording) -> tuple[ToolAnswer, ...]:
    """One for each tool call of the case, in the order in which they came."""
    calls: dict[int, list[Event]] = {}
    for event in recording.events:
        calls.setdefault(event.call, []).append(event)
    return tuple(
        ToolAnswer(entry.name, cast(Via, entry.via), entry.reply, cast(How | None, entry.how), entry.mock,
                   entry.step, entry.steps)
        for events in calls.values()
        for entry in ledger(events).entries
    )  # fmt: skip


def remarks(plan: Plan, results: Collection[CaseResult]) -> tuple[str, ...]:
    """Mocks that no call used, answers of a sequence that were never reached, and writes and ids of tools that nobody
    called: in cases that were driven and that speak of tools. A mock of one case alone is told of in that case, unless
    a part of it was used. And what is forbidden of a tool whose name looks misspelt."""
    driven = {result.id for result in results if result.evidence and result.verdict is not Verdict.SKIP}
    cases = [case for case in plan.cases if case.id in driven and any(claim.check == "mocks" for claim in case.claims)]
    reached: dict[str, int] = {}
    for answer in (answer for result in results if result.id in driven for answer in result.answers):
        if answer.mock is not None:
            reached[answer.mock] = max(reached.get(answer.mock, 0), answer.step)
    own = {place for case in cases for place in _own(case)}
    called = {answer.tool for result in results if result.id in driven for answer in result.answers}
    judged = [case for case in plan.cases if case.id in driven]
    known = called | {mock.tool for mock in _mocks(judged)}
    return (*_told(_mocks(cases), reached, own), *_uncalled(cases, called), *_misspelt(judged, known))


def _uncalled(cases: list[Case], called: set[str]) -> Iterator[str]:
    """What is claimed of a tool by its name alone, and was put to no test, perhaps because the name is misspelt. A tool
    that has a mock is told of by that."""
    known = called | {mock.tool for mock in _mocks(cases)}
    named: dict[str, set[str]] = {}
    for case in cases:
        for key, tools in (("tools.writes", case.tools.writes), ("tools.ids", case.tools.ids)):
            for tool in tools:
                named.setdefault(tool, set()).add(key)
    for tool, keys in named.items():
        if tool not in known:
            names = "names" if len(keys) == 1 else "name"
            yield f"{' and '.join(sorted(keys))} {names} {tool}, and no call of this run was of that tool"


def _misspelt(cases: list[Case], known: set[str]) -> Iterator[str]:
    """What must never be called, or not so often, by a name that is almost one of the known: it holds whatever the
    agent does."""
    named = {(tool, str(claim.place)) for case in cases for claim in case.claims for tool in _bounded(claim)}
    for tool, place in sorted(named, key=lambda one: one[1]):
        if tool not in known and (close := get_close_matches(tool, sorted(known), 1, ALMOST)):
            yield f"{place}: nothing in this run calls or mocks the tool {tool}: did you mean {close[0]}?"


def _bounded(claim: Claim) -> Iterator[str]:
    where = claim.params.get("where")
    if claim.check not in ("never", "count") or not isinstance(where, list):
        return
    for path, matcher in (one for one in where if isinstance(one, list) and len(one) == 2):
        if path == "name" and isinstance(matcher, dict) and matcher.get("kind") == "exact":
            yield str(matcher.get("value"))


def _mocks(cases: Iterable[Case]) -> tuple[Mock, ...]:
    return tuple({str(mock.place): mock for case in cases for mock in case.tools.mocks}.values())


def _own(case: Case) -> Iterator[str]:
    """The places of the mocks that this case has for itself."""
    for claim in case.claims:
        mocks = claim.params.get("mocks") if claim.check == "mocks-used" else None
        for mock in mocks if isinstance(mocks, list) else ():
            yield str(mock[1]) if isinstance(mock, list) else ""


def _told(mocks: Iterable[Mock], reached: dict[str, int], own: set[str]) -> Iterator[str]:
    for mock in sorted(mocks, key=lambda mock: mock.place):
        place, total = str(mock.place), len(mock.answers)
        step = reached.get(place, 0)
        if not step and place not in own:
            yield f"{place}: no call of this run used this mock of {mock.tool}"
        elif 0 < step < total:
            one = step + 1 == total
            left = f"answer {total}" if one else f"answers {step + 1} to {total}"
            yield f"{place}: {left} of {total} of this mock of {mock.tool} {'was' if one else 'were'} never reached"
