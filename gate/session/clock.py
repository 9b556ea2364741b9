"""The one monotonic clock of a run; and what the calendar says, for tokens alone."""

import time


class Clock:
    def now_ns(self) -> int:
        return time.monotonic_ns()

    def wall_s(self) -> float:
        return time.time()
