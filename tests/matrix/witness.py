"""The oracle of the mutants: what the reference agent itself did in a case, by its own log, and which of its faults it
was asked about. The gate's recording has no part in it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gate.core.jsons import Json
from gate.reference.faults import Faults
from gate.reference.gatekeeper import Refusal
from gate.reference.house import House
from gate.reference.mind import Close, Mind
from gate.reference.register import Register
from gate.reference.waiting import Errand

LATE_NS = 50_000_000
"""What is sent so much earlier or later than by the clean agent is another behaviour."""

Sent = tuple[int, str]
"""When, on the clock of the session, and what: a frame, a close, a call of a tool; outside of sessions, an answer."""


class Asked(Faults):
    """Faults that remember which of them were asked about: any other cannot have made a difference."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        super().__init__(names)
        self.asked: set[str] = set()

    def on(self, name: str) -> bool:
        self.asked.add(name)
        return super().on(name)


@dataclass
class Log:
    """What the agent sent, session by session; 0 holds what belongs to none: refusals, welcomes, pongs, and what its
    backend shows."""

    sessions: dict[int, list[Sent]] = field(default_factory=lambda: {0: []})

    def outside(self, what: object) -> None:
        self.sessions[0].append((0, digest(what)))

    def differs(self, other: "Log") -> bool:
        """In payload, in order, or by more than 50 ms."""
        if self.sessions.keys() != other.sessions.keys():
            return True
        pairs = ((mine, other.sessions[number]) for number, mine in self.sessions.items())
        return any(len(mine) != len(theirs) or any(map(_apart, mine, theirs)) for mine, theirs in pairs)


def digest(what: object) -> str:
    """Of a frame the whole payload counts, and a log is small enough to be handed from process to process."""
    return hashlib.blake2b(repr(what).encode(), digest_size=12).hexdigest()


def _apart(one: Sent, other: Sent) -> bool:
    return one[1] != other[1] or abs(one[0] - other[0]) > LATE_NS


class Watched:
    """A mind whose every output is written down, on a clock that begins with its session."""

    def __init__(self, mind: Mind, log: list[Sent]) -> None:
        self._mind = mind
        self._log = log
        self._opened_ns = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._mind, name)
        return self._telling(found) if name in ("hear", "wake", "understood", "answered") else found

    def opened(self, t_ns: int) -> list[Any]:
        self._opened_ns = t_ns
        return self._telling(self._mind.opened)(t_ns)

    def _telling(self, deed: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        def told(*given: Any) -> list[Any]:
            out = deed(*given)
            sent = (item for item in out if isinstance(item, str | bytes | Close | Errand))
            self._log += [(given[-1] - self._opened_ns, digest(item)) for item in sent]
            return out

        return told


class WatchedHouse(House):
    """A house that keeps a log of its own."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.log = Log()
        self.register = WatchedRegister(self._faults, self.log)
        self._real: dict[int, Mind] = {}

    @property
    def pongs(self) -> bool:
        self.log.outside(answer := super().pongs)
        return answer

    def admit(self, url: str, headers: Mapping[str, str], now_s: float) -> Refusal | None:
        self.log.outside(refusal := super().admit(url, headers, now_s))
        return refusal

    def takes_anybody(self, url: str, headers: Mapping[str, str]) -> bool:
        self.log.outside(answer := super().takes_anybody(url, headers))
        return answer

    def welcome(self, url: str, headers: Mapping[str, str]) -> Any:
        self.log.outside(answer := super().welcome(url, headers))
        return answer

    def enter(self, **how: Any) -> Any:
        mind = super().enter(**how)
        sent = self.log.sessions.setdefault(len(self.log.sessions), [])
        watched = Watched(mind, sent)
        self._real[id(watched)] = mind
        return watched

    def leave(self, mind: Any, **how: Any) -> None:
        super().leave(self._real[id(mind)], **how)


class WatchedRegister(Register):
    def __init__(self, faults: Faults, log: Log) -> None:
        super().__init__(faults)
        self._log = log

    def shown(self, path: str, t_ns: int) -> tuple[int, Json] | None:
        self._log.outside(answer := super().shown(path, t_ns))
        return answer
