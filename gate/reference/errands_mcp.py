"""The reference agent's tools through the client of MCP. Imported only for an agent that calls them so: it takes its
time, which the first errand is not to wait for."""

from dataclasses import dataclass

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import TextContent

from gate.reference.errands import Answer, marked, read, tls
from gate.reference.waiting import Errand


@dataclass(frozen=True, slots=True)
class OverMcp:
    """`tools/call` of the server at `url`, over streamable HTTP; a session for each errand."""

    url: str

    async def run(self, errand: Errand, traceparent: str | None) -> Answer:
        meta = marked(errand, traceparent)
        async with (
            httpx2.AsyncClient(timeout=None, trust_env=False, verify=tls(), headers=meta) as http,
            Client(streamable_http_client(self.url, http_client=http)) as client,
        ):
            reply = await client.call_tool(errand.name, errand.arguments, meta=meta)  # type: ignore[arg-type]
        if reply.structured_content is not None and not reply.is_error:
            return reply.structured_content, None
        texts = [part.text for part in reply.content if isinstance(part, TextContent)]
        return read("".join(texts), "the tool failed" if reply.is_error else "")
