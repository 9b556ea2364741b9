"""How long the reference agent's caller has been silent, counted in samples. Pure."""

from gate.reference.faults import Faults
from gate.reference.voicing import RATE_HZ

IDLE_MS = 8_000


class Idling:
    def __init__(self, faults: Faults) -> None:
        self._minds = faults.on("drops-idle-callers")
        self._since = 0

    def active(self, heard_samples: int) -> None:
        """Somebody speaks."""
        self._since = heard_samples

    def too_long(self, heard_samples: int) -> bool:
        return self._minds and heard_samples - self._since >= IDLE_MS * RATE_HZ // 1000
