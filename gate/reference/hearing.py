"""The recogniser in a process of its own: while one caller's words are being recognised, the agent goes on listening
and speaking to all others.

What crosses: the length of an utterance (four bytes, little-endian) and its samples one way, a line of JSON with its
words the other, in the same order. It ends with its standard input."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from typing import BinaryIO

import numpy as np

from gate.audio.pcm import Samples, pack
from gate.reference.recogniser import Recogniser

COMMAND = (sys.executable, "-P", "-m", "gate.reference.hearing")
LENGTH_BYTES = 4


class Hearing:
    """Ears that are asked, and waited for."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def words(self, samples: Samples) -> str | None:
        """The caller's words, or None for what is no speech of the dialogue. Raises OSError if the recogniser died."""
        assert self._process.stdin
        assert self._process.stdout
        data = pack(samples)
        async with self._turn:
            self._process.stdin.write(len(data).to_bytes(LENGTH_BYTES, "little") + data)
            await self._process.stdin.drain()
            line = await self._process.stdout.readline()
        if not line:
            raise ConnectionResetError("the recogniser of the reference agent has ended")
        heard: str | None = json.loads(line)
        return heard


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Hearing]:
    """From here to the end of the block there is somebody who recognises words."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Hearing(process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


def serve(asked: BinaryIO, said: BinaryIO) -> None:
    recogniser = Recogniser()
    recogniser.warm_up()
    while length := asked.read(LENGTH_BYTES):
        samples = np.frombuffer(asked.read(int.from_bytes(length, "little")), np.dtype("<i2"))
        said.write(json.dumps(recogniser.words(samples)).encode() + b"\n")
        said.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
