"""The reference agent's tools over HTTP. Imported only for an agent that calls them so."""

from dataclasses import dataclass

import httpx

from gate.reference.errands import Answer, marked, read, tls
from gate.reference.waiting import Errand


@dataclass(frozen=True, slots=True)
class OverHttp:
    """`POST {url}/{tool}` with the arguments as a JSON object; the answer is JSON."""

    url: str

    async def run(self, errand: Errand, traceparent: str | None) -> Answer:
        url = f"{self.url.rstrip('/')}/{errand.name}"
        async with httpx.AsyncClient(timeout=None, trust_env=False, verify=tls()) as client:  # noqa: S113 (see `done`)
            reply = await client.post(url, json=errand.arguments, headers=marked(errand, traceparent))
        return read(reply.text, "" if reply.is_success else f"HTTP {reply.status_code}")
