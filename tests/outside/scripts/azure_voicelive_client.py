"""Azure Voice Live's own client calls an agent: a session, words, a function, an interruption. What it understood goes
out as JSON. usage: azure_voicelive_client.py PORT QUESTION.wav INTERRUPTION.wav"""

import asyncio
import base64
import json
import sys
import wave
from typing import Any

import numpy as np
import soxr
from azure.ai.voicelive.aio import connect
from azure.ai.voicelive.models import (
    FunctionCallOutputItem,
    InputAudioFormat,
    Modality,
    OutputAudioFormat,
    RequestSession,
    ServerEvent,
    ServerVad,
)
from azure.core.credentials import AzureKeyCredential

PATIENCE_S = 20.0
RESPONSES = 3  # a call, an answer that is cut, an answer
SESSION = RequestSession(
    model="gpt-realtime",
    modalities=[Modality.TEXT, Modality.AUDIO],
    instructions="You are a clerk.",
    input_audio_format=InputAudioFormat.PCM16,
    output_audio_format=OutputAudioFormat.PCM16,
    turn_detection=ServerVad(threshold=0.5, silence_duration_ms=500),
)


def speech(path: str) -> str:
    """The clip and a second of silence, in base64 at 24 kHz."""
    with wave.open(path) as file:
        said = np.frombuffer(file.readframes(file.getnframes()) + bytes(2 * file.getframerate()), "<i2")
        return base64.b64encode(soxr.resample(said, file.getframerate(), 24000).tobytes()).decode()


async def talk(port: str, question: str, interruption: str) -> dict[str, Any]:
    heard: dict[str, Any] = {"untyped": [], "words": [], "calls": [], "done": [], "audio": 0, "errors": []}
    endpoint, item_id, interrupted = f"http://127.0.0.1:{port}", "", False
    async with connect(credential=AzureKeyCredential("key"), endpoint=endpoint, model="gpt-realtime") as line:
        await line.session.update(session=SESSION)
        while len(heard["done"]) < RESPONSES and not heard["errors"]:
            event = await asyncio.wait_for(line.recv(), PATIENCE_S)
            if type(event) is ServerEvent:  # a name that this SDK has no type for
                heard["untyped"].append(event.type)
                continue
            match event.type:
                case "session.updated":
                    heard["session"] = [event.session.id, event.session.turn_detection.silence_duration_ms]
                    await line.input_audio_buffer.append(audio=speech(question))
                case "response.audio.delta":
                    heard["audio"] += len(event.delta)
                    if not interrupted:
                        interrupted, item_id = True, event.item_id
                        await line.input_audio_buffer.append(audio=speech(interruption))
                case "input_audio_buffer.speech_started" if item_id:
                    await line.conversation.item.truncate(item_id=item_id, content_index=0, audio_end_ms=100)
                    item_id = ""
                case "response.function_call_arguments.done":
                    heard["calls"].append([event.call_id, event.name, event.arguments])
                    output = json.dumps({"id": "A-17", "day": "Tuesday"})
                    item = FunctionCallOutputItem(call_id=event.call_id, output=output)
                    await line.conversation.item.create(item=item)
                    await line.response.create()
                case "conversation.item.input_audio_transcription.completed":
                    heard["words"].append(["caller", event.transcript])
                case "response.audio_transcript.done":
                    heard["words"].append(["agent", event.transcript])
                case "response.done":
                    heard["done"].append([event.response.status, [item.type for item in event.response.output]])
                case "error":
                    heard["errors"].append(event.error.message)
    return heard


print(json.dumps(asyncio.run(talk(*sys.argv[1:]))))
