"""What a decent agent, and a gate that is right, may have to bear: a slow network that nobody told the gate of, a
machine that is busy with other work, a wall clock that steps."""

import asyncio
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.e2e.test_session import serving

STEPPING = Path(__file__).with_name("stepping.c")
SLOW_MS: Final = 50.0, 20.0
SPINNING: Final = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])})\nwhile True: pass"
_SOCKET = re.compile(r"(?<=ws://127\.0\.0\.1:)\d+")


@dataclass(frozen=True, slots=True)
class Hardship:
    """A context in which a manifest's text becomes another, with what is added to the environment."""

    name: str
    within: Callable[[str], AbstractContextManager[tuple[str, dict[str, str]]]]


async def _late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, dice: random.Random) -> None:
    """Passes on what comes, each piece so much later, in order; and its end."""
    loop, waiting = asyncio.get_running_loop(), asyncio.Queue[tuple[float, bytes | None]]()

    async def send() -> None:
        due_s = 0.0
        while True:
            at_s, data = await waiting.get()
            due_s = max(due_s, at_s)
            await asyncio.sleep(due_s - loop.time())
            if data is None:
                writer.transport.abort()
                return
            if not data:
                writer.close()
                return
            writer.write(data)

    sending = asyncio.create_task(send())
    try:
        data: bytes | None = b" "
        while data:
            try:
                data = await reader.read(65_536)
            except OSError:
                data = None
            waiting.put_nowait((loop.time() + (SLOW_MS[0] + dice.uniform(-SLOW_MS[1], SLOW_MS[1])) / 1000, data))
        await sending
    finally:
        sending.cancel()


@contextmanager
def slow_line(port: int, seed: int = 1) -> Iterator[int]:
    """A port that leads to another, 50 ms ± 20 ms away in each direction."""
    dice = random.Random(seed)

    async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_late(reader, far_writer, dice), _late(far_reader, writer, dice))
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()

    with serving(lambda: open_server(called)) as near:
        yield near


@asynccontextmanager
async def open_server(called: Callable[..., Awaitable[None]]) -> AsyncIterator[asyncio.Server]:
    server = await asyncio.start_server(called, "127.0.0.1", 0)
    try:
        yield server
    finally:
        server.close()
        calls = asyncio.all_tasks() - {asyncio.current_task()}
        for one in calls:
            one.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


@contextmanager
def slow(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every socket of the manifest is called through such a line."""
    with ExitStack() as lines:
        far = {port: lines.enter_context(slow_line(int(port))) for port in dict.fromkeys(_SOCKET.findall(text))}
        yield _SOCKET.sub(lambda found: str(far[found[0]]), text), {}


@contextmanager
def busy(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each core has a program that never rests."""
    spinning = [
        subprocess.Popen([sys.executable, "-c", SPINNING, str(core)]) for core in sorted(os.sched_getaffinity(0))
    ]
    try:
        yield text, {}
    finally:
        for one in spinning:
            one.kill()
            one.wait()


def compiler() -> str:
    """Raises SystemExit where there is none."""
    found = shutil.which("cc") or shutil.which("gcc")
    if found is None:
        raise SystemExit("a wall clock that steps needs a C compiler: apt-get install gcc")
    return found


@contextmanager
def stepping(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The wall clock is another every second, by up to half a minute. It needs a C compiler."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "stepping.so"
        subprocess.run([compiler(), "-shared", "-fPIC", "-O2", "-o", str(library), str(STEPPING)], check=True)
        yield text, {"LD_PRELOAD": str(library)}


HARDSHIPS: Final = {
    one.name: one
    for one in (
        Hardship("sockets", lambda text: nullcontext((text, {}))),
        Hardship("sockets, both cores busy", busy),
        Hardship("sockets, 50 ms ± 20 ms away", slow),
        Hardship("sockets, the wall clock steps", stepping),
    )
}
