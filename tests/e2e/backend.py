"""An agent whose tools live elsewhere: it is told in typed words which to call, calls it over HTTP or MCP, and says
what it got.

`python backend.py PORT`: the words are `NAME {arguments}`. Where the tools are it knows from the header `X-Tools`,
else from the variable TOOLS; over MCP if the address ends so. It passes `traceparent` on, unless `--untraced`.
Behind `ask` it asks the caller, over the socket."""

import argparse
import asyncio
import json
import os

import httpx
from websockets.asyncio.server import ServerConnection, serve

options = argparse.ArgumentParser()
options.add_argument("port", type=int)
options.add_argument("--untraced", action="store_true")
OPTIONS = options.parse_args()


async def answer(words: str, headers: dict[str, str], client: httpx.AsyncClient) -> str:
    name, _, given = words.partition(" ")
    trace = {} if OPTIONS.untraced else {"traceparent": headers["traceparent"]}
    url, arguments = headers.get("x-tools") or os.environ["TOOLS"], json.loads(given or "{}")
    if url.endswith("/mcp"):
        from mcp.client.client import Client

        async with Client(url) as tools:
            found = await tools.call_tool(name, arguments, meta=trace)
            return f"{'error' if found.is_error else 'result'} {found.content[0].text}"
    reply = await client.post(f"{url}/{name}", json=arguments, headers=trace)
    return f"{reply.status_code} {reply.text}"


async def call(line: ServerConnection) -> None:
    headers = {name.casefold(): value for name, value in line.request.headers.raw_items()}
    await line.send(json.dumps({"type": "session.started", "session_id": headers["traceparent"]}))
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        async for text in line:
            message = json.loads(text)
            if message["type"] == "session.configure":
                await line.send(json.dumps({"type": "session.configured", "session": message["session"]}))
            elif message["type"] == "text.input" and message["text"].startswith("ask "):
                await line.send(
                    json.dumps({"type": "tool.call", "call_id": "c", "name": message["text"][4:], "arguments": {}})
                )
            elif message["type"] in ("text.input", "tool.result"):
                said = json.dumps(message.get("result"))
                if message["type"] == "text.input":
                    said = await answer(message["text"], headers, client)
                await line.send(json.dumps({"type": "response.started", "response_id": "r"}))
                await line.send(json.dumps({"type": "output_transcript.final", "text": said, "response_id": "r"}))
                await line.send(json.dumps({"type": "response.done", "response_id": "r"}))


async def main() -> None:
    async with serve(call, "127.0.0.1", OPTIONS.port) as server:
        await server.serve_forever()


asyncio.run(main())
