"""Work in a child: its result, its errors, and its end, with fork and without."""

import os
import signal

import pytest

from gate.run import apart as module
from gate.run.apart import apart

FORKED = pytest.param(
    True, marks=pytest.mark.skipif(not module.WITH_FORK, reason="NOT TESTED: this system has no fork")
)


@pytest.mark.parametrize("worth_it", [False, FORKED])
def test_its_result_comes_back_however_large_it_is(worth_it: bool) -> None:
    with apart(lambda: (os.getpid(), "x" * 1_000_000), worth_it=worth_it) as result:
        (pid, text) = result()
    assert (pid != os.getpid(), len(text)) == (worth_it, 1_000_000)


@pytest.mark.parametrize("worth_it", [False, FORKED])
def test_what_it_raises_is_raised_here(worth_it: bool) -> None:
    def fails() -> None:
        raise OSError(28, "no space left")

    with pytest.raises(OSError, match="no space left"), apart(fails, worth_it=worth_it) as result:
        result()


@pytest.mark.parametrize("worth_it", [False, FORKED])
def test_a_result_that_nobody_waits_for_holds_nothing_up(worth_it: bool) -> None:
    with pytest.raises(ZeroDivisionError), apart(lambda: "x" * 1_000_000, worth_it=worth_it):
        raise ZeroDivisionError


@pytest.mark.parametrize("worth_it", [FORKED])
def test_a_child_that_is_killed_is_told(worth_it: bool) -> None:
    killed = apart(lambda: os.kill(os.getpid(), signal.SIGKILL), worth_it=worth_it)
    with pytest.raises(OSError, match="was killed"), killed as result:
        result()
