"""A second agent, a bakery, written from the template dialect's description alone. It shares no code with the gate, and
has another voice (espeak-ng), other words and other manners than the reference agent: it answers any speech after 3.2 s
of silence, sends at the pace of speech and not ahead, has no ids, no marks and no transcripts, and stops at any sound.
`--hasty` ends a turn after 0.9 s of silence; `--lock=FILE` lets nobody start it a second time; `--fault=NAME` gives it
one of the faults in stranger_faults.py."""

import asyncio
import base64
import json
import sys
import wave
from http import HTTPStatus
from pathlib import Path

import numpy as np
from stranger_faults import muddled, spoiled
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

CLIP = Path(__file__).with_name("clips") / "bakery.wav"
LOUD = 500
FAULT = next((word.removeprefix("--fault=") for word in sys.argv if word.startswith("--fault=")), "")
PATIENCE_SAMPLES = 14_400 if "--hasty" in sys.argv or FAULT == "answers-in-pause" else 51_200


def voice() -> np.ndarray:
    with wave.open(str(CLIP)) as file:
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
            await self._listen(line, mute=FAULT == "deaf" or (FAULT == "one-caller-at-a-time" and not alone))

    async def _listen(self, line: ServerConnection, *, mute: bool) -> None:
        heard, quiet = False, 0
        talking: asyncio.Task[None] | None = None
        async for message in line:
            try:
                sound = np.frombuffer(base64.b64decode(json.loads(message)["data"]), "<i2")
            except (ValueError, KeyError):
                self.broken |= FAULT == "dies-after-garbage"
                if FAULT == "crashes-on-garbage":
                    line.transport.abort()
                await line.close(1003, "not a message of ours")
                return
            if np.abs(sound.astype(int)).max(initial=0) > LOUD:
                heard, quiet = True, 0
                if talking and FAULT != "ignores-barge-in":
                    talking.cancel()
            else:
                quiet += len(sound)
            if heard and quiet >= PATIENCE_SAMPLES and not mute:
                heard, talking = False, asyncio.create_task(talk(line))
        if talking:
            talking.cancel()


async def talk(line: ServerConnection) -> None:
    begun = asyncio.get_running_loop().time()
    for i, chunk in enumerate(CHUNKS):
        await asyncio.sleep(begun + 0.1 * i - asyncio.get_running_loop().time())
        data = base64.b64encode(chunk.tobytes()).decode()
        await line.send(json.dumps({"type": "audio_chunk", "data": data}))


async def main() -> None:
    bakery = Bakery()
    async with serve(bakery.call, "127.0.0.1", int(sys.argv[1]), process_request=bakery.refuses) as server:
        await server.serve_forever()


CHUNKS = muddled(spoiled(voice(), FAULT), FAULT)
LOCKS = [Path(word.removeprefix("--lock=")) for word in sys.argv if word.startswith("--lock=")]

if __name__ == "__main__":
    for lock in LOCKS:
        if lock.exists():
            sys.exit("the bakery is open already: its lock is there")
        lock.touch()
    asyncio.run(main())
