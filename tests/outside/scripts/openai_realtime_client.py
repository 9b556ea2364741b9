"""The openai SDK's own client calls an agent: a session, words, a function, an interruption. What it understood goes
out as JSON. usage: openai_realtime_client.py ga|beta PORT QUESTION.wav INTERRUPTION.wav"""

import asyncio
import base64
import json
import sys
import wave
from typing import Any

import numpy as np
import soxr
from openai import AsyncOpenAI
from openai.types.realtime import RealtimeServerEvent
from openai_realtime_types import faults, kinds

PATIENCE_S = 20.0
RESPONSES = 3  # a call, an answer that is cut, an answer
SESSIONS: dict[str, Any] = {
    "ga": {
        "type": "realtime",
        "instructions": "You are a clerk.",
        "output_modalities": ["audio"],
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "transcription": {"model": "gpt-4o-mini-transcribe", "language": "en"},
                "turn_detection": {"type": "server_vad"},
            },
            "output": {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "marin"},
        },
    },
    "beta": {
        "instructions": "You are a clerk.",
        "modalities": ["text", "audio"],
        "voice": "echo",
        "input_audio_format": "pcm16",
        "output_audio_format": "pcm16",
        "input_audio_transcription": {"model": "whisper-1"},
    },
}


def speech(path: str) -> str:
    """The clip and a second of silence, in base64 at 24 kHz."""
    with wave.open(path) as file:
        said = np.frombuffer(file.readframes(file.getnframes()) + bytes(2 * file.getframerate()), "<i2")
        return base64.b64encode(soxr.resample(said, file.getframerate(), 24000).tobytes()).decode()


async def talk(shape: str, port: str, question: str, interruption: str) -> dict[str, Any]:
    base = f"127.0.0.1:{port}/v1"
    client = AsyncOpenAI(api_key="key", base_url=f"http://{base}", websocket_base_url=f"ws://{base}")
    realtime = client.realtime if shape == "ga" else client.beta.realtime
    models = kinds(RealtimeServerEvent)
    heard: dict[str, Any] = {"kinds": [], "wrong": [], "words": [], "calls": [], "done": [], "audio": 0, "errors": []}
    last_item, interrupted = "", False
    async with realtime.connect(model="gpt-realtime") as line:
        while len(heard["done"]) < RESPONSES and not heard["errors"]:
            data = await asyncio.wait_for(line.recv_bytes(), PATIENCE_S)
            heard["wrong"] += faults(json.loads(data), models) if shape == "ga" else []
            event = line.parse_event(data)
            heard["kinds"].append(event.type)
            match event.type:
                case "session.created":
                    await line.session.update(session=SESSIONS[shape])
                case "session.updated":
                    heard["session"] = event.session.to_dict()
                    await line.input_audio_buffer.append(audio=speech(question))
                case "response.output_audio.delta" | "response.audio.delta":
                    heard["audio"] += len(base64.b64decode(event.delta))
                    if not interrupted:
                        interrupted, last_item = True, event.item_id
                        await line.input_audio_buffer.append(audio=speech(interruption))
                case "input_audio_buffer.speech_started" if interrupted and last_item:
                    await line.conversation.item.truncate(item_id=last_item, content_index=0, audio_end_ms=100)
                    last_item = ""
                case "response.function_call_arguments.done":
                    heard["calls"].append([event.call_id, event.arguments])
                    output = json.dumps({"id": "A-17", "day": "Tuesday"})
                    item = {"type": "function_call_output", "call_id": event.call_id, "output": output}
                    await line.conversation.item.create(item=item)
                    await line.response.create()
                case "conversation.item.input_audio_transcription.completed":
                    heard["words"].append(["caller", event.transcript])
                case "response.output_audio_transcript.done" | "response.audio_transcript.done":
                    heard["words"].append(["agent", event.transcript])
                case "response.done":
                    heard["done"].append([event.response.status, [item.type for item in event.response.output]])
                case "error":
                    heard["errors"].append(event.error.message)
    return heard


print(json.dumps(asyncio.run(talk(*sys.argv[1:]))))
