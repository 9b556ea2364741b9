"""The reference agent's own tool calls, as an agent's backend makes them; each way has a module of its own. What goes
wrong is an answer too: an error. What takes longer than its budget is given up, and has no answer."""

import asyncio
import functools
import ssl
from typing import Protocol

from gate.core.jsons import Json, parse
from gate.reference.waiting import Errand

Answer = tuple[Json, str | None]
"""The result, and the text of the error if there was one."""

KEY = "Idempotency-Key"  # draft-ietf-httpapi-idempotency-key-header
TRACE = "traceparent"  # W3C Trace Context; in MCP's `_meta` by SEP-414


class Runner(Protocol):
    async def run(self, errand: Errand, traceparent: str | None) -> Answer: ...


async def done(runner: Runner, errand: Errand, traceparent: str | None) -> Answer | None:
    """The answer to an errand, or None for one that was given up. `traceparent` is that of the call."""
    try:
        async with asyncio.timeout(errand.budget_ms / 1000):
            return await runner.run(errand, traceparent)
    except TimeoutError:
        return None
    except Exception as error:
        return None, f"the call failed: {_cause(error)}"


def _cause(error: BaseException) -> BaseException:
    """The first error of a group: MCP's client has tasks inside tasks."""
    return _cause(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def marked(errand: Errand, traceparent: str | None) -> dict[str, str]:
    """What goes with a call beside its arguments: as headers, and in MCP as `_meta` too."""
    key = {KEY: errand.key} if errand.key else {}
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
def tls() -> ssl.SSLContext:
    """Made once: it takes longer than a call."""
    return ssl.create_default_context()
