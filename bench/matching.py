"""How long it takes to find what is expected among 100,000 events. `python -m bench.matching`

A call of 100,000 events is made up in memory: turns of a transcript, a tool call and its result, and some hundred
pieces of audio with their words. Each contract is asked of it by the check itself, with its explanation where it fails,
and beside it by a naive matcher, which looks at the whole log again for every item: it lists all that fits, then takes
the first behind the item before; it tries a run and a chain from every beginning, and matches a group anew for every
event. Processor time, the least of several rounds; the naive matcher is given up after 5 s."""

import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from bench.cli import bench
from bench.figures import Figure, Result, Table, ms
from gate.checks.events.counting import EventCount, Times, count
from gate.checks.events.eventlog import fits
from gate.checks.events.in_order import EventsInOrder, Expectation, Group, in_order
from gate.checks.events.never import Bound, EventNever, never
from gate.checks.events.wanted import Wanted, members
from gate.checks.view import View
from gate.core.findings import Verdict
from gate.core.jsons import Json
from gate.core.matchers import Matcher, Where
from gate.core.paths import get
from gate.core.places import Place
from gate.core.plan import Call, Case, Dial
from gate.core.recording import Ending, Event, Note, Recording
from gate.dialects.canonical.dialect import Canonical

EVENTS = 100_000
A_TURN = 200
LIMIT_MS = 1_000.0
GIVEN_UP_S = 5.0
ROUNDS = 3


def made_up() -> list[Event]:
    """The events of a call, a turn after the other."""
    events: list[Event] = []
    while len(events) < EVENTS:
        turn = len(events) // A_TURN
        for name, payload in _turn(turn):
            at = len(events)
            events.append(Event(at, at * 1_000_000, 0, "server_to_client", name, payload, at))
    return events


def _turn(turn: int) -> Iterator[tuple[str, dict[str, Json]]]:
    call_id, response_id = f"c{turn}", f"r{turn}"
    yield "transcript.final", {"role": "caller", "text": f"question {turn}", "response_id": None}
    yield "tool.call", {"call_id": call_id, "name": "lookup", "arguments": {"turn": turn, "day": "Tuesday"}}
    yield "tool.result", {"call_id": call_id, "name": "lookup", "result": {"ok": True, "turn": turn}, "error": None}
    yield "response.started", {"response_id": response_id}
    for piece in range((A_TURN - 6) // 2):
        yield "output_audio.delta", {"duration_ms": 20.0, "rate_hz": 16_000, "response_id": response_id}
        yield "output_transcript.delta", {"role": "agent", "text": f"word {piece}", "response_id": response_id}
    yield "output_transcript.final", {"role": "agent", "text": f"answer {turn}", "response_id": response_id}
    yield "response.done", {"response_id": response_id}


def seen(events: list[Event]) -> View:
    """The call as checks see it: whole, with nothing in it but these events."""
    end = Note(EVENTS + 1, EVENTS * 1_000_000, 0, "call.end", {"end": "finished", "detail": ""})
    ending = Ending("driven", True, EVENTS * 1_000_000)
    recording = Recording("c", 1, "bench", "", (), (end,), (), tuple(events), ending)
    case = Case("c", "t", "tools", "a case", Place("bench", 1, 1), (Call("call", Dial("ws://x")),))
    return View(recording, 0, Canonical.capabilities, {}, case)


def _is(**fields: Json) -> Where:
    return tuple((path.replace("__", "."), Matcher("exact", value)) for path, value in fields.items())


LAST = EVENTS // A_TURN - 1
CALL, RESULT = Expectation("tool.call"), Expectation("tool.result")
SCHEMA: Json = {"type": "object", "required": ["turn"], "properties": {"turn": {"minimum": LAST}}}
CONTRACTS: dict[str, tuple[Wanted, ...]] = {
    "500 calls one after another": (Expectation("tool.call", _is(name="lookup")),) * (LAST + 1),
    "500 words one after another, then a close that is none": (
        Expectation("output_transcript.delta", _is(text="word 7")),
    )
    * (LAST + 1)
    + (Expectation("session.closed"),),
    "any of ten, in the last turn": (
        Group("any_of", tuple(Expectation("tool.call", _is(arguments__turn=LAST + n)) for n in range(10))),
    ),
    "ten in any order, the last of them in the last turn": (
        Group("unordered", tuple(Expectation("tool.call", _is(arguments__turn=LAST - n)) for n in range(10))),
    ),
    "a run that breaks off in every turn": (
        Group("strict", (Expectation("output_audio.delta"), Expectation("output_transcript.delta"), CALL)),
    ),
    "a call and its result by their id, in the last turn": (
        Group("same", (CALL, Expectation("tool.result", _is(result__turn=LAST))), path="call_id"),
    ),
    "a JSON Schema, in the last turn": (Expectation("tool.call", (("arguments", Matcher("schema", SCHEMA)),)),),
    "a text that no piece holds": (Expectation("output_transcript.delta", (("text", Matcher("regex", "thurs")),)),),
}


class GivenUp(Exception):
    """The naive matcher took too long."""


def naive(events: list[Event], wanted: Sequence[Wanted]) -> bool:
    """Whether the contract fits, found out without a thought."""
    began_s, since = time.process_time(), 0
    for one in wanted:
        ends = []
        for end in _naive_ends(events, one, since):
            if time.process_time() - began_s > GIVEN_UP_S:
                raise GivenUp
            ends.append(end)
        behind = [end for end in ends if end is not None and end >= since]
        if not behind:
            return False
        since = min(behind) + 1
    return True


def _naive_ends(events: list[Event], wanted: Wanted, since: int) -> Iterator[int | None]:
    of = members(wanted)
    how = wanted.how if isinstance(wanted, Group) else "any_of"
    for at in range(len(events)):
        match how:
            case "any_of":
                yield at if any(_fits(events[at], one) for one in of) else None
            case "strict":
                run = events[at : at + len(of)]
                whole = len(run) == len(of) and all(_fits(*pair) for pair in zip(run, of, strict=True))
                yield at + len(of) - 1 if whole and at >= since else None
            case "same" if isinstance(wanted, Group):
                yield _naive_chain(events, at, of, wanted.path) if at >= since else None
            case _:
                taken = [event for event in events[since : at + 1] if any(_fits(event, one) for one in of)]
                yield at if all(any(_fits(event, one) for event in taken) for one in of) else None


def _naive_chain(events: list[Event], at: int, of: tuple[Expectation, ...], path: str) -> int | None:
    key, came = get(events[at].payload, path), 0
    for i in range(at, len(events)):
        if _fits(events[i], of[came]) and get(events[i].payload, path) == key:
            came += 1
            if came == len(of):
                return i
    return None


def _fits(event: Event, wanted: Expectation) -> bool:
    return fits(event, wanted.event, wanted.where)


def fastest_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began_ns = time.process_time_ns()
        work()
        times.append(time.process_time_ns() - began_ns)
    return min(times) / 1e6


def _naive_told(events: list[Event], wanted: Sequence[Wanted]) -> str:
    began_s = time.process_time()
    try:
        naive(events, wanted)
    except GivenUp:
        return f"over {GIVEN_UP_S * 1000:.0f}"
    return ms((time.process_time() - began_s) * 1000)


def measure() -> Result:
    events = made_up()
    view = seen(events)
    gc.disable()
    rows, worst = [], 0.0
    for name, wanted in CONTRACTS.items():
        took_ms = fastest_ms(lambda wanted=wanted: in_order(view, EventsInOrder(wanted)))  # type: ignore[misc]
        found = in_order(view, EventsInOrder(wanted)).verdict is Verdict.PASS
        rows.append((name, "found" if found else "explained", ms(took_ms), _naive_told(events, wanted)))
        worst = max(worst, took_ms)
    counted = EventCount("output_audio.delta", (), Times(1, EVENTS))
    absent = EventNever("error", (), Bound("session.closed"), Bound("tool.call"))
    for name, work in (("a count of all pieces", lambda: count(view, counted)),
                       ("an event that never comes", lambda: never(view, absent))):  # fmt: skip
        took_ms = fastest_ms(work)
        rows.append((name, "found", ms(took_ms), ""))
        worst = max(worst, took_ms)
    figure = Figure(f"the costliest contract, over {EVENTS:,} events", worst, LIMIT_MS)
    table = Table(("contract", "", "ms", "naive ms"), tuple(rows))
    return Result(
        "matching", "What is expected, among 100,000 events", "python -m bench.matching", (figure,), (table,),
        (" ".join((__doc__ or "").split("\n\n")[1].split()),),
        {},
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(bench(measure))
