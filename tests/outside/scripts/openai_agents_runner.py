"""OpenAI's Agents SDK runs a realtime session against an agent: it answers the tool by itself, truncates and validates
every event with its own strict types. What it told its user goes out as JSON.
usage: openai_agents_runner.py PORT QUESTION.wav INTERRUPTION.wav"""

import asyncio
import json
import logging
import os
import sys
import wave
from typing import Any

import numpy as np
import soxr

os.environ["OPENAI_AGENTS_DISABLE_TRACING"] = "1"

from agents import function_tool
from agents.realtime import RealtimeAgent, RealtimeRunner

PATIENCE_S = 20.0
RESPONSES = 3  # a call, an answer that is cut, an answer
called: list[str] = []
logged: list[str] = []


class Logged(logging.Handler):
    """What the SDK cannot read it tells its log alone."""

    def emit(self, record: logging.LogRecord) -> None:
        logged.append(record.getMessage())


@function_tool
def lookup_appointment() -> str:
    """Looks the caller's appointment up."""
    called.append("lookup_appointment")
    return json.dumps({"id": "A-17", "day": "Tuesday"})


def speech(path: str) -> bytes:
    with wave.open(path) as file:
        said = np.frombuffer(file.readframes(file.getnframes()) + bytes(2 * file.getframerate()), "<i2")
        return soxr.resample(said, file.getframerate(), 24000).tobytes()


async def talk(port: str, question: str, interruption: str) -> dict[str, Any]:
    logging.getLogger("openai.agents").addHandler(Logged(logging.WARNING))
    clerk = RealtimeAgent(name="Clerk", instructions="You are a clerk.", tools=[lookup_appointment])
    runner = RealtimeRunner(clerk, config={"model_settings": {
        "model_name": "gpt-realtime", "voice": "marin", "input_audio_format": "pcm16", "output_audio_format": "pcm16",
        "turn_detection": {"type": "server_vad", "interrupt_response": True},
    }})  # fmt: skip
    url = f"ws://127.0.0.1:{port}/v1/realtime?model=gpt-realtime"
    told: dict[str, Any] = {"events": [], "errors": [], "audio": 0, "history": []}
    interrupted, ends = False, 0
    async with await runner.run(model_config={"url": url, "api_key": "key"}) as session:
        await session.send_audio(speech(question))
        events = aiter(session)
        while ends < RESPONSES and not told["errors"]:
            event = await asyncio.wait_for(anext(events), PATIENCE_S)
            if event.type == "raw_model_event":
                ends += event.data.type == "turn_ended"
                continue
            if event.type == "audio":
                told["audio"] += len(event.audio.data)
                if not interrupted:
                    interrupted = True
                    await session.send_audio(speech(interruption))
            elif event.type == "error":
                told["errors"].append(str(event.error))
            elif event.type == "history_updated":
                told["history"] = [[item.type, getattr(item, "role", None)] for item in event.history]
                told["words"] = [
                    part.transcript
                    for item in event.history
                    if item.type == "message"
                    for part in item.content
                    if getattr(part, "transcript", None)
                ]
            told["events"].append(event.type)
    return {**told, "called": called, "logged": logged}


print(json.dumps(asyncio.run(talk(*sys.argv[1:]))))
