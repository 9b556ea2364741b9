"""Whether there is any point in calling a target once more. An agent that takes calls and never says a word would cost
its whole budget each time; that it does so is proven once."""

from dataclasses import dataclass

IN_VAIN = 2
"""So many calls must have waited in vain: the first one after a start may be slow where the second is not."""


@dataclass
class Hopes:
    """Of one target, in one run. One call that was ready, and there is always hope."""

    was_ready: bool = False
    in_vain: int = 0

    def learn(self, *, ready: bool, expired: bool) -> None:
        """How a call went: whether it was ever ready, and whether it waited until its budget was spent."""
        self.was_ready = self.was_ready or ready
        self.in_vain += expired and not ready

    @property
    def lost(self) -> str:
        """Why no more calls are made; empty where they are."""
        if self.was_ready or self.in_vain < IN_VAIN:
            return ""
        return f"not called: {self.in_vain} earlier calls of this run waited in vain for a session that is ready"
