"""A call to the sandbox as it arrived, whichever protocol it came by, what it is answered, and how it is held."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from gate.core.jsons import Json
from gate.core.matchers import as_text
from gate.core.tooling import How, Via


@dataclass(frozen=True, slots=True)
class Post:
    """One request: whose address it came to, when, and whether anybody still waits for the answer."""

    t_ns: int
    token: str | None
    headers: dict[str, str]
    gone: asyncio.Event


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as it arrived at `t_ns`. `headers` have small letters. `fault` says why the arguments are none. The first
    of the `traceparents` that is the run's counts."""

    name: str
    arguments: Json
    via: Via
    t_ns: int
    token: str | None = None
    traceparents: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the backend is answered. `value` is the result, the text of the error, or the broken text."""

    status: int
    how: How
    value: Json

    @property
    def error(self) -> str | None:
        return as_text(self.value) if self.how == "error" else None


async def first_of(within_s: float | None, *events: asyncio.Event) -> bool:
    """Whether one of the events is set before the time is over; None waits for ever."""
    if within_s == 0 or any(event.is_set() for event in events):
        return any(event.is_set() for event in events)
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        done, _ = await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        return bool(done)
    finally:
        for wait in waits:
            wait.cancel()
