"""A second agent, written from the template dialect's description alone: it shares no code with the gate's dialects and
no clip with the reference agent. It answers any speech after 0.9 s of silence, and stops when it is spoken to."""

import asyncio
import base64
import json
import sys
import wave
from pathlib import Path

import numpy as np
from websockets.asyncio.server import ServerConnection, serve

CLIPS = Path(__file__).parents[2] / "fixtures" / "audio"
LOUD = 500
SILENCE_SAMPLES = 14_400
CHUNK = 4_800


def voice() -> np.ndarray:
    with wave.open(str(CLIPS / "hello-awb.wav")) as file:
        spoken = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return np.repeat(spoken[4_800:], 3)  # 16 kHz to 48 kHz, as crude as can be


async def talk(line: ServerConnection) -> None:
    for start in range(0, len(VOICE), CHUNK):
        data = base64.b64encode(VOICE[start : start + CHUNK].astype("<i2").tobytes()).decode()
        await line.send(json.dumps({"type": "audio_chunk", "data": data}))
        await asyncio.sleep(0.1)


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
        if np.abs(sound).max(initial=0) > LOUD:
            heard, quiet = True, 0
            if talking:
                talking.cancel()
        else:
            quiet += len(sound)
        if heard and quiet >= SILENCE_SAMPLES:
            heard, talking = False, asyncio.create_task(talk(line))
    if talking:
        talking.cancel()


async def main() -> None:
    async with serve(call, "127.0.0.1", int(sys.argv[1])) as server:
        await server.serve_forever()


VOICE = voice()

if __name__ == "__main__":
    asyncio.run(main())
