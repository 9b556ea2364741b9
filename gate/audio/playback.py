"""What a caller would have heard, and when: agents send faster than real time, so sent is not heard.

Chunks play one after another from their arrival on; a cancel throws away what has not been played. The caller uses this
to know when to interrupt, and checks use it to know what was cut: one timeline for both.

A live caller asks 50 times a second, in a call of any length, so each chunk is listened to once, when it arrives: what
is audible is kept as stretches in order, and every question is a search in them."""

from bisect import bisect_right
from dataclasses import dataclass, replace

from gate.audio.pcm import WIDTH, duration_ns, levels_dbfs, samples

AUDIBLE_DBFS = -50.0
FRAME_MS = 10
SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """One chunk as heard. `ended_ns` is earlier than its natural end where it was cut."""

    start_ns: int
    ended_ns: int
    pcm: bytes
    rate_hz: int

    @property
    def heard(self) -> bytes:
        """The samples that had begun to play; all of them where nothing was cut, though times are whole ns."""
        return self.pcm[: -((self.start_ns - self.ended_ns) * self.rate_hz // SECOND_NS) * WIDTH]

    def sounds(self) -> list[tuple[int, int]]:
        """The stretches of this span, in ns, that are louder than AUDIBLE_DBFS, in steps of 10 ms."""
        size = self.rate_hz * FRAME_MS // 1000
        loud = levels_dbfs(samples(self.heard), self.rate_hz, FRAME_MS) > AUDIBLE_DBFS
        edges = [self.start_ns + i * size * SECOND_NS // self.rate_hz for i in range(len(loud))] + [self.ended_ns]
        return [(edges[i], edges[i + 1]) for i, is_loud in enumerate(loud) if is_loud]


class Playback:
    """The timeline of one call. Times must not go backwards."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    @property
    def until_ns(self) -> int:
        """When everything received so far will have been played; 0 before the first chunk."""
        return self.spans[-1].ended_ns if self.spans else 0

    def feed(self, t_ns: int, pcm: bytes, rate_hz: int) -> None:
        if len(pcm) < WIDTH:
            return
        start_ns = max(t_ns, self.until_ns)
        self._play(Span(start_ns, start_ns + duration_ns(pcm, rate_hz), pcm, rate_hz))

    def clear(self, t_ns: int) -> None:
        """Throws away what was not yet heard at `t_ns`."""
        cut: Span | None = None
        while self.spans and self.spans[-1].ended_ns > t_ns:
            cut = self.spans.pop()
        if cut is None:
            return
        while self._starts and self._starts[-1] >= cut.start_ns:
            del self._starts[-1], self._ends[-1]
        if self._ends:
            self._ends[-1] = min(self._ends[-1], cut.start_ns)
        if cut.start_ns < t_ns:
            self._play(replace(cut, ended_ns=t_ns))

    def _play(self, span: Span) -> None:
        self.spans.append(span)
        for start, end in span.sounds():
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = end
            else:
                self._starts.append(start)
                self._ends.append(end)

    def audible_at(self, t_ns: int) -> bool:
        """Whether the caller hears the agent at this very moment."""
        at = bisect_right(self._starts, t_ns) - 1
        return at >= 0 and t_ns < self._ends[at]

    def sounds_after(self, t_ns: int) -> list[tuple[int, int]]:
        """Audible stretches that end after `t_ns`, in order, touching ones joined; cut at `t_ns`."""
        first = bisect_right(self._ends, t_ns)
        return [(max(start, t_ns), end) for start, end in zip(self._starts[first:], self._ends[first:], strict=True)]
