"""Looking after a session: nothing before it is there, beside the call until it is seen, behind it until it is gone."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gate.core.callnames import CallNames
from gate.core.jsons import Json
from gate.core.places import Place
from gate.core.probing import CleanupRequest, Cleared, Look, Probe, Reading
from gate.session.vigil import Vigil

HERE = Place("m.yaml", 1, 1)
LISTED, COUNTED = Look("https://h/s", ids="s"), Look("https://h/n", count="n")
READY = CallNames("c0ffee", "7ace", "s-1", ready=True)
THERE, GONE = Reading(200, there=True), Reading(200, there=False)


class Time:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.t_ns = 0

    def now_ns(self) -> int:
        return self.t_ns

    async def sleep(self, delay_s: float) -> None:
        self.t_ns += round(delay_s * 1e9)
        await GIVE_WAY(0)


GIVE_WAY = asyncio.sleep


class Fake:
    """Shows these readings, and the last of them for ever; `shown` is set as soon as all were shown."""

    def __init__(self, *readings: Reading) -> None:
        self.readings = list(readings)
        self.shown = asyncio.Event()

    async def look(self, look: Look, names: CallNames) -> Reading:
        if len(self.readings) == 1:
            self.shown.set()
            return self.readings[0]
        return self.readings.pop(0)

    async def clear(self, request: CleanupRequest, names: CallNames) -> Cleared:
        raise AssertionError


Looked = Callable[..., list[tuple[str, Json]]]


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Looked:
    """The notes of a deed: kind, and the phase of a look."""

    def run(deed: Any, *readings: Reading, look: Look = LISTED, names: CallNames = READY) -> list[tuple[str, Json]]:
        notes: list[tuple[str, Json]] = []
        time = Time()
        monkeypatch.setattr(asyncio, "sleep", time.sleep)

        def note(kind: str, t_ns: int, data: dict[str, Json]) -> None:
            notes.append((kind, data.get("phase")))

        async def do() -> None:
            backend = Fake(*readings)
            clock: Any = time
            await deed(Vigil(Probe(look, HERE, 1_000.0), backend, clock, lambda: names, note), backend)

        asyncio.run(do())
        return notes

    return run


async def _beside(one: Vigil, backend: Fake) -> None:
    async with one.beside():
        await backend.shown.wait()
        for _ in range(9):
            await asyncio.sleep(0)


async def _behind(one: Vigil, backend: Fake) -> None:
    await one.behind()


async def _around(one: Vigil, backend: Fake) -> None:
    await one.before()
    await one.behind()


def test_beside_a_call_it_is_looked_for_until_it_was_seen(looked: Looked) -> None:
    notes = looked(_beside, GONE, Reading(error="down"), THERE)
    assert notes == [("probe", "beside")] * 3


def test_a_session_that_is_not_ready_is_not_looked_for(looked: Looked) -> None:
    async def hang_up_at_once(one: Vigil, backend: Fake) -> None:
        async with one.beside():
            await asyncio.sleep(0)
        await one.behind()

    assert looked(hang_up_at_once, THERE, names=CallNames("c0ffee", "7ace")) == []


def test_the_first_answer_beside_a_call_is_told() -> None:
    answered, told = list[int](), asyncio.Event()

    def tell() -> None:
        answered.append(1)
        told.set()

    async def do() -> None:
        backend = Fake(Reading(error="down"), THERE)
        clock: Any = Time()
        one = Vigil(Probe(LISTED, HERE), backend, clock, lambda: READY, lambda *_: None, tell)
        async with one.beside():
            await told.wait()

    asyncio.run(do())
    assert answered == [1]


def test_a_look_that_is_not_answered_ends_with_the_call(looked: Looked) -> None:
    class Silent(Fake):
        async def look(self, look: Look, names: CallNames) -> Reading:
            self.shown.set()
            await asyncio.Event().wait()
            raise AssertionError

    async def hang_up(one: Vigil, backend: Fake) -> None:
        one.backend = silent = Silent(THERE)
        async with one.beside():
            await silent.shown.wait()

    assert looked(hang_up, THERE) == []


def test_behind_a_call_it_is_looked_for_until_it_is_gone(looked: Looked) -> None:
    assert looked(_behind, GONE) == [("probe", "behind")]


def test_behind_a_call_it_is_looked_for_no_longer_than_it_may_stay(looked: Looked) -> None:
    assert looked(_behind, THERE) == [("probe", "behind")] * 5


def test_a_number_is_read_before_the_call_and_compared_with_what_is_there_behind_it(looked: Looked) -> None:
    three, four = Reading(200, count=3.0), Reading(200, count=4.0)
    notes = looked(_around, four, three, look=COUNTED)
    assert notes == [("probe", "before")] * 6 + [("probe.before", None), ("probe", "behind")]
