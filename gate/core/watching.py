"""When a backend is looked at before a call and behind it, until enough was seen. Pure: each is a generator that gives
the time of the next look, and is sent what that showed and when it was asked for."""

from collections.abc import Generator

from gate.core.probing import Reading, is_gone

MS = 1_000_000
EVERY_NS = 250 * MS
PATIENCE = 4

Watch = Generator[int, tuple[Reading, int], None]


class Settling:
    """Looks at a number until it has stood still for so long: what is left of calls before is gone by then. `count` is
    the last that was seen; `settled` stays False where it keeps moving, or nobody tells it."""

    def __init__(self, still_ms: float) -> None:
        self._still_ns = int(still_ms * MS)
        self.count: float | None = None
        self.settled = False

    def looks(self, t_ns: int) -> Watch:
        since_ns, until_ns = t_ns, t_ns + PATIENCE * self._still_ns
        asked_ns = t_ns
        while True:
            reading, asked_ns = yield asked_ns if self.count is None else asked_ns + EVERY_NS
            if reading.count is None or asked_ns > until_ns:
                return
            if reading.count != self.count:
                self.count, since_ns = reading.count, asked_ns
            elif asked_ns - since_ns >= self._still_ns:
                self.settled = True
                return


def until_gone(ended_ns: int, within_ms: float, before: float | None) -> Watch:
    """Looks from the end of a call until its session is gone. The last look is at the very end of the time, so that
    what is still there then is proven to have been."""
    last_ns = ended_ns + int(within_ms * MS)
    at_ns = ended_ns
    while True:
        reading, asked_ns = yield at_ns
        if is_gone(reading, before) or asked_ns >= last_ns:
            return
        at_ns = min(asked_ns + EVERY_NS, last_ns)
