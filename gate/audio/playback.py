"""What a caller would have heard, and when: agents send faster than real time, so sent is not heard.

Chunks play one after another from their arrival on; a cancel throws away what has not been played. The caller uses this
to know when to interrupt, and checks use it to know what was cut: one timeline for both."""

from dataclasses import dataclass, replace

from gate.audio.pcm import WIDTH, duration_ns, levels_dbfs, samples

AUDIBLE_DBFS = -50.0
FRAME_MS = 10


@dataclass(frozen=True, slots=True)
class Span:
    """One chunk as heard. `ended_ns` is earlier than its natural end where it was cut."""

    start_ns: int
    ended_ns: int
    pcm: bytes
    rate_hz: int

    @property
    def heard(self) -> bytes:
        return self.pcm[: (self.ended_ns - self.start_ns) * self.rate_hz // 1_000_000_000 * WIDTH]

    def sounds(self) -> list[tuple[int, int]]:
        """The stretches of this span, in ns, that are louder than AUDIBLE_DBFS, in steps of 10 ms."""
        step_ns = FRAME_MS * 1_000_000
        loud = levels_dbfs(samples(self.heard), self.rate_hz, FRAME_MS) > AUDIBLE_DBFS
        starts = [self.start_ns + i * step_ns for i, is_loud in enumerate(loud) if is_loud]
        return [(start, min(start + step_ns, self.ended_ns)) for start in starts]


class Playback:
    """The timeline of one call. Times must not go backwards."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    @property
    def until_ns(self) -> int:
        """When everything received so far will have been played; 0 before the first chunk."""
        return self.spans[-1].ended_ns if self.spans else 0

    def feed(self, t_ns: int, pcm: bytes, rate_hz: int) -> None:
        start_ns = max(t_ns, self.until_ns)
        self.spans.append(Span(start_ns, start_ns + duration_ns(pcm, rate_hz), pcm, rate_hz))

    def clear(self, t_ns: int) -> None:
        """Throws away what was not yet heard at `t_ns`."""
        self.spans = [replace(span, ended_ns=min(span.ended_ns, t_ns)) for span in self.spans if span.start_ns < t_ns]

    def audible_at(self, t_ns: int) -> bool:
        """Whether the caller hears the agent at this very moment."""
        for span in reversed(self.spans):
            if span.ended_ns <= t_ns:
                return False
            if span.start_ns <= t_ns:
                return any(start <= t_ns < end for start, end in span.sounds())
        return False

    def sounds_after(self, t_ns: int) -> list[tuple[int, int]]:
        """Audible stretches that end after `t_ns`, in order, touching ones joined; cut at `t_ns`."""
        joined: list[tuple[int, int]] = []
        for span in self.spans:
            if span.ended_ns <= t_ns:
                continue
            for start, end in span.sounds():
                if end <= t_ns:
                    continue
                if joined and start <= joined[-1][1]:
                    joined[-1] = (joined[-1][0], end)
                else:
                    joined.append((max(start, t_ns), end))
        return joined
