"""One tool call of a recording, with what it got. Data, and what follows from it."""

from dataclasses import dataclass

from gate.core.jsons import Json

OURS = ("mocked", "no-match", "skipped", "real", "again")
"""Replies of the gate's own to a call over the socket; to any other it only listens. A second call under an id that was
answered gets nothing, and nobody else answers it."""
UNTOLD = (None, "")
"""What stands for arguments that the wire does not tell."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One tool call. `at` and `answered_at` are lines of `wire.jsonl`. `how` is None as long as nothing is known of its
    answer. `dropped_ns`: from when on nobody waited for an answer any more. `step` counts the mock's answers from 1."""

    call_id: str
    name: str
    arguments: Json
    via: str
    asked_ns: int
    at: int
    idempotency_key: str | None = None
    trace_id: str | None = None
    reply: str = ""
    how: str | None = None
    mock: str | None = None
    step: int = 0
    steps: int = 0
    result: Json = None
    error: str | None = None
    answered_ns: int | None = None
    answered_at: int | None = None
    dropped_ns: int | None = None

    @property
    def succeeded(self) -> bool:
        """It was answered, and the answer owns up to no failure."""
        if self.answered_ns is None or self.error is not None or self.how == "malformed":
            return False
        if not isinstance(self.result, dict):
            return True
        denied = any(self.result.get(key) is False for key in ("ok", "success"))
        return not denied and not self.result.get("error") and self.result.get("isError") is not True

    @property
    def told(self) -> bool:
        """Whether the wire only tells of it: it was for somebody else to answer."""
        return self.via == "socket" and self.reply not in OURS
