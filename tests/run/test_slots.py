"""Room for so many calls at a time, in the order of asking."""

import asyncio

from gate.run.slots import Slots


def order(count: int, *wanted: int) -> list[tuple[int, list[int]]]:
    """Who comes in at which step, if whoever is in leaves in turn: its number, and who is in then."""
    seen: list[tuple[int, list[int]]] = []

    async def whole() -> None:
        slots, inside = Slots(count), list[int]()
        entered, leave = [asyncio.Event() for _ in wanted], [asyncio.Event() for _ in wanted]

        async def one(number: int) -> None:
            async with slots.taken(wanted[number]):
                inside.append(number)
                seen.append((number, list(inside)))
                entered[number].set()
                await leave[number].wait()
                inside.remove(number)

        async with asyncio.TaskGroup() as group:
            for number in range(len(wanted)):
                group.create_task(one(number))
            for number in range(len(wanted)):
                await entered[number].wait()
                leave[number].set()

    asyncio.run(whole())
    return seen


def test_as_many_as_there_is_room_for() -> None:
    assert order(2, 1, 1, 1) == [(0, [0]), (1, [0, 1]), (2, [2])]


def test_a_large_one_waits_for_room_and_keeps_its_place() -> None:
    assert order(3, 1, 3, 1) == [(0, [0]), (1, [1]), (2, [2])]


def test_what_is_larger_than_all_the_room_there_is_has_all_of_it() -> None:
    assert order(2, 5, 1) == [(0, [0]), (1, [1])]


def test_who_is_stopped_while_it_waits_gives_back_what_it_held() -> None:
    async def whole() -> bool:
        slots = Slots(2)
        async with slots.taken(1):
            waiting = asyncio.create_task(slots.taken(2).__aenter__())
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(10), slots.taken(2):
            return True

    assert asyncio.run(whole())
