"""Cases for a sandbox, and what is written down of them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from gate.core.jsons import Json
from gate.core.places import Place
from gate.core.plan import Case
from gate.core.tooling import Mock, MockAnswer, Sandbox, ToolPlan
from gate.tools.desk import Desk
from gate.world.sandbox_stalls import Stall

HERE = Place("m.yaml", 7, 3)
TRACE = "1" * 32
OTHER_TRACE = "2" * 32


def traceparent(trace_id: str) -> str:
    return f"00-{trace_id}-{'3' * 16}-01"


def mock(tool: str, *answers: MockAnswer, **more: Any) -> Mock:
    return Mock(tool, HERE, answers or (MockAnswer(),), **more)


MOCKS = (
    mock("lookup", MockAnswer("value", {"id": "A-17"})),
    mock("slow", MockAnswer("value", "at last", 60_000)),
    mock("soon", MockAnswer("value", "now", 20)),
    mock("broken", MockAnswer("error", "no luck", 0, 503)),
    mock("garbled", MockAnswer("malformed", '{"id": "A-')),
    mock("silent", MockAnswer("timeout")),
    mock("flaky", MockAnswer("error", "try again"), MockAnswer("value", {"ok": True})),
)


def case(name: str = "a", tie: Literal["address", "traceparent", "alone"] = "address", **more: Any) -> Case:
    plan = ToolPlan(**{"strategy": "all", "mocks": MOCKS, "sandbox": Sandbox(HERE, tie=tie), **more})
    return Case(name, "t", "tools", name, HERE, tools=plan)


@dataclass
class Log:
    """Notes as they were written: kind, time, data."""

    notes: list[tuple[str, int, dict[str, Json]]] = field(default_factory=list)
    _written: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, kind: str, t_ns: int, data: dict[str, Json]) -> None:
        self.notes.append((kind, t_ns, data))
        self._written.set()

    async def noted(self, kind: str, times: int = 1) -> dict[str, Json]:
        """The last note of a kind, once there are so many."""
        async with asyncio.timeout(20):
            while len(self.of(kind)) < times:
                self._written.clear()
                await self._written.wait()
        return self.of(kind)[-1]

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.notes]

    def of(self, kind: str) -> list[dict[str, Json]]:
        return [data for found, _, data in self.notes if found == kind]


@contextmanager
def driven(stall: Stall) -> Iterator[Log]:
    """The case is driven: its log."""
    log = Log()
    with stall.open(Desk(stall.case.tools), log.write):
        yield log
