"""An agent that lets everybody in, takes every word and says nothing: it keeps sessions open at the least cost.
`python -m bench.sink PORT` runs until its standard input ends. It speaks the canonical dialect."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, serve

READY = '{"type":"session.started","session_id":"sink"}'
CONFIGURED = '{"type":"session.configured","session":{}}'


async def hold(line: ServerConnection) -> None:
    await line.send(READY)
    async for data in line:
        if isinstance(data, str) and data.startswith('{"type":"session.configure"'):
            await line.send(CONFIGURED)


async def main(port: int) -> None:
    async with serve(hold, "127.0.0.1", port, compression=None, ping_interval=None):
        await asyncio.to_thread(sys.stdin.buffer.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
