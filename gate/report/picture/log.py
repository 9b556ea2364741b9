"""The event log as it is shown: what comes by the hundred is one line, so that what comes once can be found. Pure."""

import json
from collections.abc import Iterable
from typing import Final

from gate.core.jsons import Json
from gate.core.recording import Event
from gate.report.picture.axis import Axis, shown

MOST_ROWS: Final = 2_000
MOST_DETAIL: Final = 400
FOLDED: Final = frozenset({"input_audio.accepted", "mark", "mark.played", "network", "pong", "metadata", "other"})

Row = list[Json]


def log(events: Iterable[Event], axis: Axis, pointed: frozenset[int]) -> dict[str, Json]:
    """`rows`: [at, direction, name, detail, line, call, count, until]; `more`: how many are left out. Between two other
    events all of one kind are one row, at the first of them, but for those that a finding points at (`pointed`: lines
    of the recording)."""
    rows: list[Row] = []
    open_rows: dict[tuple[int, str, str], Row] = {}
    heard_ms: dict[int, float] = {}
    for event in events:
        key, folds = (event.call, event.direction, event.name), is_folded(event.name) and event.at not in pointed
        if folds and key in open_rows:
            row = open_rows[key]
            row[6], row[7] = int(str(row[6])) + 1, axis.ms(event.t_ns)
        else:
            row = _row(event, axis)
            rows.append(row)
            open_rows = {**open_rows, key: row} if folds else {}
        heard_ms[id(row)] = heard_ms.get(id(row), 0.0) + _sound_ms(event)
    for row in rows:
        if heard_ms[id(row)]:
            row[3] = f"{heard_ms[id(row)] / 1000:.2f} s of audio"
    kept = _kept(rows, pointed)
    return {"rows": list(kept), "more": len(rows) - len(kept)}


def is_folded(name: str) -> bool:
    return name.endswith(".delta") or name in FOLDED


def _kept(rows: list[Row], pointed: frozenset[int]) -> list[Row]:
    """The first ones, and whatever a finding points at."""
    return rows[:MOST_ROWS] + [row for row in rows[MOST_ROWS:] if int(str(row[4])) - 1 in pointed]


def _row(event: Event, axis: Axis) -> Row:
    at = axis.ms(event.t_ns)
    detail = json.dumps(event.payload, ensure_ascii=False) if event.payload else ""
    return [at, event.direction, shown(event.name, 100), shown(detail, MOST_DETAIL), event.at + 1, event.call, 1, at]


def _sound_ms(event: Event) -> float:
    duration_ms = event.payload.get("duration_ms") if event.name == "output_audio.delta" else None
    return float(duration_ms) if isinstance(duration_ms, int | float) else 0.0
