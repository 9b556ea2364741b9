"""What tells which protocol a repository's agent speaks: packages, environment variables, pieces of source.

Only pieces of source that nobody writes for another purpose prove anything: a dependency of twilio may send text
messages, and one of openai may be no voice."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Clues:
    """`serves`: with this dialect the repository holds the server that is called; else it calls the provider's.
    `packages` by their names in any registry; `variables` and `source` as expressions."""

    serves: bool
    packages: tuple[str, ...]
    variables: str
    source: str


CLUES: Final[dict[str, Clues]] = {
    "twilio-media-streams": Clues(
        True, ("twilio",), r"TWILIO_\w+", r"<Stream\b|\bConnect\(\)|streamSid|/media-stream\b|TwilioFrameSerializer"),
    "telnyx": Clues(True, ("telnyx",), r"TELNYX_\w+", r"stream_url.*telnyx|telnyx.*stream_url|TelnyxFrameSerializer"),
    "plivo": Clues(True, ("plivo", "plivo-node"), r"PLIVO_\w+", r"playAudio|PlivoFrameSerializer"),
    "vonage": Clues(
        True, ("vonage", "@vonage/server-sdk"), r"VONAGE_\w+",
        r"websocket:connected|audio/l16;rate=|VonageFrameSerializer"),
    "retell": Clues(True, ("retell-sdk",), r"RETELL_\w+", r"llm-websocket|response_required|reminder_required"),
    "cartesia-line": Clues(True, ("cartesia-line",), r"CARTESIA_\w+", r"from line\b|VoiceAgentApp"),
    "pipecat": Clues(
        True, ("pipecat-ai", "@pipecat-ai/client-js"), r"PIPECAT_\w+",
        r"FastAPIWebsocketTransport|WebsocketServerTransport|ProtobufFrameSerializer|pipecat\.runner"),
    "elevenlabs": Clues(
        False, ("elevenlabs", "@elevenlabs/elevenlabs-js", "@elevenlabs/client", "@elevenlabs/react"),
        r"ELEVENLABS_\w+|ELEVEN_API_KEY|XI_API_KEY",
        r"convai/conversation|conversational_ai|Conversation\.startSession"),
    "deepgram": Clues(
        False, ("deepgram-sdk", "@deepgram/sdk"), r"DEEPGRAM_\w+", r"v1/agent/converse|\.agent\.v1\b|agent\.websocket"),
    "gemini-live": Clues(
        False, ("google-genai", "@google/genai"), r"GEMINI_API_KEY|GOOGLE_API_KEY",
        r"BidiGenerateContent|\.live\.connect\(|gemini-[\w.-]*live"),
    "hume": Clues(False, ("hume",), r"HUME_\w+", r"empathic_voice|v0/evi/chat"),
    "assemblyai": Clues(False, ("assemblyai",), r"ASSEMBLYAI_\w+", r"agents\.assemblyai\.com"),
    "ultravox": Clues(False, ("ultravox-client",), r"ULTRAVOX_\w+", r"api\.ultravox\.ai|serverWebSocket"),
    "vapi": Clues(False, ("vapi_server_sdk", "@vapi-ai/server-sdk", "@vapi-ai/web"), r"VAPI_\w+", r"api\.vapi\.ai"),
    "openai-realtime": Clues(
        False, ("openai", "openai-agents", "@openai/agents", "@openai/agents-realtime", "@openai/realtime-api-beta"),
        r"OPENAI_API_KEY|AZURE_OPENAI_\w+",
        r"/v1/realtime|gpt-(?:4o-(?:mini-)?)?realtime|realtime\.connect|Realtime(?:Agent|Client|Session)"),
}  # fmt: skip
"""In the order in which they count: of a server that carriers call and that calls a provider itself, the server is the
agent."""

PACKAGE_NAME: Final = re.compile(r"[@A-Za-z0-9][A-Za-z0-9._/-]*")
VARIABLE: Final = re.compile(r"^\s*(?:export\s+)?([A-Z][A-Z0-9_]{2,60})\s*=", re.MULTILINE)
PORT: Final = re.compile(r"\b(?:port|PORT)\b[\"']?\s*(?:\|\||\?\?|or|,|[:=])+\s*[\"']?(\d{4,5})\b")
ROUTE: Final = re.compile(r"(?:websocket(?:_route)?|\.ws|path|\.get)\W{1,4}(?:path\s*=\s*)?[\"'](/[\w./-]*)[\"']")
