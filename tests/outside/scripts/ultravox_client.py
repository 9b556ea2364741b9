"""pipecat's Ultravox service joins a call: words, a tool, an interruption. What it understood goes out as JSON.
usage: ultravox_client.py JOIN_URL QUESTION.wav INTERRUPTION.wav; its audio is at 48 kHz both ways."""

import asyncio
import json
import sys
import wave
from typing import Any

from loguru import logger
from pipecat.frames.frames import (
    EndFrame,
    ErrorFrame,
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.llm_service import FunctionCallParams
from pipecat.services.ultravox.llm import JoinUrlInputParams, UltravoxRealtimeLLMService
from pipecat.workers.runner import WorkerRunner

QUIET_S = 2.5
told: list[list[Any]] = []
audio: list[int] = []
heard = asyncio.Event()
speaking = asyncio.Event()


class Witness(FrameProcessor):
    """Writes down what passes, either way."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        match frame:
            case TranscriptionFrame():
                told.append(["caller", frame.text])
            case LLMTextFrame():
                told.append(["agent", frame.text])
            case LLMFullResponseStartFrame() | LLMFullResponseEndFrame() | InterruptionFrame() | ErrorFrame():
                if direction is FrameDirection.DOWNSTREAM:
                    told.append([type(frame).__name__])
            case TTSAudioRawFrame():
                audio.append(len(frame.audio) * 24_000 // frame.sample_rate)
                speaking.set()
        heard.set()
        await self.push_frame(frame, direction)


def speech(path: str) -> InputAudioRawFrame:
    with wave.open(path) as file:
        rate_hz = file.getframerate()
        return InputAudioRawFrame(file.readframes(file.getnframes()) + bytes(2 * rate_hz), rate_hz, 1)


async def look_up(params: FunctionCallParams) -> None:
    told.append(["tool", params.function_name, params.tool_call_id, params.arguments])
    await params.result_callback({"id": "A-17", "day": "Tuesday"})


async def main(join_url: str, question: str, interruption: str) -> None:
    logger.remove()
    service = UltravoxRealtimeLLMService(params=JoinUrlInputParams(join_url=join_url))
    service.register_function("lookup_appointment", look_up)
    worker = PipelineWorker(Pipeline([Witness(), service, Witness()]), cancel_on_idle_timeout=False, enable_rtvi=False)
    started = asyncio.Event()
    worker.add_event_handler("on_pipeline_started", lambda *_: started.set())
    runner = WorkerRunner()
    await runner.add_workers(worker)

    async def talk() -> None:
        await asyncio.wait_for(started.wait(), 5)
        await worker.queue_frame(speech(question))
        await asyncio.wait_for(speaking.wait(), 5)
        await worker.queue_frame(speech(interruption))
        while True:
            heard.clear()
            try:
                await asyncio.wait_for(heard.wait(), QUIET_S)
            except TimeoutError:
                break
        await worker.queue_frame(EndFrame())

    await asyncio.gather(runner.run(), talk())
    print(json.dumps({"told": told, "audio_ms": sum(audio) / 48}))


asyncio.run(main(*sys.argv[1:]))
