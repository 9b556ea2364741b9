"""The event log as it is shown: what comes by the hundred is one line, so that what comes once can be found. Pure."""

import json
from collections.abc import Sequence
from typing import Final

from gate.core.jsons import Json
from gate.core.recording import Event
from gate.report.picture.axis import Axis, shown

MOST_ROWS: Final = 2_000
MOST_DETAIL: Final = 400
FOLDED: Final = frozenset({"input_audio.accepted", "mark", "mark.played", "network", "pong", "metadata", "other"})

Row = list[Json]


def log(events: Sequence[Event], axis: Axis, pointed: frozenset[int]) -> dict[str, Json]:
    """`rows`: [at, direction, name, detail, line, call, count, until]; `more`: how many are left out. Between two other
    events all of one kind are one row, at the first of them, but for those that a finding points at (`pointed`: lines
    of the recording)."""
    folded: list[list[Event]] = []
    running: dict[tuple[int, str, str], list[Event]] = {}
    folds = {name: is_folded(name) for name in {event.name for event in events}}
    for event in events:
        if not folds[event.name] or event.at in pointed:
            folded.append([event])
            running.clear()
        elif alike := running.get(key := (event.call, event.direction, event.name)):
            alike.append(event)
        else:
            running[key] = [event]
            folded.append(running[key])
    kept = folded[:MOST_ROWS] + [alike for alike in folded[MOST_ROWS:] if alike[0].at in pointed]
    return {"rows": [_row(alike, axis) for alike in kept], "more": len(folded) - len(kept)}


def is_folded(name: str) -> bool:
    return name.endswith(".delta") or name in FOLDED


def _row(alike: list[Event], axis: Axis) -> Row:
    first, name = alike[0], shown(alike[0].name, 100)
    heard_ms = sum(_sound_ms(event) for event in alike)
    detail = json.dumps(first.payload, ensure_ascii=False) if first.payload else ""
    detail = f"{heard_ms / 1000:.2f} s of audio" if heard_ms else shown(detail, MOST_DETAIL)
    at, until = axis.ms(first.t_ns), axis.ms(alike[-1].t_ns)
    return [at, first.direction, name, detail, first.at + 1, first.call, len(alike), until]


def _sound_ms(event: Event) -> float:
    duration_ms = event.payload.get("duration_ms") if event.name == "output_audio.delta" else None
    return float(duration_ms) if isinstance(duration_ms, int | float) else 0.0
