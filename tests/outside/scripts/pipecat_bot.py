"""A real Pipecat bot without a model: real transports, pipeline, RTVI processor and observer, and one processor that
hears speech by its energy, calls a tool, and says a clip. usage: pipecat_bot.py PORT CLIP.wav LOG.json [FAULT]
`/ws-client` speaks protobuf, `/ws` the eval wire (as Pipecat's own runner tells them apart), `/plain` protobuf without
RTVI. FAULT `channels` leaves out a field of its audio. It stops when its standard input ends, and leaves in LOG.json
what it understood."""

import asyncio
import json
import socket
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI, WebSocket
from loguru import logger
from pipecat.evals.serializer import EvalSerializer
from pipecat.evals.transport import EvalTransportParams
from pipecat.frames.frames import (
    Frame,
    FunctionCallFromLLM,
    FunctionCallInProgressFrame,
    FunctionCallResultFrame,
    FunctionCallsStartedFrame,
    InputAudioRawFrame,
    InputDTMFFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMMessagesAppendFrame,
    LLMMessagesUpdateFrame,
    LLMTextFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.runner.types import WebSocketRunnerArguments
from pipecat.runner.utils import create_transport
from pipecat.serializers.protobuf import ProtobufFrameSerializer
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams
from pipecat.utils.text.base_text_aggregator import TextType
from pipecat.workers.runner import WorkerRunner

LOUD, SPEECH_MS, QUIET_MS = 400, 100, 500
ANSWER = "You are booked on Thursday."

port, clip, log, fault = (*sys.argv[1:], "")[:4]
with wave.open(clip) as file:
    CLIP, CLIP_HZ = file.readframes(file.getnframes()), file.getframerate()
calls: list[dict[str, Any]] = []


class Brain(FrameProcessor):
    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__()
        self.told = told
        self.loud_ms = self.quiet_ms = 0.0
        self.speaking = False
        self.answers = 0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        match frame:
            case InputAudioRawFrame():
                await self.listen(frame)
                return
            case InputDTMFFrame(button=button):
                self.told["keys"] += str(button.value)
            case LLMMessagesAppendFrame(messages=messages):
                self.told["typed"] += [message["content"] for message in messages]
                await self.answer()
            case LLMMessagesUpdateFrame(messages=messages):
                self.told["context"] = messages
        await self.push_frame(frame, direction)

    async def listen(self, frame: InputAudioRawFrame) -> None:
        ms = len(frame.audio) / 2 / frame.sample_rate * 1000
        self.told["ms"] += ms
        self.told["rates"] = sorted({*self.told["rates"], frame.sample_rate})
        level = np.sqrt(np.mean(np.square(np.frombuffer(frame.audio, np.int16).astype(float)))) if ms else 0.0
        self.loud_ms, self.quiet_ms = (self.loud_ms + ms, 0.0) if level > LOUD else (0.0, self.quiet_ms + ms)
        if not self.speaking and self.loud_ms >= SPEECH_MS:
            self.speaking = True
            await self.broadcast_frame(UserStartedSpeakingFrame)
            await self.broadcast_interruption()
        if self.speaking and self.quiet_ms >= QUIET_MS:
            self.speaking = False
            await self.broadcast_frame(UserStoppedSpeakingFrame)
            await self.push_frame(TranscriptionFrame("can i come on thursday", "", "2026-01-02T03:04:05.000+00:00"))
            await self.answer()

    async def answer(self) -> None:
        """Two runs of a model, as for a tool: the call, and what comes of it."""
        self.answers += 1
        call = {"function_name": "look_up", "tool_call_id": f"call-{self.answers}", "arguments": {"day": "Thursday"}}
        await self.push_frame(LLMFullResponseStartFrame())
        await self.broadcast_frame(
            FunctionCallsStartedFrame, function_calls=[FunctionCallFromLLM(**call, context=None)]
        )
        await self.broadcast_frame(FunctionCallInProgressFrame, **call)
        await self.push_frame(LLMFullResponseEndFrame())
        await self.broadcast_frame(FunctionCallResultFrame, **call, result={"free": True})
        await self.push_frame(LLMFullResponseStartFrame())
        for word in ANSWER.split():
            await self.push_frame(LLMTextFrame(word if word == "You" else f" {word}"))
        await self.push_frame(LLMFullResponseEndFrame())
        await self.push_frame(TTSStartedFrame())
        for at in range(0, len(CLIP), CLIP_HZ // 5):
            await self.push_frame(TTSAudioRawFrame(CLIP[at : at + CLIP_HZ // 5], CLIP_HZ, 1))
        spoken = TTSTextFrame(ANSWER, TextType.SENTENCE)
        spoken.will_be_spoken = True
        await self.push_frame(spoken)
        await self.push_frame(TTSStoppedFrame())


class Forgetful(ProtobufFrameSerializer):
    """Says the number of channels under a number that nobody knows."""

    async def serialize(self, frame: Frame) -> str | bytes | None:
        data = await super().serialize(frame)
        return data[:-2] + b"\x38\x01" if isinstance(data, bytes) and data[:1] == b"\x12" else data


def protobuf() -> FastAPIWebsocketParams:
    serializer = Forgetful() if fault == "channels" else ProtobufFrameSerializer()
    return FastAPIWebsocketParams(audio_in_enabled=True, audio_out_enabled=True, serializer=serializer)


def evaluated() -> EvalTransportParams:
    return EvalTransportParams(audio_in_enabled=True, audio_out_enabled=True, serializer=EvalSerializer())


async def bot(websocket: WebSocket, *, kind: str | None, rtvi: bool) -> None:
    await websocket.accept()
    told: dict[str, Any] = {
        "path": websocket.url.path, "ms": 0.0, "rates": [], "keys": "", "typed": [], "messages": [],
    }  # fmt: skip
    calls.append(told)
    arguments = WebSocketRunnerArguments(websocket=websocket, transport_type=kind)
    transport = await create_transport(arguments, {"websocket": protobuf, "eval": evaluated})
    pipeline = Pipeline([transport.input(), Brain(told), transport.output()])
    worker = PipelineWorker(pipeline, params=PipelineParams(), enable_rtvi=rtvi, idle_timeout_secs=None)
    if rtvi:

        @worker.rtvi.event_handler("on_client_ready")
        async def on_client_ready(processor: Any) -> None:
            told["version"] = processor.client_version

        @worker.rtvi.event_handler("on_client_message")
        async def on_client_message(_: Any, message: Any) -> None:
            told["messages"].append([message.type, message.data])

    @transport.event_handler("on_client_disconnected")
    async def on_client_disconnected(*_: Any) -> None:
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()


app = FastAPI()


@app.websocket("/ws-client")
async def ws_client(websocket: WebSocket) -> None:
    await bot(websocket, kind="websocket", rtvi=True)


@app.websocket("/plain")
async def plain(websocket: WebSocket) -> None:
    await bot(websocket, kind="websocket", rtvi=False)


@app.websocket("/ws")
async def ws(websocket: WebSocket) -> None:
    await bot(websocket, kind=None, rtvi=True)


async def main() -> None:
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="websockets-sansio"))
        serving = asyncio.create_task(server.serve([listener]))
        print("listening", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.should_exit = True
        await serving


asyncio.run(main())
Path(log).write_text(json.dumps(calls))
