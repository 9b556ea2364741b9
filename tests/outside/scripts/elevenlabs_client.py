"""The provider's own client, `Conversation`, in a conversation with the server at PORT: a question, a tool that it
runs, an answer, and an interruption. What is said is sent at once, faster than it is spoken.
usage: elevenlabs_client.py PORT QUESTION.wav INTERRUPTION.wav [FIELD NEW_NAME]; the last two rename a field on the way.
"""

import json
import re
import sys
import threading
import time
import wave

from elevenlabs import ElevenLabs
from elevenlabs.conversational_ai import conversation
from elevenlabs.conversational_ai.conversation import (
    AudioInterface,
    ClientTools,
    Conversation,
    ConversationInitiationData,
)

CHUNK_BYTES = 8000  # 250 ms, as the SDK's own audio interface sends them
BUDGET_S = 20.0

types: list[str] = []
renaming: list[str] = []
plain_connect = conversation.connect


def connect(*args, **kwargs):
    """The SDK's own connection, listened to."""
    line = plain_connect(*args, **kwargs)
    receive = line.recv

    def recv(*args, **kwargs):
        text = receive(*args, **kwargs)
        if renaming:
            text = text.replace(f'"{renaming[0]}"', f'"{renaming[1]}"')
        types.append(json.loads(text)["type"])
        return text

    line.recv = recv
    return line


conversation.connect = connect


class Audio(AudioInterface):
    def __init__(self) -> None:
        self.heard = bytearray()
        self.interrupted_at: list[int] = []

    def start(self, input_callback) -> None:
        self.say = input_callback

    def stop(self) -> None:
        pass

    def output(self, audio: bytes) -> None:
        self.heard += audio

    def interrupt(self) -> None:
        self.interrupted_at.append(len(self.heard))

    def speak(self, clip: str) -> None:
        with wave.open(clip) as file:
            pcm = file.readframes(file.getnframes()) + bytes(2 * file.getframerate())
        for at in range(0, len(pcm), CHUNK_BYTES):
            self.say(pcm[at : at + CHUNK_BYTES])


def until(true, what: str) -> None:
    end_s = time.monotonic() + BUDGET_S
    while not true():
        if time.monotonic() > end_s:
            raise TimeoutError(what)
        time.sleep(0.01)


def main(port: str, question: str, interruption: str, *names: str) -> None:
    renaming.extend(names)
    audio, tools, answers, asked, called = Audio(), ClientTools(), [], [], []
    ended = threading.Event()
    why: list[object] = []

    def look_up(parameters: dict) -> str:
        called.append(parameters)
        return json.dumps({"id": "A-17", "day": "Tuesday"})

    tools.register("lookup_appointment", look_up)
    call = Conversation(
        ElevenLabs(api_key="x", base_url=f"http://127.0.0.1:{port}"),
        "agent_1",
        requires_auth=False,
        audio_interface=audio,
        client_tools=tools,
        config=ConversationInitiationData(
            conversation_config_override={"agent": {"language": "en"}}, dynamic_variables={"user_name": "John"}
        ),
        callback_agent_response=answers.append,
        callback_user_transcript=asked.append,
        callback_disconnect=lambda details: (why.append(details), ended.set()),
    )
    call.start_session()
    until(lambda: hasattr(audio, "say") and (call._conversation_id or ended.is_set()), "metadata")
    if not ended.is_set():
        audio.speak(question)
        until(lambda: ended.is_set() or (answers and len(audio.heard) > 16000), "an answer that can be heard")
    if not ended.is_set():
        audio.speak(interruption)
        until(lambda: audio.interrupted_at and len(answers) > 1, "an interruption")
        call.end_session()
    call.wait_for_session_end()
    print(json.dumps({
        "conversation_id": call._conversation_id, "asked": asked, "answers": answers, "called": called,
        "heard_bytes": len(audio.heard), "interrupted_at": audio.interrupted_at, "types": sorted(set(types)),
        "why": re.sub(r"\s+", " ", str(why[0])) if why else "",
    }))  # fmt: skip


main(*sys.argv[1:])
