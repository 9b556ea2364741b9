"""The calls of docs/contracts.md: short lines, each at its second, made a recording by the real writer and judged by
the real judge under the claims that stand beside them.

`caller` plays a clip; `agent` sends a message of the canonical dialect, or `says "…"`, which is a whole answer: its
words, some speech, and the mark of its end (it `speaks`: the sound alone; it `closes` the line); `http` and `mcp` are
calls of the agent's backend to the sandbox, `real` is the answer of an endpoint. Every tool call is answered by the
case's own mocks; one that the agent `told` of is not ours to answer. Seconds count from the first event of the call."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate.audio.pcm import pack
from gate.checks.judge import judge
from gate.core.findings import Finding
from gate.core.plan import Case, Plan
from gate.dialects import dialect_of
from gate.reference.voice import load
from gate.tools.desk import Desk, Reply, told
from tests.checks.notation import (
    OPENING,
    Line,
    chunk,
    closed,
    done,
    ended,
    note,
    received,
    recording,
    said,
    sent,
    started,
)

OPENED_MS = -100
ANSWER_MS = 20
SPEECH = "goodbye"
SOUND_MS = 2_000
LINGER_MS = 3_000
LINE = re.compile(r" *(?P<s>\d+\.\d+)  (?P<who>caller|agent|told|real|http|mcp) +(?P<what>.+)")
VERDICT = re.compile(r"=> (?P<verdict>[A-Z]+)(?:  (?P<check>[a-z-]+): (?P<actual>.+))?")
SPEAKS = re.compile(r"speaks(?: (\w+))?")
CLOSES = re.compile(r"closes (\d+)")
SAYS = re.compile(r'says "(.*)"')
BACKEND = re.compile(r"(?P<tool>\w+) (?P<arguments>\{.*\})(?: key=(?P<key>\S+))?")


@dataclass
class Scene:
    """One call of the page, as it is put together."""

    case: Case
    desk: Desk
    turns: int = 0
    responses: int = 0
    calls: int = 0
    asked: str = ""
    closed: bool = False

    def lines(self, text: str) -> Iterator[Line | tuple[Line, ...]]:
        last_ms = 0.0
        for written in text.splitlines():
            if written.startswith("=>") or not written.strip():
                continue
            found = LINE.fullmatch(written)
            assert found, f"no line of a call: {written!r}"
            ms = round(float(found["s"]) * 1000) + OPENED_MS
            made = [one for part in self.line(ms, found["who"], found["what"]) for one in flat(part)]
            last_ms = max([last_ms, *(one.ms for one in made)])
            yield tuple(made)
        end_ms = last_ms + SOUND_MS + LINGER_MS
        if self.closed:
            yield note(end_ms, "call.end", end="finished", detail="", name="call")
        else:
            yield ended("finished", end_ms, linger=LINGER_MS)

    def line(self, ms: float, who: str, what: str) -> Iterator[Line | tuple[Line, ...]]:
        match who:
            case "caller":
                self.turns += 1
                yield said(what, ms, self.turns)
            case "told":
                kind, _, body = what.partition(" ")
                message = json.loads(body)
                yield received(ms, kind, **message)
                yield note(ms, "tool", **told(Reply("theirs"), message["call_id"], message["name"], "socket"))
            case "agent" if speaks := SPEAKS.fullmatch(what):
                yield chunk(ms, pack(load()[SPEECH].samples), speaks[1])
            case "agent" if closes := CLOSES.fullmatch(what):
                self.closed = True
                yield note(ms - 1, "linger", ms=LINGER_MS)
                yield closed(ms, int(closes[1]))
            case "real":
                yield from self.real(ms, *what.split(" ", 1))
            case "agent" if says := SAYS.fullmatch(what):
                yield from self.says(ms, says[1])
            case "agent":
                kind, _, body = what.partition(" ")
                message = json.loads(body or "{}")
                yield received(ms, kind, **message)
                if kind == "tool.call":
                    yield from self.answered(ms, message)
            case _:
                yield from self.backend(ms, who, what)

    def says(self, ms: float, words: str) -> Iterator[Line | tuple[Line, ...]]:
        self.responses += 1
        response = f"r{self.responses}"
        yield started(ms, response)
        yield received(ms, "output_transcript.final", text=words, response_id=response)
        yield chunk(ms, pack(load()[SPEECH].samples), response)
        yield received(ms, "output_audio.done", response_id=response)
        yield done(ms, response)

    def answered(self, ms: float, message: dict[str, Any]) -> Iterator[Line]:
        self.asked = message["call_id"]
        reply = self.desk.answer(message["name"], message["arguments"])
        yield note(ms, "tool", **told(reply, message["call_id"], message["name"], "socket"))
        if reply.answers:
            answer = {"error": reply.error} if reply.error is not None else {"result": reply.result}
            yield sent(ms + ANSWER_MS + reply.delay_ms, type="tool.result", call_id=message["call_id"], **answer)

    def real(self, ms: float, name: str, result: str) -> Iterator[Line]:
        """The answer of the tool that was asked last, from its endpoint through the gate to the agent."""
        answer = {"call_id": self.asked, "result": json.loads(result)}
        yield note(ms, "real.result", name=name, via="socket", status=200, error=None, **answer)
        yield sent(ms, type="tool.result", **answer)

    def backend(self, ms: float, via: str, what: str) -> Iterator[Line]:
        asked = BACKEND.fullmatch(what)
        assert asked, f"no call of a backend: {what!r}"
        self.calls += 1
        name, call_id, arguments = asked["tool"], f"{via}-{self.calls}", json.loads(asked["arguments"])
        reply = self.desk.answer(name, arguments)
        named = {"call_id": call_id, "name": name, "via": via}
        yield note(ms, "sandbox.call", **named, arguments=arguments, idempotency_key=asked["key"], trace_id=None)
        yield note(ms, "tool", **told(reply, call_id, name, via))  # type: ignore[arg-type]
        if reply.answers:
            status = None if via == "mcp" else reply.status if reply.error is not None else 200
            yield note(
                ms + ANSWER_MS + reply.delay_ms, "sandbox.result", **named, result=reply.result, error=reply.error,
                status=status,
            )  # fmt: skip


def flat(line: Line | tuple[Line, ...]) -> tuple[Line, ...]:
    return line if isinstance(line, tuple) else (line,)


def findings(plan: Plan, text: str, folder: Path) -> tuple[Finding, ...]:
    """What the judge says of this call under the plan's only case."""
    (case,) = plan.cases
    lines = Scene(case, Desk(case.tools)).lines(text)
    recorded = recording(folder, *OPENING, *lines, clips=plan.clips)
    return judge(case, recorded, dialect_of(plan.target(case.target)).capabilities, plan.clips)


def verdicts(text: str) -> list[tuple[str, str, str]]:
    """The lines behind `=>`: verdict, check, and what came instead."""
    found = [VERDICT.fullmatch(line) for line in text.splitlines() if line.startswith("=>")]
    assert found, "no verdict is written"
    assert all(found), f"no verdict: {text}"
    return [(one["verdict"], one["check"] or "", one["actual"] or "") for one in found if one]
