"""A second agent, a bakery, written from the template dialect's description alone. It shares no code with the gate, and
has another voice (espeak-ng), other words and other manners than the reference agent: it answers any speech after 3.2 s
of silence, sends at the pace of speech and not ahead, has no ids, no marks and no transcripts, and stops at any sound.
`--hasty` ends a turn after 0.9 s of silence; `--lock=FILE` lets nobody start it a second time."""

import asyncio
import base64
import json
import sys
import wave
from pathlib import Path

import numpy as np
from websockets.asyncio.server import ServerConnection, serve

CLIP = Path(__file__).with_name("clips") / "bakery.wav"
LOUD = 500
PATIENCE_SAMPLES = 14_400 if "--hasty" in sys.argv else 51_200
CHUNK = 1_600


def voice() -> np.ndarray:
    with wave.open(str(CLIP)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


async def talk(line: ServerConnection) -> None:
    begun = asyncio.get_running_loop().time()
    for i, start in enumerate(range(0, len(VOICE), CHUNK)):
        await asyncio.sleep(begun + 0.1 * i - asyncio.get_running_loop().time())
        data = base64.b64encode(VOICE[start : start + CHUNK].tobytes()).decode()
        await line.send(json.dumps({"type": "audio_chunk", "data": data}))


async def call(line: ServerConnection) -> None:
    await line.send(json.dumps({"type": "session_ready", "session_id": "another-agent"}))
    heard, quiet = False, 0
    talking: asyncio.Task[None] | None = None
    async for message in line:
        try:
            sound = np.frombuffer(base64.b64decode(json.loads(message)["data"]), "<i2")
        except (ValueError, KeyError):
            await line.close(1003, "not a message of ours")
            return
        if np.abs(sound.astype(int)).max(initial=0) > LOUD:
            heard, quiet = True, 0
            if talking:
                talking.cancel()
        else:
            quiet += len(sound)
        if heard and quiet >= PATIENCE_SAMPLES:
            heard, talking = False, asyncio.create_task(talk(line))
    if talking:
        talking.cancel()


async def main() -> None:
    async with serve(call, "127.0.0.1", int(sys.argv[1])) as server:
        await server.serve_forever()


VOICE = voice()
LOCKS = [Path(word.removeprefix("--lock=")) for word in sys.argv if word.startswith("--lock=")]

if __name__ == "__main__":
    for lock in LOCKS:
        if lock.exists():
            sys.exit("the bakery is open already: its lock is there")
        lock.touch()
    asyncio.run(main())
