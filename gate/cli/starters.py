"""The first manifest for each dialect: as much of a target as is the same for everybody, the rest with a comment."""

from dataclasses import dataclass, field
from typing import Any, Final

REALTIME = "wss://api.openai.com/v1/realtime"
GEMINI = "wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"


@dataclass(frozen=True, slots=True)
class Starter:
    """`url` is the provider's, or `http` asks it for one; without either the repository serves, on `port` at `path`.
    `auth` and `http` have KEY where the variable's name goes; `key` is what that is called by most. `change` says what
    is to be looked at."""

    url: str = ""
    http: dict[str, Any] = field(default_factory=dict)
    port: int = 8080
    path: str = "/"
    key: str = ""
    auth: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    session: dict[str, Any] = field(default_factory=dict)
    change: tuple[str, ...] = ()


_PROMPT = "session: what your app sends when a call begins; a prompt, a voice and tools belong here too"
_BEARER = {"bearer": "${env.KEY}"}

STARTERS: Final[dict[str, Starter]] = {
    "openai-realtime": Starter(
        REALTIME, key="OPENAI_API_KEY", auth=_BEARER, session={"model": "gpt-realtime", "voice": "marin"},
        change=(_PROMPT,)),
    "gemini-live": Starter(
        GEMINI, key="GEMINI_API_KEY", auth={"header": {"name": "x-goog-api-key", "value": "${env.KEY}"}},
        session={"model": "gemini-live-2.5-flash-preview", "voice": "Kore"}, change=(_PROMPT,)),
    "elevenlabs": Starter(
        http={"url": "https://api.elevenlabs.io/v1/convai/conversation/get-signed-url", "method": "GET",
              "headers": {"xi-api-key": "${env.KEY}"}},
        key="ELEVENLABS_API_KEY", options={"agent_id": "PLACEHOLDER"}, change=("PLACEHOLDER: your agent's id",)),
    "deepgram": Starter(
        "wss://agent.deepgram.com/v1/agent/converse", key="DEEPGRAM_API_KEY", auth=_BEARER,
        session={"model": "gpt-4o-mini", "voice": "aura-2-thalia-en"}, change=(_PROMPT,)),
    "hume": Starter(
        "wss://api.hume.ai/v0/evi/chat", key="HUME_API_KEY",
        auth={"header": {"name": "X-Hume-Api-Key", "value": "${env.KEY}"}}),
    "assemblyai": Starter("wss://agents.assemblyai.com/v1/ws", key="ASSEMBLYAI_API_KEY", auth=_BEARER),
    "twilio-media-streams": Starter(path="/media-stream"),
    "telnyx": Starter(path="/telnyx"),
    "plivo": Starter(path="/stream"),
    "vonage": Starter(path="/socket"),
    "retell": Starter(path="/llm-websocket"),
    "cartesia-line": Starter(port=8000, path="/ws"),
    "pipecat": Starter(port=7860, path="/ws-client"),
}  # fmt: skip
