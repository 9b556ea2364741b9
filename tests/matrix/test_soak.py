"""What `make soak` measures with: whatever is leaked, one a round, is found, and what is not is not."""

import asyncio
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.matrix import soak
from tests.matrix.soak import MOST, Seen, growths, warmed

ROUND_S = 600.0
STILL = dict.fromkeys(MOST, 9.0)


def rounds(**steps: Callable[[int], float]) -> list[Seen]:
    return [
        Seen(n * 60.0, n, str(n % 12), STILL | {what.replace("_", " "): step(n) for what, step in steps.items()})
        for n in range(60)
    ]


def not_flat(seen: list[Seen]) -> list[str]:
    return [one.what for one in growths(seen) if not one.flat]


def test_what_is_made_once_and_what_swings_is_flat() -> None:
    assert not_flat(rounds(memory_MB=lambda n: 90.0 + 3 * (n % 5), files=lambda n: 9.0 + (n > 5))) == []


@pytest.mark.parametrize(
    ("what", "step"),
    [
        ("memory_MB", lambda n: 90.0 + n / 5),
        ("files", lambda n: 9.0 + n // 20),
        ("tasks", lambda n: 1.0 + (n > 40)),
        ("objects", lambda n: 90_000.0 + 50 * n),
    ],
)
def test_what_grows_is_not(what: str, step: Callable[[int], float]) -> None:
    assert not_flat(rounds(**{what: step})) == [what.replace("_", " ")]


def test_the_first_lap_is_left_out_and_nothing_else() -> None:
    assert warmed(rounds()) == 12
    assert warmed(rounds()[:7]) == 7
    grown = rounds(files=lambda n: 9.0 + min(n, 11))
    assert not_flat(grown) == []
    assert not_flat(rounds(files=lambda n: 9.0 + min(n, 20))) == ["files"]


def test_too_few_runs_say_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        growths(rounds()[:2])


@pytest.fixture
def leaks() -> Iterator[dict[str, Callable[[], None]]]:
    """What leaks one of each a round, by what is to show it; all are closed in the end."""
    with ExitStack() as held:
        kept, tasks = list[object](), list["asyncio.Task[object]"]()

        def file() -> None:
            held.callback(os.close, os.open(os.devnull, os.O_RDONLY))

        def thread() -> None:
            leave = threading.Event()
            one = threading.Thread(target=leave.wait)
            one.start()
            held.callback(one.join)
            held.callback(leave.set)

        def child() -> None:
            one = subprocess.Popen(["sleep", "60"])
            held.callback(one.wait)
            held.callback(one.kill)

        yield {
            "memory MB": lambda: kept.append(b"x" * 5_000_000),
            "objects": lambda: kept.extend([] for _ in range(1_000)),
            "tasks": lambda: tasks.append(asyncio.create_task(asyncio.Event().wait())),
            "files": file,
            "threads": thread,
            "children": child,
        }


def soaked(work: Callable[[], None]) -> list[str]:
    """What is not flat after an hour of it: seven rounds on a clock that goes on by itself."""
    clock = iter(n * ROUND_S / 2 for n in range(100))

    async def one() -> tuple[str, int]:
        work()
        return "round", 1

    return not_flat(asyncio.run(soak.soak(one, 7 * ROUND_S, lambda: next(clock))))


def test_work_that_leaks_nothing_is_flat() -> None:
    assert soaked(lambda: None) == []


@pytest.mark.parametrize("what", MOST)
def test_whatever_leaks_is_found(what: str, leaks: dict[str, Callable[[], None]]) -> None:
    assert what in soaked(leaks[what])
