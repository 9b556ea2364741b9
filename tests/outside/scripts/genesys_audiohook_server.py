"""A voice server behind a Genesys Audio Connector, of pipecat's AudioHook serializer: it answers what it hears with a
clip, stops when it is interrupted, and ends the session behind its second answer. usage: genesys_audiohook_server.py
PORT CLIP.wav LOG.json [PCMU|L16]. It stops when its standard input ends and leaves in LOG.json what it understood."""

import asyncio
import contextlib
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
    EndFrame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputTransportMessageUrgentFrame,
)
from pipecat.serializers.genesys import AudioHookMediaFormat, GenesysAudioHookSerializer
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

RATE_HZ = 16_000
LOUD = 600
SPEECH_MS, QUIET_MS = 100, 500
HEADERS = ("audiohook-organization-id", "audiohook-session-id", "audiohook-correlation-id", "x-api-key")

port, clip, log, form = (*sys.argv[1:], "PCMU")[:4]
with wave.open(clip) as file:
    CLIP, CLIP_HZ = file.readframes(file.getnframes()), file.getframerate()
told: dict[str, Any] = {"keys": "", "kinds": [], "seqs": [], "serverseqs": [], "positions": [], "ms": 0.0, "sent": 0}


class Call:
    def __init__(self, line: ServerConnection) -> None:
        self.line = line
        params = GenesysAudioHookSerializer.InputParams(media_format=AudioHookMediaFormat(form))
        self.serializer = GenesysAudioHookSerializer(params)
        self.loud_ms = self.quiet_ms = self.playing_until = 0.0
        self.answers = 0
        told["headers"] = [line.request.headers.get(name) for name in HEADERS]

    async def send(self, frame: Any) -> None:
        if data := await self.serializer.serialize(frame):
            told["sent"] += isinstance(data, str)
            await self.line.send(data)

    async def hold(self) -> None:
        await self.serializer.setup(SimpleNamespace(audio_in_sample_rate=RATE_HZ))
        with contextlib.suppress(ConnectionClosed):
            async for data in self.line:
                await self.take(data)

    async def take(self, data: str | bytes) -> None:
        frame = await self.serializer.deserialize(data)
        if isinstance(data, str):
            message = json.loads(data)
            told["kinds"].append(message["type"])
            told["seqs"].append(message["seq"])
            told["serverseqs"].append(message["serverseq"] <= told["sent"])
            told["positions"].append(message["position"])
            told["close"] = message["parameters"].get("reason")
            told["ani"] = self.serializer.participant["ani"]
            told["variables"] = self.serializer.input_variables
        match frame:
            case InputAudioRawFrame():
                await self.hear(frame.audio)
            case InputDTMFFrame():
                told["keys"] += frame.button.value
            case OutputTransportMessageUrgentFrame():
                await self.send(frame)

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
        self.playing_until = time.monotonic() + len(said) / 2 / CLIP_HZ
        if self.answers == 2:
            self.serializer.set_output_variables({"intent": "billing"})
            await self.send(EndFrame())


async def main() -> None:
    logger.remove()
    async with serve(lambda line: Call(line).hold(), "127.0.0.1", int(port)):
        print("listening", flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main())
Path(log).write_text(json.dumps(told))
