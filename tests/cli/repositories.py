"""Small repositories as people have them, one for each of five providers: their files by name."""

# ruff: noqa: E501
from pathlib import Path
from typing import Final

REPOSITORIES: Final[dict[str, dict[str, str]]] = {
    "openai-realtime": {
        "requirements.txt": "fastapi==0.115\nopenai[realtime]>=1.60  # voice\npython-dotenv\n",
        ".env.example": "OPENAI_API_KEY=\nLOG_LEVEL=info\n",
        "assistant/main.py": (
            "from openai import AsyncOpenAI\n\nclient = AsyncOpenAI()\n\n\nasync def talk():\n"
            "    async with client.realtime.connect(model='gpt-realtime') as connection:\n        ...\n"
        ),
        "node_modules/twilio/index.js": "// <Stream url='wss://x/media-stream'/> streamSid\n",
    },
    "twilio-media-streams": {
        "package.json": '{"scripts": {"start": "node index.js"}, "dependencies": {"twilio": "^5", "fastify": "^5", "ws": "^8"}}',
        ".env": "OPENAI_API_KEY=sk-never-to-be-read\nPORT=5050\n",
        "index.js": (
            "const { OPENAI_API_KEY } = process.env;\nconst PORT = process.env.PORT || 5050;\n"
            "fastify.all('/incoming-call', async (req, reply) => reply.type('text/xml').send(\n"
            '  `<Response><Connect><Stream url="wss://${req.headers.host}/media-stream" /></Connect></Response>`));\n'
            "fastify.register(async (app) => { app.get('/media-stream', { websocket: true }, (connection) => {\n"
            "  const upstream = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime');\n"
            "  let streamSid = null;\n}); });\nfastify.listen({ port: PORT });\n"
        ),
    },
    "elevenlabs": {
        "package.json": '{"dependencies": {"@elevenlabs/client": "^0.5", "react": "^19"}}',
        ".env.local.example": "ELEVENLABS_API_KEY=\nNEXT_PUBLIC_AGENT_ID=\n",
        "app/conversation.tsx": "import { Conversation } from '@elevenlabs/client';\nawait Conversation.startSession({ agentId });\n",
    },
    "gemini-live": {
        "pyproject.toml": '[project]\nname = "desk"\nversion = "1"\ndependencies = ["google-genai>=1.20", "pyaudio"]\n',
        ".env.sample": "export GOOGLE_API_KEY=\n",
        "desk/live.py": "async with client.aio.live.connect(model='gemini-live-2.5-flash-preview', config=config) as s:\n    ...\n",
    },
    "deepgram": {
        "Pipfile": '[packages]\ndeepgram-sdk = "*"\nwebsockets = "*"\n',
        ".env.example": "DEEPGRAM_API_KEY=\n",
        "agent.py": "URL = 'wss://agent.deepgram.com/v1/agent/converse'\n",
    },
}


def lay_out(folder: Path, dialect: str) -> Path:
    for name, text in REPOSITORIES[dialect].items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder
