"""The timeline of a case from its picture: who spoke when, what was called, and where a finding points. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from gate.core.timelines import Moment, Stretch, Timeline
from gate.report.answering import REPLIES
from gate.report.escape import one_line

MOST_MOMENTS: Final = 24
MOST_STRETCHES: Final = 300
WORDS_LIMIT: Final = 100
ARGUMENTS_LIMIT: Final = 60
WHO: Final = {"caller": "caller", "agent": "agent", "heard": "agent"}
SAYS: Final = {"caller": "", "agent": "says ", "heard": "understood "}
MEANT: Final = "finished"

Picture = Mapping[str, Any]


def timeline_of(picture: Picture) -> Timeline:
    """`picture` as `report/picture` makes it. Every text in the timeline is one bounded, terminal-safe line."""
    tools = ((row["from"], row["from"] if row["to"] is None else row["to"]) for row in picture["tools"])
    moments = sorted(_moments(picture), key=lambda moment: (moment.ms, moment.found))
    kept = _near(moments)
    return Timeline(
        ms=picture["ms"],
        caller=_bounded((row["from"], row["to"]) for row in picture["turns"] if not row["typed"]),
        agent=_bounded((start, end) for start, end in picture["sounds"]),
        tools=_bounded(tools),
        moments=tuple(kept),
        left_out=len(moments) - len(kept),
    )


def _bounded(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Where there are too many, the shortest gaps are closed."""
    found = sorted((float(start), float(end)) for start, end in stretches)
    if len(found) <= MOST_STRETCHES:
        return tuple(found)
    gaps = sorted(after[0] - before[1] for before, after in pairwise(found))
    widest = gaps[len(found) - MOST_STRETCHES - 1]
    joined = found[:1]
    for start, end in found[1:]:
        if start - joined[-1][1] <= widest:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def _near(moments: list[Moment]) -> list[Moment]:
    """As many as are read, those nearest to what was found; without a finding the last ones."""
    if len(moments) <= MOST_MOMENTS:
        return moments
    found = [moment.ms for moment in moments if moment.found] or [moments[-1].ms]
    nearest = sorted(moments, key=lambda moment: (not moment.found, min(abs(moment.ms - ms) for ms in found)))
    kept = {id(moment) for moment in nearest[:MOST_MOMENTS]}
    return [moment for moment in moments if id(moment) in kept]


def _moments(picture: Picture) -> Iterator[Moment]:
    yield from _calls(picture["calls"])
    for row in picture["words"]:
        how = f"{row['how']} " if row["how"] else SAYS[row["who"]]
        yield Moment(row["at"], WHO[row["who"]], f'{how}"{one_line(row["text"], WORDS_LIMIT)}"')
    for row in picture["spans"]:
        yield _heard(row)
    for row in picture["tools"]:
        yield Moment(row["from"], "tool", _tool(row))
    for row in picture["discarded"]:
        yield Moment(row["at"], "agent", f"{row['ms']} ms of its audio are thrown away unheard")
    for row in picture["budgets"]:
        if row["verdict"] in ("fail", "expired"):
            yield Moment(row["at"], "time", one_line(f"{row['what']}: its {row['text']} are over"))
    for row in picture["marks"]:
        yield Moment(row["at"], "found", one_line(f"{row['name']} (wire.jsonl line {row['line']})"), found=True)


def _calls(rows: list[Picture]) -> Iterator[Moment]:
    for row in rows:
        if len(rows) > 1:
            yield Moment(row["from"], "call", f"{row['call'] + 1} of {len(rows)}, {one_line(row['name'] or 'unnamed')}")
        if row["end"] not in ("", MEANT):
            why = f": {one_line(row['detail'])}" if row["detail"] else ""
            yield Moment(row["to"], "call", f"{row['call'] + 1} ends, {one_line(row['end'])}{why}")


def _heard(row: Picture) -> Moment:
    if row["kind"] == "interruption":
        return Moment(row["to"], "agent", f"is silent: {one_line(row['text'])} after the interruption began")
    return Moment(row["from"] if row["ms"] < 0 else row["to"], "agent",
                  f"is heard: {one_line(row['text'])} after the caller's last word")  # fmt: skip


def _tool(row: Picture) -> str:
    got = REPLIES.get(row["reply"], row["how"])
    asked = f"{one_line(row['name'], ARGUMENTS_LIMIT)} {one_line(row['arguments'], ARGUMENTS_LIMIT)}"
    took = "" if row["to"] is None else f" after {row['to'] - row['from']:.0f} ms"
    return f"{asked} → {got}{took}" if got else f"{asked}{took}"
