"""Asks the agent's backend what sessions there are, and has it clear away what a case leaves behind. Whatever goes
wrong is an answer and never raises, and nothing takes longer than it may. It calls no address that the plan does not
hold."""

import asyncio
import contextlib
from urllib.parse import urlsplit

import httpx

from gate.core.callnames import CallNames
from gate.core.jsons import Json, parse
from gate.core.probing import GONE, CleanupRequest, Cleared, Look, Reading, TraceLook, read
from gate.core.vault import Vault

LOOK_S = 5.0
AGAIN_S = 0.5
ONE_REQUEST_EACH = httpx.Limits(max_keepalive_connections=0)
"""A connection that a server has closed meanwhile would be taken for a backend that is down."""

LARGEST_ANSWER = 4 * 2**20
SHOWN = 200


class HttpBackend:
    """One client for a run: making one takes time that the calls' audio would feel."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._client = httpx.AsyncClient(timeout=None, trust_env=False, limits=ONE_REQUEST_EACH)  # noqa: S113 (each request has its own)

    async def look(self, look: Look, names: CallNames) -> Reading:
        try:
            async with asyncio.timeout(LOOK_S):
                url, headers = self._url(look.url, names), self._headers(look.headers, names)
                status, body = await self._ask("GET", url, headers, None)
        except TimeoutError:
            return Reading(error=f"no answer within {LOOK_S:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError) as error:
            return Reading(error=self._vault.mask(_why(error)))
        return read(look, status, body, names)

    async def clear(self, request: CleanupRequest, names: CallNames) -> Cleared:
        shown = request.url
        try:
            async with asyncio.timeout(request.timeout_ms / 1000):
                shown = names.fill(request.url, quoted=True)
                url, headers = self._url(request.url, names), self._headers(request.headers, names)
                body = names.fill_json(self._vault.fill_json(request.body))
                status, answer = await self._ask(request.method, url, headers, body)
        except TimeoutError:
            return Cleared(request.method, shown, error=f"no answer within {request.timeout_ms:g} ms")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError) as error:
            return Cleared(request.method, shown, error=self._vault.mask(_why(error)))
        text = self._vault.mask(answer.decode("utf-8", "replace"))[:SHOWN]
        is_clear = 200 <= status < 300 or (request.method == "DELETE" and request.of_one_call and status in GONE)
        return Cleared(request.method, shown, status, text, None if is_clear else f"HTTP {status}")

    async def trace(self, look: TraceLook, trace_id: str) -> Json:
        """The trace, as the backend shows it: it is asked again until it has one, or its time is over. Raises
        LookupError, in words, if that is in vain."""
        names, why = CallNames(trace_id=trace_id), "no answer"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(look.within_ms / 1000):
                while True:
                    try:
                        url, headers = self._url(look.url, names), self._headers(look.headers, names)
                        status, body = await self._ask("GET", url, headers, None)
                        if 200 <= status < 300:
                            return self._vault.mask_json(parse(body))
                        why = f"HTTP {status}"
                    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                        why = self._vault.mask(_why(error))
                    await asyncio.sleep(AGAIN_S)
        raise LookupError(f"{why}, for {look.within_ms:g} ms")

    def _url(self, url: str, names: CallNames) -> str:
        """The secrets first: what an agent calls its session fills in nothing further."""
        return names.fill(self._vault.fill(url), quoted=True)

    def _headers(self, headers: tuple[tuple[str, str], ...], names: CallNames) -> dict[str, str]:
        return {name: names.fill(self._vault.fill(value)) for name, value in headers}

    async def _ask(self, method: str, url: str, headers: dict[str, str], body: Json) -> tuple[int, bytes]:
        async with self._client.stream(method, url, headers=headers, json=body) as reply:
            data = b""
            async for piece in reply.aiter_bytes():
                data += piece
                if len(data) > LARGEST_ANSWER:
                    raise ValueError(f"an answer of more than {LARGEST_ANSWER} bytes")
        return reply.status_code, data

    async def close(self) -> None:
        await self._client.aclose()


def _why(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError):
        address = urlsplit(str(error.request.url))
        return f"no connection to {address.hostname}: {error}"
    return str(error.args[0] if isinstance(error, LookupError) else error) or type(error).__name__
