"""What a dialect can show and do, as data: suites plan by it, checks judge by it, mistakes are told by it."""

from dataclasses import dataclass
from typing import Literal

Ordering = Literal["configured-before-audio", "transcript-before-response", "tool-result-before-answer"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`shows`: canonical events that a frame of this dialect can mean. `guarantees`: orderings that the provider
    promises. The booleans say whether the configuration is sent before readiness, whether the gate waits for
    readiness and for an acknowledged configuration, and whether the wire has words for a configuration, for
    answering a tool, for cancelling a response and for typed text."""

    shows: frozenset[str]
    input_rate_hz: int
    output_rate_hz: int
    frame_ms: int = 20
    guarantees: frozenset[Ordering] = frozenset()
    configures_first: bool = False
    announces_ready: bool = True
    acknowledges_configuration: bool = True
    configures: bool = True
    answers_tools: bool = True
    cancels: bool = True
    types: bool = False

    @property
    def ends_turns(self) -> bool:
        """Whether a frame says that the agent's turn is over; else the end is derived from a quiet gap."""
        return "response.done" in self.shows
