"""The one monotonic clock of a run."""

import time


class Clock:
    def now_ns(self) -> int:
        return time.monotonic_ns()
