"""What a caller gives: acts to carry out, and decisions to write down."""

from dataclasses import dataclass, field

from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.tooling import RealTool


@dataclass(frozen=True, slots=True)
class Doing:
    """An act, and when it was due."""

    act: Act
    due_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A note for the log: what was decided, and why."""

    kind: str
    data: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Errand:
    """A tool to be called for real, by whoever can: its answer is handed back to the caller under this call id."""

    call_id: str
    name: str
    arguments: Json
    tool: RealTool


@dataclass(frozen=True, slots=True)
class Pinging:
    """A ping of the WebSocket protocol is to be sent, in which no dialect has a part."""


@dataclass(frozen=True, slots=True)
class Restarting:
    """The agent's program is to be stopped and started again, by whoever started it."""


Out = Doing | Decision | Errand | Pinging | Restarting
