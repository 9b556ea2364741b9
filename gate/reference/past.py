"""What a session of the reference agent may know of those before it. Pure."""

from typing import Protocol

from gate.reference.dialogue import Dialogue, UseTool


class Past(Protocol):
    def recalled(self, session_id: str) -> Dialogue | None:
        """The conversation of the session with this id."""
        ...

    def stranger(self) -> Dialogue | None:
        """With a fault, the conversation of whoever called before; it is asked for once words are heard."""
        ...

    def owed(self) -> UseTool | None:
        """With a fault, the write of a call that was cut; it is asked for once the caller speaks."""
        ...


class NoPast:
    def recalled(self, session_id: str) -> Dialogue | None:
        return None

    def stranger(self) -> Dialogue | None:
        return None

    def owed(self) -> UseTool | None:
        return None


NO_PAST = NoPast()
