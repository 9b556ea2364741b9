"""What a dialect can show and do, as data: suites plan by it, checks judge by it, mistakes are told by it."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Invariant = Literal[
    "started-before-audio", "configured-before-audio", "transcript-before-answer", "result-before-answer",
    "final-marker", "nothing-after-close", "call-ids", "response-ids", "session-id",
]  # fmt: skip
INVARIANTS: Final[tuple[Invariant, ...]] = get_args(Invariant)
"""What may hold of every call, whatever is said in it. `transcript-before-answer`: of the caller's words.
`result-before-answer`: the last answer in a turn comes behind the result of the tool that was called in it.
`nothing-after-close`: RFC 6455 section 5.5.1. By ids: a result is that of an earlier call, audio that of a response
that has begun and is not over, and a call has one session."""

MARKERS: Final = frozenset({"output_audio.done", "response.done"})


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`shows`: canonical events that a frame of this dialect can mean. `derives`: those of them that no message of the
    provider's says by itself, and that are taken from another one. `guarantees`: what the provider promises.
    `session`: the fields of `session:` that the provider has; None where any may be sent. `speaks`: the wire carries
    audio, else text alone. The other booleans say whether the configuration is sent before readiness, whether the
    gate waits for readiness and for an acknowledged configuration, and whether the wire has words for answering a
    tool, for typed text, for a whole file of audio that says what it is, for keys, for images, and for the echo of the
    agent's marks (`echoes_cleared`: also of those whose audio was thrown away). `cancels`: it is the client's duty to
    tell the provider of an interruption. `speech_interrupts`: that the agent heard the caller begin takes back what it
    sent ahead. `bursts`: audio may come faster than real time. `resumes`: the field of `session:` that holds the id of
    an earlier session, to go on with it; empty where no message says so.
    `passes_metadata`: whoever answers gets what `session.metadata` holds, as it stands."""

    shows: frozenset[str]
    input_rate_hz: int
    output_rate_hz: int
    frame_ms: int = 20
    derives: frozenset[str] = frozenset()
    guarantees: frozenset[Invariant] = frozenset()
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
    resumes: str = ""
    passes_metadata: bool = False

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

    @property
    def holds(self) -> frozenset[Invariant]:
        """The invariants that nobody has to ask for: what the provider promises, and what every WebSocket does."""
        return self.guarantees | {"nothing-after-close"}

    def lacks(self, invariant: str) -> str:
        """What the wire does not show of it, so that it cannot be judged; empty where it can be."""
        shows = self.shows | ({"tool.result"} if self.answers_tools else set())
        needed = {
            "started-before-audio": ("session.started", "output_audio.delta"),
            "configured-before-audio": ("session.configured", "output_audio.delta"),
            "transcript-before-answer": ("transcript.final",),
            "result-before-answer": ("tool.call", "tool.result", "response.started"),
            "call-ids": ("tool.call", "tool.result"),
            "response-ids": ("response.started", "output_audio.delta"),
            "session-id": ("session.started",),
        }.get(invariant, ())
        if invariant == "final-marker" and not MARKERS & shows:
            return " or ".join(sorted(MARKERS))
        return next((event for event in needed if event not in shows), "")
