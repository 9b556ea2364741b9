"""The weather of one line: a TCP proxy on this machine that passes bytes on as a plan says. It never looks into them,
so that TLS passes through untouched. What it did is noted."""

import asyncio
import contextlib
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from gate.core.jsons import Json
from gate.core.weather import MS, WAYS, Course, Loss, Stall, Way, Weather
from gate.world.weather_way import Lane

HERE = "127.0.0.1"
GRACE_S = 0.5
AT_ONCE = struct.pack("ii", 1, 0)
"""A linger of nothing: the socket is closed by a reset."""

Note = Callable[[str, int, dict[str, Json]], None]


@dataclass
class WeatheredLine:
    """From `open` to `close` it stands between one call and its agent. `note` takes kind, time in ns, data."""

    weather: Weather
    note: Note
    _server: asyncio.Server | None = None
    _agent: tuple[StreamReader, StreamWriter] | None = None
    _caller: StreamWriter | None = None
    _lanes: dict[Way, Lane] = field(default_factory=dict)
    _alarms: list[asyncio.TimerHandle] = field(default_factory=list)
    _pumping: asyncio.Task[None] | None = None

    async def open(self, host: str, port: int) -> tuple[str, int]:
        """Connects to the agent; gives the address to dial in its place. Raises OSError where nobody answers."""
        self._agent = await asyncio.open_connection(host, port)
        self._server = await asyncio.start_server(self._joined, HERE, 0)
        here, there = self._server.sockets[0].getsockname()[:2]
        return here, there

    def lose(self, how: Loss) -> None:
        """Now: by a reset to both sides, or so that nothing passes any more and neither side is told."""
        self._told(f"line.{how}")
        if how == "reset":
            self._reset()
        elif self._pumping:
            self._pumping.cancel()

    async def close(self) -> None:
        """The call is over: what is under way is delivered, within reason; then nothing of the line is left."""
        if self._server:
            self._server.close()
        try:
            if self._pumping:
                await self._finish(self._pumping)
        finally:
            for alarm in self._alarms:
                alarm.cancel()
            for writer in self._writers:
                writer.transport.abort()
        held: dict[str, Json] = {way: lane.course.held_ns / MS for way, lane in self._lanes.items()}
        self._told("line.held", **held)

    async def _finish(self, pumping: asyncio.Task[None]) -> None:
        grace_s = (self.weather.slow_close_ms + self.weather.latency_ms + self.weather.jitter_ms) / 1000 + GRACE_S
        await asyncio.wait([pumping], timeout=grace_s)
        pumping.cancel()
        await asyncio.gather(pumping, return_exceptions=True)

    @property
    def _writers(self) -> list[StreamWriter]:
        return [writer for writer in (self._caller, self._agent and self._agent[1]) if writer]

    async def _joined(self, reader: StreamReader, writer: StreamWriter) -> None:
        """The caller has dialled. One line is one connection: a second one finds nobody."""
        if self._caller or not self._agent:
            writer.transport.abort()
            return
        self._caller = writer
        began_s = asyncio.get_running_loop().time()
        ends = {"to_agent": (reader, self._agent[1]), "to_caller": (self._agent[0], writer)}
        self._lanes = {way: Lane(Course(self.weather, way), began_s, *ends[way]) for way in WAYS}
        if self.weather.stall:
            self._announce(self.weather.stall, began_s)
        self._pumping = asyncio.create_task(self._pump())
        with contextlib.suppress(asyncio.CancelledError):
            await self._pumping

    async def _pump(self) -> None:
        """Both ways until both have ended. A side that resets the line resets the other."""
        try:
            async with asyncio.TaskGroup() as group:
                for lane in self._lanes.values():
                    group.create_task(lane.run())
        except* OSError:
            self._reset()

    def _reset(self) -> None:
        for writer in self._writers:
            raw = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            writer.transport.abort()

    def _announce(self, stall: Stall, began_s: float) -> None:
        """Writes down that it begins, and that it is over, as it does."""
        loop, ways = asyncio.get_running_loop(), list[Json](stall.ways)
        times = [("stall.begins", stall.after_ms)]
        times += [("stall.ends", stall.after_ms + stall.for_ms)] if stall.for_ms is not None else []
        for what, at_ms in times:
            self._alarms.append(loop.call_at(began_s + at_ms / 1000, partial(self._told, what, ways=ways)))

    def _told(self, what: str, **data: Json) -> None:
        t_ns = int(asyncio.get_running_loop().time() * 1e9)
        self.note("network", t_ns, {"what": what, **data})
