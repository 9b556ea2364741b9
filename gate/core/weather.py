"""What the network between the gate and the agent is made to do to one call, and when: a plan from a seed. Pure.

Weather is a function of time and of the place in the stream: how much is added at 1.23 s, where the stream is cut into
pieces. However the bytes happen to be read, the same seed gives the same weather. Bytes may be late; none is lost but
behind the end of a line, and none overtakes another."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

MS = 1_000_000
SLOT_NS: Final = 20 * MS
"""For so long the network is as it is: then the jitter is another."""

Way = Literal["to_agent", "to_caller"]
WAYS: Final[tuple[Way, Way]] = ("to_agent", "to_caller")
Loss = Literal["reset", "dead"]


@dataclass(frozen=True, slots=True)
class Stall:
    """From `after_ms` on no byte is delivered on these ways, for `for_ms` or (None) as long as the line is there."""

    after_ms: float
    for_ms: float | None = None
    ways: tuple[Way, ...] = WAYS


@dataclass(frozen=True, slots=True)
class Break:
    """So long after the socket opened the line is lost under the caller: by a TCP reset, or `dead`, so that no byte
    passes any more and nobody is told."""

    how: Loss
    after_ms: float


@dataclass(frozen=True, slots=True)
class Weather:
    """`latency_ms` and `jitter_ms` (either way of it) hold for each way; `bandwidth_bps` is in bits per second, each
    way; `slice_bytes` is the longest piece that the stream is cut into; the end of the stream is told `slow_close_ms`
    late. Times count from the opening of the line."""

    latency_ms: float = 0.0
    jitter_ms: float = 0.0
    bandwidth_bps: float | None = None
    slice_bytes: int | None = None
    slow_close_ms: float = 0.0
    stall: Stall | None = None
    breaks: Break | None = None
    seed: int = 0

    def __str__(self) -> str:
        jitter = f" ± {self.jitter_ms:g}" if self.jitter_ms else ""
        told = [f"{self.latency_ms:g}{jitter} ms each way"] if self.latency_ms or jitter else []
        told += [f"{self.bandwidth_bps / 1000:g} kbit/s each way"] if self.bandwidth_bps is not None else []
        told += [f"pieces of at most {self.slice_bytes} bytes"] if self.slice_bytes is not None else []
        if self.stall:
            lasting = "for good" if self.stall.for_ms is None else f"for {self.stall.for_ms:g} ms"
            ways = "" if self.stall.ways == WAYS else f" {self.stall.ways[0].replace('_', ' ')}"
            told.append(f"a stall{ways} at {self.stall.after_ms:g} ms {lasting}")
        told += [f"closes told {self.slow_close_ms:g} ms late"] if self.slow_close_ms else []
        if self.breaks:
            at = f"{self.breaks.after_ms:g} ms"
            told.append(f"a reset at {at}" if self.breaks.how == "reset" else f"dead from {at} on")
        return ", ".join(told)


class Course:
    """One way of one line. Times are in ns since the line opened, and must not go back."""

    def __init__(self, weather: Weather, way: Way) -> None:
        self._weather = weather
        self._way = way
        self._free_ns = 0
        self._last_ns = 0
        self._piece = 0
        self._left = 0
        self.held_ns = 0

    def due_ns(self, size: int, t_ns: int) -> int | None:
        """When so many bytes, read now, are to be passed on; None: never."""
        if self._weather.bandwidth_bps is not None:
            self._free_ns = max(self._free_ns, t_ns) + round(size * 8e9 / self._weather.bandwidth_bps)
        due_ns = self._awaited_ns(max(t_ns, self._free_ns) + self._delay_ns(t_ns))
        if due_ns is None:
            return None
        self._last_ns = max(self._last_ns, due_ns)
        self.held_ns = max(self.held_ns, self._last_ns - t_ns)
        return self._last_ns

    def end_due_ns(self, t_ns: int) -> int | None:
        """When the end of the stream, seen now, is to be told."""
        due_ns = self.due_ns(0, t_ns)
        return None if due_ns is None else due_ns + int(self._weather.slow_close_ms * MS)

    def pieces(self, data: bytes) -> list[bytes]:
        """The next bytes of the stream, cut where the seed has it."""
        if self._weather.slice_bytes is None:
            return [data]
        pieces = []
        while data:
            if not self._left:
                self._piece += 1
                self._left = 1 + int(self._chance(f"piece {self._piece}") * self._weather.slice_bytes)
            pieces.append(data[: self._left])
            data, self._left = data[self._left :], self._left - len(pieces[-1])
        return pieces

    def _delay_ns(self, t_ns: int) -> int:
        off = (2 * self._chance(f"slot {t_ns // SLOT_NS}") - 1) * self._weather.jitter_ms
        return max(0, int((self._weather.latency_ms + off) * MS))

    def _awaited_ns(self, due_ns: int) -> int | None:
        stall = self._weather.stall
        if stall is None or self._way not in stall.ways or due_ns < stall.after_ms * MS:
            return due_ns
        return None if stall.for_ms is None else max(due_ns, int((stall.after_ms + stall.for_ms) * MS))

    def _chance(self, what: str) -> float:
        """From 0 to 1, without 1."""
        seeded = f"{self._weather.seed}/{self._way}/{what}"
        return int.from_bytes(hashlib.blake2b(seeded.encode(), digest_size=6).digest()) / 2**48
