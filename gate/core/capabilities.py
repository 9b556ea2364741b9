"""What a dialect can show and do, as data: suites plan by it, checks judge by it, mistakes are told by it."""

from dataclasses import dataclass
from typing import Literal

Ordering = Literal["configured-before-audio", "transcript-before-response", "tool-result-before-answer"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`shows`: canonical events that a frame of this dialect can mean. `derives`: those of them that no message of the
    provider's says by itself, and that are taken from another one. `guarantees`: orderings that the provider promises.
    `session`: the fields of `session:` that the provider has; None where any may be sent. `speaks`: the wire carries
    audio, else text alone. The other booleans say whether the configuration is sent before readiness, whether the
    gate waits for readiness and for an acknowledged configuration, and whether the wire has words for answering a
    tool, for typed text, for a whole file of audio that says what it is, for keys, for images, and for the echo of the
    agent's marks (`echoes_cleared`: also of those whose audio was thrown away). `cancels`: it is the client's duty to
    tell the provider of an interruption. `speech_interrupts`: that the agent heard the caller begin takes back what it
    sent ahead. `bursts`: audio may come faster than real time."""

    shows: frozenset[str]
    input_rate_hz: int
    output_rate_hz: int
    frame_ms: int = 20
    derives: frozenset[str] = frozenset()
    guarantees: frozenset[Ordering] = frozenset()
    session: frozenset[str] | None = None
    speaks: bool = True
    configures_first: bool = False
    announces_ready: bool = True
    acknowledges_configuration: bool = True
    answers_tools: bool = True
    types: bool = False
    takes_files: bool = False
    presses: bool = False
    sees_images: bool = False
    echoes_marks: bool = False
    echoes_cleared: bool = True
    cancels: bool = False
    speech_interrupts: bool = False
    bursts: bool = True

    @property
    def takes_back(self) -> bool:
        """Whether a message throws away what the agent has sent ahead."""
        return self.speech_interrupts or "response.cancelled" in self.shows

    @property
    def configures(self) -> bool:
        """Whether there is a message for anything of `session:`."""
        return self.session is None or bool(self.session)

    @property
    def ends_turns(self) -> bool:
        """Whether a frame says that the agent's turn is over; else the end is derived from a quiet gap."""
        return "response.done" in self.shows
