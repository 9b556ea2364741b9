"""Who said what when: the caller's words are those of its clips, the agent's its own or a recogniser's. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from gate.core.jsons import Json
from gate.core.recording import Event
from gate.measures.facts import Facts
from gate.measures.spoken import Spoken
from gate.report.picture.axis import Axis, shown
from gate.report.picture.lanes import Row

MOST: Final = 1_000
HOW: Final = {"input_text": ("types", "text"), "input_dtmf": ("presses", "digits"), "input_image": ("shows", "name"),
              "input_audio.file": ("sends a file of", "media_type")}  # fmt: skip


def words(calls: Sequence[Facts], axis: Axis) -> list[Json]:
    """{at, who: caller | agent | heard, how, text, call, line}, in the order of time. `heard` is what the agent says
    that it understood."""
    rows = [row for facts in calls for row in (*_caller(facts, axis), *_agent(facts, axis))]
    rows.sort(key=lambda row: (float(str(row["at"])), int(str(row["line"]))))
    return list(rows[:MOST])


def _caller(facts: Facts, axis: Axis) -> Iterator[Row]:
    for event in facts.events:
        payload = event.payload
        if event.name == "caller.speech_start" and payload.get("clip") != "":
            yield _row(event, "caller", "", payload.get("words"), axis)
        elif event.name in HOW and event.direction == "client_to_server":
            how, key = HOW[event.name]
            yield _row(event, "caller", how, payload.get(key), axis)
        elif event.name == "transcript.final":
            yield _row(event, "heard", "", payload.get("text"), axis)


def _row(event: Event, who: str, how: str, text: Json, axis: Axis) -> Row:
    return {"at": axis.ms(event.t_ns), "who": who, "how": how, "text": shown(str(text or "")), "call": event.call,
            "line": event.at + 1}  # fmt: skip


def _agent(facts: Facts, axis: Axis) -> Iterator[Row]:
    spoken = facts.words
    if not isinstance(spoken, Spoken):
        return
    for part in spoken.parts:
        if part.arrivals and part.text:
            first = part.arrivals[0]
            how = "" if part.timed else "as a recogniser wrote down"
            yield {"at": axis.ms(first.t_ns), "who": "agent", "how": how, "text": shown(part.text), "call": facts.call,
                   "line": first.at + 1}  # fmt: skip
