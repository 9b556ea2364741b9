"""One way of a line through weather: bytes are read, wait until they are due, and go on. Deadlines are absolute, by the
loop's clock, so that being late now makes nothing later."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections import deque
from dataclasses import dataclass, field

from gate.core.weather import Course

READ = 16_384
MOST_WAITING = 262_144
"""Beyond so many bytes no more are read: then the network pushes back, as a full one does."""


@dataclass
class Lane:
    course: Course
    began_s: float
    reader: StreamReader
    writer: StreamWriter
    _waiting: deque[tuple[int | None, bytes]] = field(default_factory=deque)
    _size: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until the end of the stream was passed on. Raises OSError if either side resets the line."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take())
            group.create_task(self._give())

    async def _take(self) -> None:
        data = b"-"
        while data:
            while self._size >= MOST_WAITING:
                self._changed.clear()
                await self._changed.wait()
            data = await self.reader.read(READ)
            t_ns = int((asyncio.get_running_loop().time() - self.began_s) * 1e9)
            due_ns = self.course.due_ns(len(data), t_ns) if data else self.course.end_due_ns(t_ns)
            self._waiting.append((due_ns, data))
            self._size += len(data)
            self._changed.set()

    async def _give(self) -> None:
        while True:
            while not self._waiting:
                self._changed.clear()
                await self._changed.wait()
            due_ns, data = self._waiting[0]
            await self._until(due_ns)
            if not data:
                self.writer.write_eof()
                return
            for piece in self.course.pieces(data):
                self.writer.write(piece)
                await self.writer.drain()
            self._waiting.popleft()
            self._size -= len(data)
            self._changed.set()

    async def _until(self, due_ns: int | None) -> None:
        """Until then; for ever for what is never due."""
        loop = asyncio.get_running_loop()
        passed: asyncio.Future[None] = loop.create_future()
        if due_ns is not None:
            at_s = self.began_s + due_ns / 1e9
            if at_s <= loop.time():
                return
            loop.call_at(at_s, _pass, passed)
        await passed


def _pass(passed: asyncio.Future[None]) -> None:
    if not passed.done():
        passed.set_result(None)
