"""The tool calls that the reference agent's mind waits for, each no longer than its budget. Pure."""

from dataclasses import dataclass

from gate.core.jsons import Json
from gate.reference.dialogue import UseTool

MS = 1_000_000
BUDGET_MS = 8_000


@dataclass(frozen=True, slots=True)
class Work:
    """Who runs the tools: the caller, who is asked over the wire, or the agent `itself`, so that the wire tells nothing
    of it. `budget_ms` is how long either may take."""

    itself: bool = False
    budget_ms: int = BUDGET_MS


CALLERS_WORK = Work()


@dataclass(frozen=True, slots=True)
class Errand:
    """A tool to be called by whoever runs the mind, within `budget_ms`; `key` is the idempotency key of a write."""

    call_id: str
    name: str
    arguments: dict[str, Json]
    key: str | None
    budget_ms: int


class Waiting:
    """`session_id` makes keys that no other session has."""

    def __init__(self, session_id: str, work: Work) -> None:
        self._session_id = session_id
        self._work = work
        self._calls = 0
        self._open: dict[str, tuple[str, int]] = {}

    @property
    def itself(self) -> bool:
        return self._work.itself

    @property
    def wake_ns(self) -> int | None:
        return min((until_ns for _, until_ns in self._open.values()), default=None)

    def begin(self, move: UseTool, t_ns: int) -> Errand:
        self._calls += 1
        call_id = f"call_{self._calls}"
        self._open[call_id] = move.name, t_ns + self._work.budget_ms * MS
        key = f"{self._session_id}-{move.key}" if move.key else None
        return Errand(call_id, move.name, move.arguments, key, self._work.budget_ms)

    def for_call(self, call_id: str) -> bool:
        return call_id in self._open

    @property
    def oldest(self) -> str:
        """The call that an answer without an id is for."""
        return next(iter(self._open), "")

    def over(self, call_id: str) -> str | None:
        """The tool that was called, once none of its calls is waited for any more."""
        name, _ = self._open.pop(call_id)
        return name if all(other != name for other, _ in self._open.values()) else None

    def late(self, t_ns: int) -> list[str]:
        """The tools that did not answer in time, each once none of its calls is waited for any more."""
        late = [call_id for call_id, (_, until_ns) in self._open.items() if until_ns <= t_ns]
        return [name for call_id in late if (name := self.over(call_id)) is not None]
