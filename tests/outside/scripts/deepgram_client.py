"""Deepgram's own SDK calls an agent: settings, words, a function, an interruption. What it understood goes out as JSON.
usage: deepgram_client.py URL QUESTION.wav INTERRUPTION.wav"""

import asyncio
import json
import sys
import wave
from typing import Any

from deepgram import AsyncDeepgramClient
from deepgram.agent.v1.types import AgentV1SendFunctionCallResponse, AgentV1Settings
from deepgram.environment import DeepgramClientEnvironment
from pydantic import ValidationError

SETTINGS = {
    "type": "Settings",
    "audio": {
        "input": {"encoding": "linear16", "sample_rate": 16000},
        "output": {"encoding": "linear16", "sample_rate": 24000, "container": "none"},
    },
    "agent": {"language": "en", "think": {"provider": {"type": "open_ai", "model": "gpt-4o-mini"}, "prompt": "Hi."}},
}
QUIET_S = 2.5


def speech(path: str) -> bytes:
    with wave.open(path) as file:
        return file.readframes(file.getnframes()) + bytes(2 * file.getframerate())


async def talk(url: str, question: str, interruption: str) -> dict[str, Any]:
    places = DeepgramClientEnvironment(base=url, production=url, agent=url, agent_rest=url)
    told: list[dict[str, Any]] = []
    wrong: list[str] = []
    audio: list[int] = []
    interrupted = False
    async with AsyncDeepgramClient(api_key="key", environment=places).agent.v1.connect() as line:
        while True:
            try:
                event = await asyncio.wait_for(line.recv(), QUIET_S)
            except TimeoutError:
                return {"told": told, "wrong": wrong, "audio": audio}
            if isinstance(event, bytes):
                if not audio:
                    told.append({"type": "first audio"})
                audio.append(len(event))
                if not interrupted:
                    interrupted = True
                    await line.send_media(speech(interruption))
                continue
            told.append(event.model_dump(exclude_unset=True))
            wrong += faults(type(event), told[-1])
            match event.type:
                case "Welcome":
                    await line.send_settings(AgentV1Settings(**SETTINGS))
                case "SettingsApplied":
                    await line.send_media(speech(question))
                case "FunctionCallRequest":
                    for function in event.functions:
                        answer = json.dumps({"id": "A-17", "day": "Tuesday"})
                        await line.send_function_call_response(
                            AgentV1SendFunctionCallResponse(
                                type="FunctionCallResponse", id=function.id, name=function.name, content=answer
                            )
                        )


def faults(kind: Any, message: dict[str, Any]) -> list[str]:
    """What the SDK's type, asked to be strict, finds wrong; the client itself takes anything."""
    try:
        kind.model_validate(message)
    except ValidationError as error:
        return [f"{message['type']}: {found['loc']} {found['type']}" for found in error.errors()]
    return []


print(json.dumps(asyncio.run(talk(*sys.argv[1:]))))
