"""A second agent, a bakery, written from the template dialect's description alone. It shares no code with the gate, and
has another voice (espeak-ng), other words and other manners than the reference agent: it greets first, answers any
speech after 3.2 s of silence, takes whatever the caller says next for an order (one tool call over the socket) and says
so once that is answered, sends at the pace of speech and not ahead, has no ids, no marks and no transcripts but of that
one sentence, and stops at any sound. `--hasty` ends a turn after 0.9 s of silence; `--lock=FILE` lets nobody start it a
second time; `--fault=NAME` gives it one of the faults in stranger_faults.py."""

import asyncio
import base64
import json
import sys
import wave
from collections.abc import Coroutine
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

import numpy as np
from stranger_faults import muddled, ordered, spoiled
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

CLIPS = Path(__file__).with_name("clips")
GREETING_SAMPLES = 38_400
LOUD = 500
FAULT = next((word.removeprefix("--fault=") for word in sys.argv if word.startswith("--fault=")), "")
PATIENCE_SAMPLES = 14_400 if "--hasty" in sys.argv or FAULT == "answers-in-pause" else 51_200
ORDER = {"bread": "rye", "day": "Thursday"}
TAKEN = "Your order is in. Come by on Thursday morning."


def voice(name: str) -> np.ndarray:
    with wave.open(str(CLIPS / name)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


class Bakery:
    """What its calls have in common: how many there are, and whether it is still in its right mind."""

    def __init__(self) -> None:
        self.here = 0
        self.broken = False

    async def refuses(self, line: ServerConnection, request: Request) -> Response | None:
        return line.respond(HTTPStatus(500), "no flour\n") if FAULT == "model-down-500" else None

    async def call(self, line: ServerConnection) -> None:
        self.here += 1
        try:
            await self._serve(line, alone=self.here == 1)
        finally:
            self.here -= 1
            code = line.protocol.close_rcvd.code if line.protocol.close_rcvd else None
            self.broken |= (FAULT == "first-call-only" and code is None) or (
                FAULT == "crashes-on-error-close" and code == 1011
            )

    async def _serve(self, line: ServerConnection, *, alone: bool) -> None:
        lost = FAULT == "hangs-on-unknown-path" and line.request is not None and line.request.path != "/"
        if FAULT == "nothing-behind" or self.broken or lost:
            await line.wait_closed()
            return
        await line.send(json.dumps({"type": "session_ready", "session_id": "another-agent"}))
        if FAULT == "model-down-drops":
            line.transport.abort()
        elif FAULT == "model-down-1011":
            await line.close(1011)
        else:
            visit = Visit(line, mute=FAULT == "deaf" or (FAULT == "one-caller-at-a-time" and not alone))
            self.broken |= not await visit.listen()


class Visit:
    """One caller: what it does is one task at a time, which any sound of the caller ends."""

    def __init__(self, line: ServerConnection, *, mute: bool) -> None:
        self._line = line
        self._mute = mute
        self._turns = 0
        self._baked: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._doing = asyncio.create_task(self._quietly(self._talk(GREETING)))

    async def listen(self) -> bool:
        """Until the caller has gone; whether the bakery is still in its right mind."""
        heard, quiet = False, 0
        try:
            async for message in self._line:
                try:
                    sound = self._sound(json.loads(message))
                except (ValueError, KeyError):
                    if FAULT == "crashes-on-garbage":
                        self._line.transport.abort()
                    await self._line.close(1003, "not a message of ours")
                    return FAULT != "dies-after-garbage"
                if np.abs(sound.astype(int)).max(initial=0) > LOUD:
                    heard, quiet = True, 0
                    if FAULT != "ignores-barge-in":
                        self._doing.cancel()
                else:
                    quiet += len(sound)
                if heard and quiet >= PATIENCE_SAMPLES and not self._mute:
                    heard, self._turns = False, self._turns + 1
                    self._doing = asyncio.create_task(self._quietly(self._reply()))
            return True
        finally:
            self._doing.cancel()

    def _sound(self, message: dict[str, str]) -> np.ndarray:
        if message["type"] == "baked":
            if not self._baked.done():
                self._baked.set_result(message["how"] == {"ok": True})
            return np.zeros(0, "<i2")
        return np.frombuffer(base64.b64decode(message["data"]), "<i2")

    async def _quietly(self, deed: Coroutine[None, None, None]) -> None:
        with suppress(ConnectionClosed):
            await deed

    async def _reply(self) -> None:
        if FAULT == "plain-text-error":
            await self._line.send("Traceback (most recent call last): KeyError: 'flour'")
        if self._turns != (1 if FAULT == "writes-unasked" else 2):
            await self._talk(ANSWER)
            return
        orders = ordered(ORDER, FAULT)
        for number, (after_s, order) in enumerate(orders, 1):
            await asyncio.sleep(after_s)
            await self._send({"type": "order", "what": {"no": str(number), "name": "place_order", "with": order}})
            if number == 1 and (FAULT == "confirms-before-result" or await self._baked):
                await self._send({"type": "said", "text": TAKEN})
                await self._talk(CONFIRMATION)

    async def _talk(self, chunks: list[np.ndarray]) -> None:
        begun = asyncio.get_running_loop().time()
        for i, chunk in enumerate(chunks):
            await asyncio.sleep(begun + 0.1 * i - asyncio.get_running_loop().time())
            await self._send({"type": "audio_chunk", "data": base64.b64encode(chunk.tobytes()).decode()})

    async def _send(self, message: dict[str, object]) -> None:
        await self._line.send(json.dumps(message))


async def main() -> None:
    bakery = Bakery()
    async with serve(bakery.call, "127.0.0.1", int(sys.argv[1]), process_request=bakery.refuses) as server:
        await server.serve_forever()


GREETING = muddled(spoiled(voice("bakery.wav")[:GREETING_SAMPLES], FAULT), FAULT)
ANSWER = muddled(spoiled(voice("bakery.wav"), FAULT), FAULT)
CONFIRMATION = muddled(spoiled(np.concatenate([voice("order.wav"), voice("bakery.wav")]), FAULT), FAULT)
LOCKS = [Path(word.removeprefix("--lock=")) for word in sys.argv if word.startswith("--lock=")]

if __name__ == "__main__":
    for lock in LOCKS:
        if lock.exists():
            sys.exit("the bakery is open already: its lock is there")
        lock.touch()
    asyncio.run(main())
