"""Asks the user's own service for a token. Whatever goes wrong is told in words, and never raises: it says nothing of
the agent. It asks no address that the plan does not hold."""

import asyncio

import httpx

from gate.core import jsons
from gate.core.jsons import canonical
from gate.core.paths import get
from gate.core.tokens import Mint, Minted
from gate.core.vault import Vault

LARGEST_ANSWER = 2**20
ENOUGH = 2


class HttpMint:
    """A request for each token. An address that lets two of them wait in vain is not asked again in this run."""

    def __init__(self) -> None:
        self._in_vain: dict[str, int] = {}

    async def token(self, asked: Mint, vault: Vault) -> Minted:
        late = f"{asked.url} gave no token within {asked.timeout_ms:g} ms"
        if self._in_vain.get(asked.url, 0) >= ENOUGH:
            return Minted(error=f"{late}, {ENOUGH} times, and was not asked again")
        try:
            async with asyncio.timeout(asked.timeout_ms / 1000):
                return await self._ask(asked, vault)
        except TimeoutError:
            self._in_vain[asked.url] = self._in_vain.get(asked.url, 0) + 1
            return Minted(error=late)

    async def _ask(self, asked: Mint, vault: Vault) -> Minted:
        url, headers = vault.fill(asked.url), {name: vault.fill(value) for name, value in asked.headers}
        body = canonical(vault.fill_json(asked.body)).encode() if asked.body is not None else b""
        if body and not any(name.casefold() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
        try:
            status, data = await _answer(asked.method, url, headers, body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Minted(error=f"{asked.url} could not be asked for a token: {str(error) or type(error).__name__}")
        if not 200 <= status < 300:
            return Minted(error=f"{asked.url} was asked for a token and answered with HTTP {status}", status=status)
        return _read(asked, status, data)


async def _answer(method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    async with (
        httpx.AsyncClient(timeout=None, trust_env=False) as client,  # noqa: S113 (the caller has the budget)
        client.stream(method, url, headers=headers, content=body) as reply,
    ):
        data = b""
        async for piece in reply.aiter_bytes():
            data += piece
            if len(data) > LARGEST_ANSWER:
                break
        return reply.status_code, data


def _read(asked: Mint, status: int, data: bytes) -> Minted:
    """The reply itself is never told: it may well hold the token."""
    if not asked.token_path:
        return Minted(data.decode("utf-8", "replace").strip(), status=status)
    try:
        found = get(jsons.parse(data), asked.token_path)
    except ValueError:
        return Minted(error=f"the reply of {asked.url} is not JSON", status=status)
    if not isinstance(found, str) or not found:
        return Minted(error=f"no token stands at {asked.token_path} of the reply of {asked.url}", status=status)
    return Minted(found, status=status)
