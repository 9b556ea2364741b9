"""The agent's marks, which the caller echoes once all audio before them has been played. Pure.

Source: Twilio Media Streams, "mark" and "clear" messages: a mark is echoed when the audio sent before it has been
played, and at once when a clear throws that audio away."""

from gate.caller.outs import Doing
from gate.core.acts import EchoMark


class Marks:
    """`echoes_cleared`: whether the marks in audio that is thrown away are echoed too (Twilio) or never (Plivo)."""

    def __init__(self, *, echoes_cleared: bool = True) -> None:
        self._echoes_cleared = echoes_cleared
        self._pending: list[tuple[int, str]] = []

    @property
    def due_ns(self) -> int | None:
        return min((at_ns for at_ns, _ in self._pending), default=None)

    def received(self, name: str, t_ns: int, played_ns: int) -> None:
        """`played_ns`: when all audio that came before will have been played."""
        self._pending.append((max(t_ns, played_ns), name))

    def cleared(self, t_ns: int) -> None:
        """What was not yet played is thrown away."""
        left = self._pending if self._echoes_cleared else [mark for mark in self._pending if mark[0] <= t_ns]
        self._pending = [(min(at_ns, t_ns), name) for at_ns, name in left]

    def due(self, t_ns: int) -> list[Doing]:
        due = [mark for mark in self._pending if mark[0] <= t_ns]
        self._pending = [mark for mark in self._pending if mark[0] > t_ns]
        return [Doing(EchoMark(name), at_ns) for at_ns, name in due]
