"""Cleanup behind a case: each request for each call that it is about, and to its end whatever happens."""

import asyncio
from typing import Any

import pytest

from gate.core.callnames import CallNames
from gate.core.jsons import Json
from gate.core.places import Place
from gate.core.plan import Case
from gate.core.probing import CleanupRequest, Cleared, Look, Reading
from gate.run.clearing import clear, whatever_happens

HERE = Place("m.yaml", 1, 1)
FIRST, SECOND = CallNames("c0", "7ace", "s-1", ready=True), CallNames("c1", "7ace", "s-2", ready=True)
NEVER_IN = CallNames("c2", "7ace")


class Fake:
    """Clears away what it is asked to, but for addresses with `broken` in them."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def look(self, look: Look, names: CallNames) -> Reading:
        raise AssertionError

    async def clear(self, request: CleanupRequest, names: CallNames) -> Cleared:
        url = names.fill(request.url)
        self.asked.append(f"{request.method} {url}")
        return Cleared(request.method, url, 500, "no", "HTTP 500" if "broken" in url else None)


def cleared(*urls: str, calls: tuple[CallNames, ...] = (FIRST, SECOND)) -> tuple[list[str], list[str], list[Any]]:
    """What was asked, what is told of it, what is written down."""
    case = Case("c", "t", "smoke", "c", HERE, cleanup=tuple(CleanupRequest(HERE, url) for url in urls))
    fake, notes = Fake(), list[tuple[int, dict[str, Json]]]()
    problems = asyncio.run(clear(case, calls, "7ace", fake, lambda number, data: notes.append((number, data))))
    return fake.asked, problems, notes


def test_a_request_about_a_call_is_sent_for_each_and_any_other_once() -> None:
    asked, problems, notes = cleared("h/{session_id}", "h/reset?t={trace_id}", "h/of/{call}")
    assert asked == [
        "DELETE h/s-1", "DELETE h/s-2", "DELETE h/reset?t=7ace", "DELETE h/of/c0", "DELETE h/of/c1",
    ]  # fmt: skip
    assert problems == []
    assert [number for number, _ in notes] == [0, 1, 0, 0, 1]
    assert notes[0][1] == {
        "method": "DELETE", "url": "h/s-1", "body": None, "status": 500, "answer": "no", "error": None,
    }  # fmt: skip


def test_a_call_that_never_got_a_session_has_none_to_clear_away() -> None:
    assert cleared("h/{session_id}", "h/of/{call}", calls=(NEVER_IN,))[0] == ["DELETE h/of/c2"]


def test_without_any_call_the_case_is_cleared_up_all_the_same() -> None:
    assert cleared("h/{session_id}", "h/reset", calls=())[0] == ["DELETE h/reset"]


def test_what_fails_is_told_and_the_rest_is_sent() -> None:
    asked, problems, notes = cleared("h/broken/{session_id}", "h/{session_id}", calls=(FIRST,))
    assert asked == ["DELETE h/broken/s-1", "DELETE h/s-1"]
    assert problems == ["not cleaned up behind c: DELETE h/broken/s-1: HTTP 500"]
    assert notes[0][1]["error"] == "HTTP 500"


async def _cancelled(at: str) -> list[str]:
    """A task that does something and then clears up, cancelled in the one or in the other."""
    done: list[str] = []
    under_way = {"work": asyncio.Event(), "clearing": asyncio.Event()}
    go_on = asyncio.Event()

    async def clearing() -> None:
        under_way["clearing"].set()
        await go_on.wait()
        done.append("cleared")

    async def case() -> None:
        try:
            under_way["work"].set()
            if at == "work":
                await asyncio.Event().wait()
        finally:
            await whatever_happens(clearing())
            done.append("closed")

    task = asyncio.create_task(case())
    await under_way[at].wait()
    task.cancel()
    await under_way["clearing"].wait()
    assert done == []
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    return done


def test_a_stop_in_mid_case_waits_for_its_cleanup() -> None:
    assert asyncio.run(_cancelled("work")) == ["cleared", "closed"]


def test_a_stop_in_mid_cleanup_waits_for_it() -> None:
    assert asyncio.run(_cancelled("clearing")) == ["cleared"]
