"""Whether a program that was started is ready to be called, and whether something else has its place. It starts and
stops nothing."""

import asyncio
import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gate.core.addresses import is_loopback
from gate.core.plan import Start

ANSWER_S = 2.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """Of one start: what stands in the log before `since_byte` was written by an earlier one."""

    start: Start
    log: Path
    since_byte: int = 0

    async def missing(self) -> str:
        """What is still to come, in words; empty once the agent is ready."""
        start = self.start
        if start.port is not None and not await listens(start.port):
            return f"it did not listen on port {start.port}"
        if start.url is not None and (found := await _answer(start.url)):
            return f"{start.url} {found}"
        if start.log_line is not None and not self._has_told(start.log_line):
            return f"it wrote no line with {start.log_line!r}"
        return ""

    def _has_told(self, expression: str) -> bool:
        text = self.log.read_bytes()[self.since_byte :].decode("utf-8", "replace")
        return any(re.search(expression, line) for line in text.splitlines())


def ports_of(start: Start) -> tuple[int, ...]:
    """The ports of this machine on which the agent will be."""
    parts = urlsplit(start.url) if start.url else None
    asked = parts.port or {"http": 80, "https": 443}[parts.scheme] if parts else None
    is_here = parts is not None and is_loopback(parts.hostname or "")
    ports = (start.port, asked if is_here else None)
    return tuple(dict.fromkeys(port for port in ports if port is not None))


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def _answer(url: str) -> str:
    """What is wrong with the answer of this address; empty for one that is ready."""
    import httpx

    try:
        async with httpx.AsyncClient(timeout=ANSWER_S, trust_env=False) as client:
            status = (await client.get(url)).status_code
    except httpx.HTTPError:
        return "did not answer"
    return "" if status < 400 else f"answered {status}"
