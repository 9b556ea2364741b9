"""What lies on the lanes of a picture: calls, the caller's turns, the agent's sounds, tool calls. Pure."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from gate.core.jsons import Json
from gate.core.plan import Case
from gate.measures.entries import Entry
from gate.measures.facts import Facts
from gate.measures.interruption import talking
from gate.report.picture.axis import Axis, shown

JOINED_MS: Final = 200.0
"""Sounds this near one another are drawn as one."""
MOST_TOOLS: Final = 300

Row = dict[str, Json]


def calls(case: Case, facts: Mapping[int, Facts], axis: Axis) -> list[Json]:
    """From the first to the last that was seen of each, and how it ended."""
    rows: list[Json] = []
    for number, one in facts.items():
        if not one.events:
            continue
        ended = next(iter(one.notes("call.end")), None)
        last_ns = max(one.seen_until_ns, one.events[-1].t_ns)
        name = case.calls[number].name if number < len(case.calls) else ""
        end: Row = {"end": "", "detail": ""} if ended is None else _end(ended.data)
        rows.append({"call": number, "name": shown(name), "from": axis.ms(one.events[0].t_ns), "to": axis.ms(last_ns),
                     **end})  # fmt: skip
    return rows


def _end(data: Mapping[str, Json]) -> Row:
    return {key: shown(str(data.get(key, ""))) for key in ("end", "detail")}


def turns(facts: Facts, axis: Axis) -> Iterator[Row]:
    for turn in facts.turns:
        yield {"call": facts.call, "turn": turn.number, "from": axis.ms(turn.start_ns), "to": axis.ms(turn.end_ns),
               "words": shown(turn.clip.words), "clip": shown(turn.clip.name), "typed": not turn.clip.name,
               "interrupts": talking(facts, turn)}  # fmt: skip


def sounds(facts: Facts, axis: Axis) -> list[list[Json]]:
    """[from, to] of what could be heard of the agent."""
    joined: list[list[float]] = []
    for piece in facts.pieces:
        for start_ns, end_ns in piece.sounds:
            start, end = axis.ms(start_ns), axis.ms(end_ns)
            if joined and start - joined[-1][1] < JOINED_MS:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([start, end])
    return [[start, end] for start, end in joined]


def discarded(facts: Facts, axis: Axis) -> Iterator[Row]:
    """Where the agent's audio was thrown away unheard, and how much of it."""
    for cut in facts.speech.cuts:
        yield {"at": axis.ms(cut.t_ns), "ms": round(cut.unheard_ns / 1e6), "line": cut.frame + 1}


def tools(facts: Facts, axis: Axis) -> Iterator[Row]:
    """Every tool call with what it got. `to` is null where it got nothing that was seen."""
    for entry in islice(facts.ledger, MOST_TOOLS):
        to_ms = None if entry.answered_ns is None else axis.ms(entry.answered_ns)
        yield {"call": facts.call, "from": axis.ms(entry.asked_ns), "to": to_ms,
               "name": shown(entry.name, 200), "arguments": _pretty(entry.arguments), "result": _result(entry),
               "how": entry.how or "", "reply": entry.reply, "via": entry.via, "mock": shown(entry.mock or ""),
               "step": entry.step, "steps": entry.steps, "id": shown(entry.call_id, 200),
               "line": entry.at + 1}  # fmt: skip


def _result(entry: Entry) -> str:
    if entry.error is not None:
        return shown(entry.error)
    return _pretty(entry.result) if entry.answered_ns is not None else ""


def _pretty(value: Json) -> str:
    return shown(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1))
