"""Pipecat's serializers as a client: a whole call over the protobuf wire. usage: pipecat_client.py ws://HOST:PORT
ASK.wav BARGE.wav. ASK is played, then BARGE into the answer; one line of JSON: what Pipecat made of all that came."""

import asyncio
import json
import sys
import time
import wave
from typing import Any

import pipecat.processors.frameworks.rtvi.models as rtvi
from loguru import logger
from pipecat.frames.frames import (
    InputAudioRawFrame,
    InputTransportMessageFrame,
    OutputAudioRawFrame,
    OutputTransportMessageUrgentFrame,
)
from pipecat.serializers.protobuf import ProtobufFrameSerializer
from pipecat.serializers.rtvi_client import RTVIClientSerializer
from websockets.asyncio.client import ClientConnection, connect

FRAME_S = 0.02
FRAMES, MESSAGES = ProtobufFrameSerializer(), RTVIClientSerializer()
told: list[dict[str, Any]] = []


def clip(path: str) -> tuple[bytes, int]:
    with wave.open(path) as file:
        return file.readframes(file.getnframes()), file.getframerate()


KEPT = {"text", "function_name", "tool_call_id", "arguments", "result"}


async def understood(data: bytes | str) -> None:
    frame = await FRAMES.deserialize(data)
    if isinstance(frame, InputAudioRawFrame):
        if told and told[-1]["frame"] == "audio":
            told[-1]["bytes"] += len(frame.audio)
        else:
            told.append({"frame": "audio", "bytes": len(frame.audio), "rate": frame.sample_rate})
    elif isinstance(frame, InputTransportMessageFrame):
        made = await MESSAGES.deserialize(json.dumps(frame.message))
        kept = {key: value for key, value in vars(made).items() if key in KEPT} if made else {}
        told.append({"message": frame.message["type"], "frame": type(made).__name__ if made else None, **kept})
    else:
        told.append({"frame": type(frame).__name__})


def seen(what: str) -> int:
    return sum(what in (each.get("message"), each["frame"]) for each in told)


class Voice:
    """Audio without a pause, paced by the clock: silence where nothing is to be said."""

    def __init__(self, line: ClientConnection, rate_hz: int) -> None:
        self.line, self.rate_hz = line, rate_hz
        self.left = b""

    def say(self, pcm: bytes) -> None:
        self.left = pcm

    async def stream(self) -> None:
        due, size = time.monotonic(), int(self.rate_hz * FRAME_S) * 2
        while True:
            now, self.left = self.left[:size].ljust(size, b"\0"), self.left[size:]
            data = await FRAMES.serialize(OutputAudioRawFrame(now, self.rate_hz, 1))
            assert isinstance(data, bytes)
            await self.line.send(data)
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - time.monotonic()))


def hello() -> OutputTransportMessageUrgentFrame:
    about = rtvi.AboutClientData(library="pipecat")
    ready = rtvi.ClientReadyData(version=rtvi.PROTOCOL_VERSION, about=about).model_dump()
    return OutputTransportMessageUrgentFrame(
        message=rtvi.Message(type="client-ready", id="hi", data=ready).model_dump()
    )


async def main(url: str, ask: str, barge: str) -> None:
    logger.remove()
    (asked, rate_hz), (barged, _) = clip(ask), clip(barge)
    async with asyncio.timeout(30), connect(url, proxy=None) as line:
        data = await FRAMES.serialize(hello())
        assert data
        await line.send(data)
        voice = Voice(line, rate_hz)
        stream = asyncio.create_task(voice.stream())
        while seen("bot-started-speaking") < 2:
            before = seen("bot-ready"), seen("audio")
            await understood(await line.recv())
            if seen("bot-ready") > before[0]:
                voice.say(asked)
            if seen("audio") == 1 and not before[1]:
                voice.say(barged)
        stream.cancel()
    print(json.dumps(told))


asyncio.run(main(*sys.argv[1:]))
