"""Work on a core of its own, where there is enough of it to be worth a process."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar, cast

T = TypeVar("T")

WITH_FORK = sys.platform == "linux"
"""macOS has fork too, and libraries that break behind it."""


@contextmanager
def apart(work: Callable[[], T], *, worth_it: bool) -> Iterator[Callable[[], T]]:
    """Gives what waits for the result of `work`, or raises what that raised. It is done meanwhile by a child that has
    everything this process has and shares no change of it; the process must have no other thread. Where it is not worth
    it, it is done at once. Raises OSError if the child was killed."""
    if not (worth_it and WITH_FORK):
        done = work()
        yield lambda: done
        return
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(work, receiving, sending))
    child.start()
    sending.close()
    try:
        yield lambda: cast(T, _result(receiving))
    finally:
        receiving.close()
        child.join()


def _work(work: Callable[[], object], receiving: Connection, sending: Connection) -> None:
    receiving.close()  # its copy of it: else what nobody reads would never break
    told: tuple[object, Exception | None]
    try:
        told = work(), None
    except Exception as problem:
        told = None, problem
    with suppress(BrokenPipeError):  # nobody waits for it any more
        sending.send(told)


def _result(receiving: Connection) -> object:
    try:
        result, problem = receiving.recv()
    except EOFError:
        raise OSError("the process that did it was killed") from None
    if problem:
        raise problem
    return result
