"""How many calls there are at a time. A case that makes several at once waits until it has room for all of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Slots:
    """Room for `count` calls. Whoever asked first is served first: many small cases keep no large one waiting."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = asyncio.Semaphore(count)
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def taken(self, calls: int) -> AsyncIterator[None]:
        """Room for so many calls, or all there is, for as long as the block lasts."""
        held, wanted = 0, min(max(1, calls), self._count)
        try:
            async with self._turn:
                while held < wanted:
                    await self._free.acquire()
                    held += 1
            yield
        finally:
            for _ in range(held):
                self._free.release()
