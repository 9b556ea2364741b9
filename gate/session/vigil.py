"""Looks after one call's session at the agent's backend: before the call, beside it and behind it. Every look is
written down; what it means is decided by a check."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from gate.core.callnames import CallNames
from gate.core.jsons import Json
from gate.core.ports import Backend
from gate.core.probing import Look, Probe, Reading, is_seen
from gate.core.watching import EVERY_NS, Settling, Watch, until_gone
from gate.session.clock import Clock

Note = Callable[[str, int, dict[str, Json]], None]


@dataclass
class Vigil:
    """`names` gives what the call is called by now; `note` writes a decision down with its kind and time. `answered` is
    told when the backend has answered a look beside the call: until then it should be kept up."""

    probe: Probe
    backend: Backend | None
    clock: Clock
    names: Callable[[], CallNames]
    note: Note
    answered: Callable[[], None] = lambda: None
    _before: dict[str, float | None] = field(default_factory=dict)

    async def before(self) -> None:
        """Where sessions are only counted: how many there are without this one."""
        await asyncio.gather(*(self._settle(look) for look in self.probe.looks if look.count is not None))

    async def _settle(self, look: Look) -> None:
        settling = Settling(self.probe.gone_within_ms)
        await self._follow(look, "before", settling.looks(self.clock.now_ns()))
        self._before[look.what] = settling.count
        data: dict[str, Json] = {"what": look.what, "count": settling.count, "settled": settling.settled}
        self.note("probe.before", self.clock.now_ns(), data)

    @contextlib.asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """Looks while the call is up, until its session was seen."""
        looking = asyncio.create_task(self._find())
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _find(self) -> None:
        seen = False
        while not seen:
            if self.names().ready:
                reading = await self._look(self.probe.look, "beside")
                self.answered()
                seen = is_seen(reading, self._before.get(self.probe.look.what))
            await asyncio.sleep(EVERY_NS / 1e9)

    async def behind(self) -> None:
        """Looks until the session is gone, or its time is over."""
        if self.names().ready:
            ended_ns, within_ms, before = self.clock.now_ns(), self.probe.gone_within_ms, self._before
            watches = [(look, until_gone(ended_ns, within_ms, before.get(look.what))) for look in self.probe.looks]
            await asyncio.gather(*(self._follow(look, "behind", watch) for look, watch in watches))

    async def _follow(self, look: Look, phase: str, watch: Watch) -> None:
        at_ns = next(watch)
        with contextlib.suppress(StopIteration):
            while True:
                await asyncio.sleep(max(0.0, (at_ns - self.clock.now_ns()) / 1e9))
                asked_ns = self.clock.now_ns()
                at_ns = watch.send((await self._look(look, phase), asked_ns))

    async def _look(self, look: Look, phase: str) -> Reading:
        assert self.backend is not None, "the plan has a probe, and nobody is there to look"
        names, asked_ns = self.names(), self.clock.now_ns()
        reading = await self.backend.look(look, names)
        self.note("probe", self.clock.now_ns(), told(look, phase, reading, names, asked_ns))
        return reading


def told(look: Look, phase: str, reading: Reading, names: CallNames, asked_ns: int) -> dict[str, Json]:
    """A look as it is written down."""
    return {"what": look.what, "phase": phase, "known_as": names.known_as, "asked_ns": asked_ns, **reading.told}
