"""What `make soak` measures with: whatever is leaked, one a round, is found, and what is not is not."""

import asyncio
import os
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
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


@pytest.mark.parametrize("runs", [2, 13, 35])
def test_too_few_runs_say_nothing(runs: int) -> None:
    with pytest.raises(ValueError, match="too few"):
        growths(rounds()[:runs])


def line(seen: list[Seen]) -> float:
    """The slope of the memory in an hour by the plain straight line."""
    warm = seen[warmed(seen) :]
    hours = [one.at_s / soak.HOUR_S for one in warm]
    return float(np.polyfit(hours, [one.held["memory MB"] for one in warm], 1)[0])


@pytest.mark.parametrize(("runs", "heavy"), [(60, range(6, 12)), (57, range(6, 9))])
def test_what_some_kinds_of_run_hold_more_than_others_is_no_growth(runs: int, heavy: range) -> None:
    """Some kinds leave more memory in use than the others, and the hour ends behind these."""
    seen = rounds(memory_MB=lambda n: 90.0 + 100.0 * (n % 12 in heavy))[:runs]
    assert line(seen) > MOST["memory MB"]
    (memory, *_) = growths(seen)
    assert memory.an_hour == pytest.approx(0.0)
    assert memory.first == pytest.approx(memory.last) == pytest.approx(90.0 + 100.0 * len(heavy) / 12)


def test_what_grows_behind_such_swings_is_found_with_its_slope() -> None:
    seen = rounds(memory_MB=lambda n: 90.0 + 40.0 * (n % 12 < 6) + n / 5)[:42]
    (memory, *_) = growths(seen)
    assert memory.an_hour == pytest.approx(12.0)
    assert not memory.flat


async def planted(*given: object) -> list[Seen]:
    return [*rounds()[:-1], replace(rounds()[-1], is_green=False)]


async def all_green(*given: object) -> list[Seen]:
    return rounds()


@pytest.mark.parametrize(("soaked_", "code"), [(planted, 1), (all_green, 0)])
def test_a_run_that_is_not_green_makes_the_whole_red_and_no_page(
    soaked_: Callable[..., Awaitable[list[Seen]]], code: int, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    pages = list[object]()
    monkeypatch.setattr(soak, "soak", soaked_)
    monkeypatch.setattr(soak, "written", lambda *page: pages.append(page))
    assert soak.main(["--page"]) == code
    assert f"; {code} of the runs were not green" in capsys.readouterr().out
    assert len(pages) == 1 - code


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_run_is_green_only_with_exit_code_0(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(*given: object) -> int:
        return code

    monkeypatch.setattr(soak.running, "_run", run)
    assert asyncio.run(soak.demo_run("canonical", "smoke", 1))[1] is (code == 0)


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

    async def one() -> soak.Work:
        work()
        return "round", 1, True

    return not_flat(asyncio.run(soak.soak(one, 7 * ROUND_S, lambda: next(clock))))


def test_work_that_leaks_nothing_is_flat() -> None:
    assert soaked(lambda: None) == []


@pytest.mark.parametrize("what", MOST)
def test_whatever_leaks_is_found(what: str, leaks: dict[str, Callable[[], None]]) -> None:
    assert what in soaked(leaks[what])
