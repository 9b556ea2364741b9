"""An agent made with Cartesia's Line, served by its own VoiceAgentApp. It says what it was told, and what it believes
to have said before. usage: cartesia_line_server.py PORT LOG.json [broken]; a `broken` agent cannot be made. It stops
when its standard input ends, and leaves the requests of its calls in LOG.json."""

import json
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from line.events import (
    AgentSendText,
    AgentTextSent,
    AgentToolCalled,
    AgentToolReturned,
    CallStarted,
    UserTextSent,
    UserTurnEnded,
)
from line.voice_agent_app import VoiceAgentApp
from loguru import logger

port, log, how = (*sys.argv[1:], "")[:3]
logger.remove()
requests: list[Any] = []


async def answer(env: Any, event: Any) -> AsyncIterator[Any]:
    if isinstance(event, CallStarted):
        yield AgentSendText(text="Good morning.")
    if isinstance(event, UserTurnEnded):
        words = " ".join(each.content for each in event.content if isinstance(each, UserTextSent))
        tool = {"tool_call_id": "t-1", "tool_name": "look_up", "tool_args": {"words": words}}
        yield AgentToolCalled(**tool)
        yield AgentToolReturned(**tool, result={"found": 3})
        said = "".join(each.content for each in event.history if isinstance(each, AgentTextSent))
        yield AgentSendText(text=f"You said: {words}. ")
        yield AgentSendText(text=f"I said: {said}")


async def get_agent(env: Any, request: Any) -> Any:
    requests.append(request.model_dump(by_alias=True))
    if how == "broken":
        raise RuntimeError("the agent cannot be made")
    return answer


config = uvicorn.Config(VoiceAgentApp(get_agent).fastapi_app, host="127.0.0.1", port=int(port), log_level="error")
server = uvicorn.Server(config)


def serve() -> None:
    server.run()


thread = threading.Thread(target=serve)
thread.start()
while not server.started:
    thread.join(0.01)
print("listening", flush=True)
sys.stdin.read()
server.should_exit = True
thread.join()
Path(log).write_text(json.dumps(requests))
