"""A voice server as its makers tell people to build it: FastAPI, pipecat's handshake for telephony and its serializer
of the carrier, Twilio's own validator of signatures. It answers whatever it hears with a clip and a mark, and clears
when it is interrupted. usage: carrier_server.py PORT CLIP.wav LOG.json [TOKEN [STREAM]]; a STREAM of its own is a
fault. It stops when its standard input ends, and leaves in LOG.json what it understood of each call."""

import json
import sys
import threading
import time
import wave
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI, WebSocket
from loguru import logger
from pipecat.frames.frames import (
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputTransportMessageUrgentFrame,
)
from pipecat.runner.utils import parse_telephony_websocket
from pipecat.serializers.exotel import ExotelFrameSerializer
from pipecat.serializers.plivo import PlivoFrameSerializer
from pipecat.serializers.telnyx import TelnyxFrameSerializer
from pipecat.serializers.twilio import TwilioFrameSerializer
from twilio.request_validator import RequestValidator

RATE_HZ = 16_000
LOUD = 600
QUIET_MS = 500
SPEECH_MS = 100

port, clip, log, token, other_stream = (*sys.argv[1:], "", "")[:5]
with wave.open(clip) as file:
    CLIP, CLIP_HZ = file.readframes(file.getnframes()), file.getframerate()
calls: list[dict[str, Any]] = []
app = FastAPI()


def serializer_of(carrier: str, data: Any) -> Any:
    stream = other_stream or data["stream_id"]
    match carrier:
        case "twilio":
            params = TwilioFrameSerializer.InputParams(auto_hang_up=False, sample_rate=RATE_HZ)
            return TwilioFrameSerializer(stream, params=params)
        case "telnyx":
            telnyx = TelnyxFrameSerializer.InputParams(auto_hang_up=False, sample_rate=RATE_HZ)
            codec = data["outbound_encoding"]
            return TelnyxFrameSerializer(stream, codec, codec, params=telnyx)
        case "plivo":
            plivo = PlivoFrameSerializer.InputParams(auto_hang_up=False, sample_rate=RATE_HZ)
            return PlivoFrameSerializer(stream, params=plivo)
        case _:
            return ExotelFrameSerializer(stream, params=ExotelFrameSerializer.InputParams(sample_rate=RATE_HZ))


def mark_of(carrier: str, data: Any, name: str) -> dict[str, Any]:
    """pipecat has no frame for it: as the carriers' pages have it."""
    stream = data["stream_id"]
    return {
        "twilio": {"event": "mark", "streamSid": stream, "mark": {"name": name}},
        "telnyx": {"event": "mark", "mark": {"name": name}},
        "plivo": {"event": "checkpoint", "streamId": stream, "name": name},
        "exotel": {"event": "mark", "streamSid": stream, "mark": {"name": name}},
    }[carrier]


class Call:
    def __init__(self, socket: WebSocket, carrier: str, data: Any) -> None:
        self.socket, self.carrier, self.data = socket, carrier, data
        self.serializer = serializer_of(carrier, data)
        self.told: dict[str, Any] = {"carrier": carrier, "data": data.model_dump(), "keys": "", "events": [], "ms": 0.0}
        self.loud_ms = self.quiet_ms = 0.0
        self.playing_until = 0.0
        self.answers = 0

    async def send(self, frame: Any) -> None:
        await self.serializer.setup(SimpleNamespace(audio_in_sample_rate=RATE_HZ))
        if text := await self.serializer.serialize(frame):
            await self.socket.send_text(text)

    async def hear(self, audio: bytes) -> None:
        values = np.frombuffer(audio, "<i2").astype(float)
        ms = len(values) * 1000 / RATE_HZ
        self.told["ms"] += ms
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
        await self.send(OutputTransportMessageUrgentFrame(mark_of(self.carrier, self.data, f"answer {self.answers}")))
        self.playing_until = time.monotonic() + len(said) / 2 / CLIP_HZ


@app.websocket("/voice")
async def voice(socket: WebSocket) -> None:
    address = f"wss://{socket.headers['host']}{socket.url.path}"
    signature = socket.headers.get("x-twilio-signature", "")
    if token and not RequestValidator(token).validate(address, {}, signature):
        await socket.close(1008)
        return
    await socket.accept()
    call = Call(socket, *await parse_telephony_websocket(socket))
    calls.append(call.told)
    await call.serializer.setup(SimpleNamespace(audio_in_sample_rate=RATE_HZ))
    async for text in socket.iter_text():
        frame = await call.serializer.deserialize(text)
        match frame:
            case InputAudioRawFrame():
                await call.hear(frame.audio)
            case InputDTMFFrame():
                call.told["keys"] += frame.button.value
            case None if '"media"' not in text:
                call.told["events"].append(text)


class Server(uvicorn.Server):
    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        print("listening", flush=True)


def main() -> None:
    logger.remove()
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=int(port), log_level="critical"))

    def stop() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=stop, daemon=True).start()
    server.run()
    Path(log).write_text(json.dumps(calls))


main()
