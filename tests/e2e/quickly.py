"""An agent that takes calls in which nothing is said, and many short cases against it: a run in a second."""

import asyncio
import json
import sys

import yaml
from websockets.asyncio.server import ServerConnection, serve


async def call(line: ServerConnection) -> None:
    await line.send(json.dumps({"type": "session.started", "session_id": "s"}))
    async for message in line:
        if json.loads(message)["type"] == "session.configure":
            await line.send(json.dumps({"type": "session.configured", "session": {}}))


def serving_quickly(port: int = 0) -> serve:
    return serve(call, "127.0.0.1", port, compression=None)


async def main(port: int) -> None:
    async with serving_quickly(port) as server:
        await server.serve_forever()


def manifest(port: int, cases: int, stay: str = "200ms", **more: object) -> str:
    target = {
        "url": f"ws://127.0.0.1:{port}/", "dialect": "canonical", "allow_plain_ws": ["nobody.invalid"],
        "budgets": {"linger": "0s"}, **more,
    }  # fmt: skip
    stays = [{"name": f"case {number}", "caller": [{"pause": stay}], "never": ["error"]} for number in range(cases)]
    return yaml.safe_dump({"version": 1, "target": target, "suites": {"tools": {"cases": stays}}})


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
