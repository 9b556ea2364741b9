"""One call of the reference agent on a socket: the mind is told what comes and woken when it wants to be, and what it
gives is sent. The tools that it runs itself are called beside that, and given up with the call."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed

from gate.audio.pcm import Samples
from gate.reference.errands import TRACE, Runner, done
from gate.reference.mind import Close, Mind, Output, Utterance
from gate.reference.waiting import Errand
from gate.reference.wirelog import CallLog
from gate.session.arrival import StampedServer


@dataclass
class Conversation:
    line: StampedServer
    mind: Mind
    words: Callable[[Samples], Awaitable[str | None]]
    runner: Runner | None = None
    log: CallLog | None = None
    _heard: asyncio.Event = field(default_factory=asyncio.Event)
    _beside: set[asyncio.Task[None]] = field(default_factory=set)

    async def hold(self) -> None:
        """Returns when the call is over."""
        self._go(self._speak())
        try:
            await self._listen()
        finally:
            for task in self._beside:
                task.cancel()
            await asyncio.gather(*self._beside, return_exceptions=True)

    def _go(self, deed: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(deed)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            going = await self._utter(self.mind.opened(time.monotonic_ns()))
            while going:
                data, t_ns = await self.line.take()
                if self.log:
                    self.log.took(data, t_ns)
                going = await self._utter(self.mind.hear(data, time.monotonic_ns()))
                self._heard.set()

    async def _speak(self) -> None:
        """Wakes the mind when it wants to be woken."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionClosed):
            while True:
                self._heard.clear()
                wake_ns = self.mind.wake_ns
                now_ns = time.monotonic_ns()
                if wake_ns is not None and wake_ns <= now_ns:
                    if not await self._utter(self.mind.wake(now_ns)):
                        return
                    continue
                alarm = loop.call_later((wake_ns - now_ns) / 1e9, self._heard.set) if wake_ns is not None else None
                await self._heard.wait()
                if alarm:
                    alarm.cancel()

    async def _run(self, errand: Errand) -> None:
        assert self.runner is not None, "the mind runs errands only where somebody does them"
        request = self.line.request
        traceparent = request.headers.get(TRACE) if request else None
        answer = await done(self.runner, errand, traceparent)
        if answer is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._utter(self.mind.answered(errand.call_id, *answer, time.monotonic_ns()))
            self._heard.set()

    async def _utter(self, out: list[Output]) -> bool:
        """Sends what the mind gave, and runs its errands; False once the call is over."""
        for item in out:
            match item:
                case Errand():
                    self._go(self._run(item))
                case Utterance(samples):
                    words = await self.words(samples)
                    if not await self._utter(self.mind.understood(words, time.monotonic_ns())):
                        return False
                case Close(code, reason):
                    await self._close(code, reason)
                    return False
                case str() | bytes():
                    if self.log:
                        self.log.gives(item, time.monotonic_ns())
                    await self.line.send(item)
        return True

    async def _close(self, code: int | None, reason: str) -> None:
        if self.log:
            self.log.ends(code, time.monotonic_ns())
        if code is None:
            self.line.transport.abort()
        else:
            await self.line.close(code, reason)
