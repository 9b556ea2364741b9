"""How late this process came to its own appointments: on a machine that is too busy, what an agent does late is no
fault of the agent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

BEAT_S = 0.05
WORTH_TELLING_MS = 500.0
BUSY = "busy: "


@dataclass
class Heartbeat:
    """`worst_ms`: by how much the worst beat came late."""

    worst_ms: float = 0.0

    @contextlib.asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            task.cancel()

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + BEAT_S
            await asyncio.sleep(BEAT_S)
            self.worst_ms = max(self.worst_ms, (loop.time() - due_s) * 1000)

    @property
    def told(self) -> str | None:
        """A line for the agent's log, if it came too late to be judged by its times."""
        if self.worst_ms < WORTH_TELLING_MS:
            return None
        return f"{BUSY}the agent came up to {self.worst_ms:.0f} ms late; this machine is too slow for so much at once"
