"""The cases that a sandbox serves, and which of them a call belongs to. Pure: it opens nothing and knows no time.

A call has its case by the token in its address, else by the trace id of its `traceparent`, else because no other case
runs beside one that was promised to be alone. Whatever is not sure is nobody's: a guess could put one case's call into
another's evidence."""

import asyncio
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gate.core.jsons import Json
from gate.core.plan import Case
from gate.core.tooling import ToolPlan
from gate.tools.desk import Desk

Note = Callable[[str, int, dict[str, Json]], None]
"""Writes a decision down: its kind, its time in ns, its data."""

Tell = Callable[[str | None, str, int, dict[str, Json]], None]
"""Writes into the ledger of the run: a case's id or None, and a note."""

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")


def trace_of(traceparent: str | None) -> str | None:
    """The trace id of a header of W3C Trace Context (section 3.2); None for one that says nothing."""
    found = _TRACEPARENT.fullmatch((traceparent or "").strip())
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Nobody:
    """Whose call cannot be told, or whose case does not run: the HTTP status, and why. `case_id` where it was told."""

    status: int
    why: str
    case_id: str | None = None


@dataclass(eq=False)
class Stall:
    """One attempt at a case. It is served while it is open. `over` is set once its calls have ended."""

    case: Case
    trace_id: str
    base: str
    ledger: Tell
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _desk: Desk | None = None
    _note: Note | None = None
    _asked: int = 0

    @property
    def addresses(self) -> dict[str, str]:
        return addresses(f"{self.base}/c/{self.token}")

    @property
    def is_open(self) -> bool:
        return self._desk is not None and not self.over.is_set()

    @property
    def desk(self) -> Desk:
        assert self._desk is not None, "nobody asks a desk before its case is driven"
        return self._desk

    @contextmanager
    def open(self, desk: Desk, note: Note) -> Iterator[None]:
        """Serves calls of this case, answered by its desk, until its driving is over."""
        self._desk, self._note = desk, note
        try:
            yield
        finally:
            self.over.set()

    def number(self, via: str) -> str:
        self._asked += 1
        return f"{via}-{self._asked}"

    def tell(self, kind: str, t_ns: int, data: dict[str, Json]) -> None:
        """Into the ledger of the run, and as long as the case is driven into its recording."""
        self.ledger(self.case.id, kind, t_ns, data)
        self.note(kind, t_ns, data)

    def note(self, kind: str, t_ns: int, data: dict[str, Json]) -> None:
        if self._note is not None and self.is_open:
            self._note(kind, t_ns, data)


def addresses(base: str) -> dict[str, str]:
    """What the references of the manifest stand for."""
    return {"sandbox.http": f"{base}/tools", "sandbox.mcp": f"{base}/mcp"}


class Stalls:
    """All of a run's, those that are over too: a call that comes late is told from one that nobody knows."""

    def __init__(self) -> None:
        self._by_token: dict[str, Stall] = {}
        self._by_trace: dict[str, Stall] = {}

    def add(self, stall: Stall) -> None:
        self._by_token[stall.token] = self._by_trace[stall.trace_id] = stall

    @property
    def running(self) -> list[Stall]:
        return [stall for stall in self._by_token.values() if stall.is_open]

    def plans(self, token: str | None) -> list[ToolPlan]:
        """What the case with this address knows of tools; nothing if there is none."""
        return [stall.case.tools for stall in self._by_token.values() if stall.token == token]

    def knows(self, token: str | None) -> bool:
        return token is None or token in self._by_token

    def known(self, trace_ids: Iterable[str | None]) -> str | None:
        """The first that is of this run, else the first that there is."""
        found = [trace_id for trace_id in trace_ids if trace_id is not None]
        return next((one for one in found if one in self._by_trace), next(iter(found), None))

    def owner(self, token: str | None, trace_id: str | None) -> Stall | Nobody:
        if token is not None:
            return _if_open(self._by_token.get(token))
        if trace_id in self._by_trace:
            return _if_open(self._by_trace[trace_id])
        running = self.running
        if not running:
            return Nobody(409, "no case runs")
        if len(running) == 1 and _alone(running[0]):
            return running[0]
        said = "no traceparent" if trace_id is None else "a traceparent that is none of the run's"
        cases = "a case runs that has" if len(running) == 1 else f"{len(running)} cases run that have"
        return Nobody(409, f"it came to the address that all cases share, with {said}, while {cases} to be told by it")

    def close(self) -> None:
        for stall in self._by_token.values():
            stall.over.set()


def _if_open(stall: Stall | None) -> Stall | Nobody:
    if stall is None:
        return Nobody(404, "no case of this run has this address")
    return stall if stall.is_open else Nobody(410, "its case is not being driven", stall.case.id)


def _alone(stall: Stall) -> bool:
    sandbox = stall.case.tools.sandbox
    return sandbox is None or sandbox.tie == "alone"
