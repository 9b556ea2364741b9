"""Google's own client, google-genai, without a patch: it always dials TLS, so a throw-away certificate and a small TLS
proxy stand before the plain port. usage: gemini_live_client.py PORT [FIRST.wav INTERRUPTION.wav]; without clips it
sends what is no message."""

import asyncio
import contextlib
import datetime
import ipaddress
import json
import ssl
import sys
import tempfile
import wave
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from google import genai
from google.genai import errors, types

BUDGET_S = 30
CHUNK_MS = 100
QUIET = bytes(2 * 16 * 1500)
TOOL = types.FunctionDeclaration(name="lookup_appointment", description="Looks the caller's appointment up")


def certified(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's context for 127.0.0.1, of a certificate that nobody else trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "c.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "k.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "c.pem", folder / "k.pem")
    return server, ssl.create_default_context(cafile=str(folder / "c.pem"))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


def proxy_to(port: int):
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))

    return carry


def pcm(path: str) -> bytes:
    with wave.open(path) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        return file.readframes(file.getnframes())


async def say(session, clip: bytes) -> None:
    step = 2 * 16 * CHUNK_MS
    sound = clip + QUIET
    for at in range(0, len(sound), step):
        blob = types.Blob(data=sound[at : at + step], mime_type="audio/pcm;rate=16000")
        await session.send_realtime_input(audio=blob)


class Talk:
    """What the client understood, turn by turn."""

    def __init__(self) -> None:
        self.told = {"calls": [], "heard": "", "said": "", "audio_types": [], "audio_bytes": 0, "interrupted": 0,
                     "generation_complete": 0, "turn_complete": 0}  # fmt: skip

    def take(self, message: types.LiveServerMessage) -> None:
        told, content = self.told, message.server_content
        if message.data:
            told["audio_bytes"] += len(message.data)
        if message.tool_call:
            told["calls"] += [[call.id, call.name, call.args] for call in message.tool_call.function_calls]
        if content:
            told["heard"] += (content.input_transcription and content.input_transcription.text) or ""
            told["said"] += (content.output_transcription and content.output_transcription.text) or ""
            told["interrupted"] += bool(content.interrupted)
            told["generation_complete"] += bool(content.generation_complete)
            told["turn_complete"] += bool(content.turn_complete)
            parts = (content.model_turn.parts or []) if content.model_turn else []
            types_of = {part.inline_data.mime_type for part in parts if part.inline_data}
            told["audio_types"] = sorted(types_of.union(told["audio_types"]))


async def talk(client: genai.Client, first: bytes, interruption: bytes) -> dict:
    told = Talk()
    config = types.LiveConnectConfig(
        response_modalities=[types.Modality.AUDIO],
        speech_config=types.SpeechConfig(
            language_code="en-US",
            voice_config=types.VoiceConfig(prebuilt_voice_config=types.PrebuiltVoiceConfig(voice_name="Kore")),
        ),
        system_instruction="You move appointments.",
        tools=[types.Tool(function_declarations=[TOOL])],
        input_audio_transcription=types.AudioTranscriptionConfig(),
        output_audio_transcription=types.AudioTranscriptionConfig(),
    )
    async with client.aio.live.connect(model="gemini-live-2.5-flash-preview", config=config) as session:
        told.told["session_id"] = session.session_id
        await say(session, first)
        async for message in session.receive():
            told.take(message)
            for call in message.tool_call.function_calls if message.tool_call else []:
                answer = types.FunctionResponse(id=call.id, name=call.name, response={"output": {"id": "A-17"}})
                await session.send_tool_response(function_responses=answer)
            if message.data and told.told["audio_bytes"] == len(message.data):
                await say(session, interruption)
        async for message in session.receive():
            told.take(message)
        await session.send_client_content(turns=types.Content(role="user", parts=[types.Part(text="hello")]))
        async for message in session.receive():
            told.take(message)
            if message.data:
                break
    return told.told


async def refused(client: genai.Client) -> dict:
    """What the client makes of the end of the connection that answers garbage."""
    async with client.aio.live.connect(model="m") as session:
        await session._ws.send("this is not a message")
        try:
            async for _ in session.receive():
                pass
        except errors.APIError as error:
            return {"error": type(error).__name__, "code": error.code}
    return {}


async def main(port: str, *clips: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        serving, trusting = certified(Path(folder))
        server = await asyncio.start_server(proxy_to(int(port)), "127.0.0.1", 0, ssl=serving)
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        options = types.HttpOptions(base_url=url, api_version="v1beta", async_client_args={"ssl": trusting})
        client = genai.Client(api_key="x", http_options=options)
        async with asyncio.timeout(BUDGET_S):
            told = await (talk(client, *map(pcm, clips)) if clips else refused(client))
        server.close()
    print(json.dumps(told))


asyncio.run(main(*sys.argv[1:]))
