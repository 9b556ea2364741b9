"""Calls tools for real, where the manifest names them. Whatever goes wrong is the tool's answer, and never raises. It
calls no address that the plan does not hold."""

import asyncio
from collections.abc import Mapping

import httpx

from gate.core import jsons
from gate.core.fetched import Fetched
from gate.core.jsons import Json, canonical
from gate.core.tooling import RealTool
from gate.core.vault import Vault

LARGEST_ANSWER = 4 * 2**20
SHOWN = 200


class RealTools:
    """One client for a run: making one takes time that the calls' audio would feel."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._client = httpx.AsyncClient(timeout=None, trust_env=False)  # noqa: S113 (each tool has its own)

    async def fetch(self, tool: RealTool, arguments: Json, headers: Mapping[str, str]) -> Fetched:
        """The arguments go as a JSON body, or with GET as the query; `headers` are passed on beside the tool's own."""
        try:
            async with asyncio.timeout(tool.timeout_ms / 1000):
                return await self._ask(tool, arguments, headers)
        except TimeoutError:
            return Fetched(None, f"{tool.name} did not answer within {tool.timeout_ms:g} ms")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return Fetched(None, f"{tool.name} could not be called: {str(error) or type(error).__name__}")

    async def _ask(self, tool: RealTool, arguments: Json, passed_on: Mapping[str, str]) -> Fetched:
        own = {name: self._vault.fill(value) for name, value in tool.headers}
        body = {"params": _query(arguments)} if tool.method == "GET" else {"json": arguments}
        async with self._client.stream(tool.method, tool.url, headers={**passed_on, **own}, **body) as reply:
            data = b""
            async for piece in reply.aiter_bytes():
                data += piece
                if len(data) > LARGEST_ANSWER:
                    what = f"{tool.name} answered with more than {LARGEST_ANSWER} bytes"
                    return Fetched(None, what, reply.status_code)
        return _read(tool.name, reply.status_code, data)

    async def close(self) -> None:
        await self._client.aclose()


def _read(name: str, status: int, data: bytes) -> Fetched:
    text = data.decode("utf-8", "replace")
    shown = f": {text[:SHOWN]}" if text.strip() else ""
    if not 200 <= status < 300:
        return Fetched(None, f"{name} answered with HTTP {status}{shown}", status)
    if not data:
        return Fetched(None, None, status)
    try:
        return Fetched(jsons.parse(data), None, status)
    except ValueError:
        return Fetched(None, f"{name} answered with what is no JSON{shown}", status)


def _query(arguments: Json) -> dict[str, str]:
    given = arguments if isinstance(arguments, dict) else {}
    return {name: value if isinstance(value, str) else canonical(value) for name, value in given.items()}
