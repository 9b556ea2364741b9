"""Behind a case: the cleanup requests that its manifest declares are sent, whatever became of the case, and what they
got is written into its recording."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence

import structlog

from gate.core.callnames import CallNames, names_in
from gate.core.jsons import Json
from gate.core.plan import Case
from gate.core.ports import Backend
from gate.core.probing import CleanupRequest

Note = Callable[[int, dict[str, Json]], None]

log = structlog.get_logger()


async def clear(case: Case, calls: Sequence[CallNames], trace_id: str, backend: Backend, note: Note) -> list[str]:
    """Sends the requests in their order; returns what could not be cleared away. A request that names a call is sent
    for each call."""
    problems = []
    for request in case.cleanup:
        for number, names in _about(request, calls, trace_id):
            got = await backend.clear(request, names)
            asked: dict[str, Json] = {"method": got.method, "url": got.url, "body": request.body}
            note(number, {**asked, "status": got.status, "answer": got.answer, "error": got.error})
            if got.error is not None:
                log.warning("cleanup.failed", url=got.url, why=got.error)
                problems.append(f"not cleaned up behind {case.id}: {got.method} {got.url}: {got.error}")
    return problems


def _about(
    request: CleanupRequest, calls: Iterable[CallNames], trace_id: str
) -> Iterator[tuple[int, CallNames]]:  # fmt: skip
    """The calls, each with its number, that the request is to be sent for. A call that never got a session has none to
    clear away."""
    if not request.of_one_call:
        yield 0, CallNames(trace_id=trace_id)
        return
    needs_session = "session_id" in set(names_in([request.url, dict(request.headers), request.body]))
    for number, names in enumerate(calls):
        if names.ready or names.session_id or not needs_session:
            yield number, names


async def whatever_happens(deed: Coroutine[None, None, None]) -> None:
    """Does it to its end, also where this task is cancelled meanwhile; it is then cancelled behind it."""
    task = asyncio.ensure_future(deed)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
