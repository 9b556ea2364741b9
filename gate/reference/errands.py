"""The reference agent's own tool calls, as an agent's backend makes them: over HTTP, or through the client of MCP. What
goes wrong is an answer too: an error. What takes longer than its budget is given up, and has no answer."""

import asyncio
import functools
import ssl
from dataclasses import dataclass
from typing import Protocol

from gate.core.jsons import Json, parse
from gate.reference.waiting import Errand

Answer = tuple[Json, str | None]
"""The result, and the text of the error if there was one."""

KEY_HEADER = "Idempotency-Key"  # draft-ietf-httpapi-idempotency-key-header
TRACE = "traceparent"  # W3C Trace Context; in MCP's `_meta` by SEP-414


class Runner(Protocol):
    async def run(self, errand: Errand, traceparent: str | None) -> Answer: ...


@dataclass(frozen=True, slots=True)
class OverHttp:
    """`POST {url}/{tool}` with the arguments as a JSON object; the answer is JSON."""

    url: str

    async def run(self, errand: Errand, traceparent: str | None) -> Answer:
        import httpx

        url = f"{self.url.rstrip('/')}/{errand.name}"
        async with httpx.AsyncClient(timeout=None, trust_env=False, verify=_tls()) as client:  # noqa: S113 (see `done`)
            reply = await client.post(url, json=errand.arguments, headers=_marked(errand, traceparent))
        return read(reply.text, "" if reply.is_success else f"HTTP {reply.status_code}")


@dataclass(frozen=True, slots=True)
class OverMcp:
    """`tools/call` of the server at `url`, over streamable HTTP; a session for each errand."""

    url: str

    async def run(self, errand: Errand, traceparent: str | None) -> Answer:
        import httpx2
        from mcp import Client
        from mcp.client.streamable_http import streamable_http_client
        from mcp_types import TextContent

        meta = _marked(errand, traceparent)
        async with (
            httpx2.AsyncClient(timeout=None, trust_env=False, verify=_tls(), headers=meta) as http,
            Client(streamable_http_client(self.url, http_client=http)) as client,
        ):
            reply = await client.call_tool(errand.name, errand.arguments, meta=meta)  # type: ignore[arg-type]
        if reply.structured_content is not None and not reply.is_error:
            return reply.structured_content, None
        texts = [part.text for part in reply.content if isinstance(part, TextContent)]
        return read("".join(texts), "the tool failed" if reply.is_error else "")


def _marked(errand: Errand, traceparent: str | None) -> dict[str, str]:
    """What goes with a call beside its arguments: as headers, and in MCP as `_meta` too."""
    key = {KEY_HEADER: errand.key} if errand.key else {}
    return key | ({TRACE: traceparent} if traceparent else {})


def read(text: str, failed: str = "") -> Answer:
    """What an answer says. `failed` is what is known of the failure without its text."""
    try:
        value = parse(text)
    except ValueError:
        return None, ": ".join(filter(None, (failed, text))) if failed else "the answer of the tool is no JSON"
    if failed:
        said = value.get("error") if isinstance(value, dict) else value
        return None, f"{failed}: {said}"
    return value, None


@functools.cache
def _tls() -> ssl.SSLContext:
    """Made once: it takes longer than a call."""
    return ssl.create_default_context()


def _cause(error: BaseException) -> BaseException:
    """The first error of a group: MCP's client has tasks inside tasks."""
    return _cause(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def done(runner: Runner, errand: Errand, traceparent: str | None) -> Answer | None:
    """The answer to an errand, or None for one that was given up."""
    try:
        async with asyncio.timeout(errand.budget_ms / 1000):
            return await runner.run(errand, traceparent)
    except TimeoutError:
        return None
    except Exception as error:
        return None, f"the call failed: {_cause(error)}"
