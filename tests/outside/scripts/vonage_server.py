"""A voice server behind a Vonage number, of pipecat's Vonage serializer: it answers what it hears with a clip and asks
to be notified, and clears when it is interrupted. usage: vonage_server.py PORT CLIP.wav LOG.json BYTES [NOTIFY]; its
audio leaves in frames of BYTES, its word for a notification is NOTIFY. It stops when its standard input ends, and
leaves in LOG.json what it understood."""

import asyncio
import json
import sys
import time
import wave
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from loguru import logger
from pipecat.frames.frames import (
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputTransportMessageUrgentFrame,
)
from pipecat.serializers.vonage import VonageFrameSerializer
from websockets.asyncio.server import ServerConnection, serve

RATE_HZ = 16_000
LOUD = 600
SPEECH_MS, QUIET_MS = 100, 500

port, clip, log, size, notify = (*sys.argv[1:], "payload")[:5]
with wave.open(clip) as file:
    CLIP, CLIP_HZ = file.readframes(file.getnframes()), file.getframerate()
told: dict[str, Any] = {"keys": "", "events": [], "ms": 0.0, "binary": []}


class Call:
    def __init__(self, line: ServerConnection) -> None:
        self.line = line
        self.serializer = VonageFrameSerializer(VonageFrameSerializer.InputParams(vonage_sample_rate=RATE_HZ))
        self.loud_ms = self.quiet_ms = self.playing_until = 0.0
        self.answers = 0
        self.rest = b""

    async def send(self, frame: Any) -> None:
        data = await self.serializer.serialize(frame)
        if isinstance(data, bytes):
            self.rest += data
            while len(self.rest) >= int(size):
                await self.line.send(self.rest[: int(size)])
                self.rest = self.rest[int(size) :]
        elif data:
            await self.line.send(data)

    async def hold(self) -> None:
        await self.serializer.setup(SimpleNamespace(audio_in_sample_rate=RATE_HZ))
        async for data in self.line:
            if isinstance(data, bytes):
                told["binary"] = sorted({*told["binary"], len(data)})
            frame = await self.serializer.deserialize(data)
            match frame:
                case InputAudioRawFrame():
                    await self.hear(frame.audio)
                case InputDTMFFrame():
                    told["keys"] += frame.button.value
                case _ if isinstance(data, str):
                    told["events"].append(json.loads(data))

    async def hear(self, audio: bytes) -> None:
        values = np.frombuffer(audio, "<i2").astype(float)
        ms = len(values) * 1000 / RATE_HZ
        told["ms"] += ms
        if np.sqrt(np.mean(values**2)) > LOUD:
            self.loud_ms, self.quiet_ms = self.loud_ms + ms, 0.0
            if self.loud_ms >= SPEECH_MS and time.monotonic() < self.playing_until:
                self.playing_until = 0.0
                await self.send(InterruptionFrame())
        else:
            self.quiet_ms += ms
            if self.loud_ms >= SPEECH_MS and self.quiet_ms >= QUIET_MS:
                self.loud_ms = 0.0
                await self.answer()

    async def answer(self) -> None:
        self.answers += 1
        said = CLIP if self.answers == 1 else CLIP[: len(CLIP) // 4]
        chunk = CLIP_HZ // 50 * 2
        for at in range(0, len(said), chunk):
            await self.send(OutputAudioRawFrame(said[at : at + chunk], CLIP_HZ, 1))
        message = {"action": "notify", notify: {"answer": self.answers}}
        await self.send(OutputTransportMessageUrgentFrame(message))
        self.playing_until = time.monotonic() + len(said) / 2 / CLIP_HZ


async def main() -> None:
    logger.remove()
    async with serve(lambda line: Call(line).hold(), "127.0.0.1", int(port)):
        print("listening", flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main())
Path(log).write_text(json.dumps(told))
