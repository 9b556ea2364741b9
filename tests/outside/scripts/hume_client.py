"""Hume's own client in a chat with the server at PORT: a question, a tool that it runs, an answer, and an interruption.
What is said is sent at once, faster than it is spoken. usage: hume_client.py PORT QUESTION.wav INTERRUPTION.wav"""

import asyncio
import base64
import io
import json
import sys
import wave

from hume import AsyncHumeClient
from hume.client import HumeClientEnvironment
from hume.empathic_voice.types import AudioConfiguration, AudioInput, SessionSettings, ToolResponseMessage

CHUNK_BYTES = 6400
BUDGET_S = 20.0


async def speak(chat, clip: str) -> None:
    with wave.open(clip) as file:
        pcm = file.readframes(file.getnframes()) + bytes(2 * file.getframerate())
    for at in range(0, len(pcm), CHUNK_BYTES):
        await chat.send_publish(AudioInput(data=base64.b64encode(pcm[at : at + CHUNK_BYTES]).decode()))


async def talk(port: str, question: str, interruption: str) -> dict:
    address = f"127.0.0.1:{port}"
    environment = HumeClientEnvironment(
        base=f"http://{address}", evi=f"ws://{address}/v0/evi", tts=f"ws://{address}", stream=f"ws://{address}"
    )
    client = AsyncHumeClient(api_key="x", environment=environment)
    told: dict = {"types": [], "asked": [], "answers": [], "calls": [], "rates": [], "seconds": 0.0, "ends": 0}
    async with client.empathic_voice.chat.connect(config_id="cfg") as chat:
        async for message in chat:
            told["types"].append(message.type)
            match message.type:
                case "chat_metadata":
                    told["chat_id"] = message.chat_id
                    form = AudioConfiguration(encoding="linear16", sample_rate=16000, channels=1)
                    await chat.send_publish(SessionSettings(audio=form, system_prompt="Be brief."))
                    await speak(chat, question)
                case "user_message":
                    told["asked"].append(message.message.content)
                case "tool_call":
                    told["calls"].append([message.name, json.loads(message.parameters), message.response_required])
                    answer = json.dumps({"id": "A-17", "day": "Tuesday"})
                    await chat.send_publish(ToolResponseMessage(tool_call_id=message.tool_call_id, content=answer))
                case "assistant_message":
                    told["answers"].append(message.message.content)
                case "audio_output":
                    with wave.open(io.BytesIO(base64.b64decode(message.data))) as piece:
                        told["rates"].append(piece.getframerate())
                        told["seconds"] += piece.getnframes() / piece.getframerate()
                    if len(told["rates"]) == 2:
                        await speak(chat, interruption)
                case "user_interruption":
                    told["cut_after"] = told["seconds"]
                case "error":
                    told["error"] = message.message
                    break
                case "assistant_end":
                    break
    return told


print(json.dumps(asyncio.run(asyncio.wait_for(talk(*sys.argv[1:]), BUDGET_S))))
