"""What the agent sent of each response, joined: its sound as it was made, whatever of it was played. Pure.

Defects of sound are looked for here and not in what was heard: a caller who interrupts cuts words, and that is no fault
of the agent's."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from gate.audio.pcm import WIDTH, Samples, duration_ns, samples
from gate.core.recording import Heard
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    ResponseStarted,
    SpeechStarted,
    Transcript,
    TurnDone,
    throws_away,
)

APART_NS: Final = 1_000_000_000
TELLING: Final = (AudioOut, AudioDone, Cancelled, TurnDone, ResponseStarted, SpeechStarted, Transcript)


@dataclass(slots=True)
class Utterance:
    """`chunks` are its messages, `frames` their lines in `wire.jsonl`; `first_ns` and `last_ns` when the first and the
    last of them arrived. `cut`: a cancel ended it, perhaps in a word.
    `words` are those that the agent says are spoken in it, where it names the response."""

    rate_hz: int
    response_id: str | None
    first_ns: int
    last_ns: int
    chunks: list[bytes] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    cut: bool = False
    words: str | None = None
    _edges: list[int] = field(default_factory=list)

    def add(self, pcm: bytes, heard: Heard) -> None:
        self.chunks.append(pcm)
        self.frames.append(heard.frame)
        self.last_ns = heard.t_ns

    @property
    def samples(self) -> Samples:
        return samples(b"".join(self.chunks))

    @property
    def joints(self) -> list[int]:
        """Where its messages met: the first sample of each but the first."""
        return self._firsts[1:]

    @property
    def _firsts(self) -> list[int]:
        """The first sample of each message."""
        if len(self._edges) != len(self.chunks):
            self._edges = list(accumulate((len(chunk) // WIDTH for chunk in self.chunks[:-1]), initial=0))
        return self._edges

    @property
    def frame_range(self) -> tuple[int, int]:
        return self.frames[0], self.frames[-1]

    def frame_at(self, sample: int) -> int:
        """The line of the message that holds this sample."""
        return self.frames[bisect_right(self._firsts, sample) - 1]


def utterances(received: Iterable[Heard]) -> list[Utterance]:
    """In the order in which they began. Without ids, one ends where everything that had arrived was played, and then
    a mark came, or nothing for a second: a mark may come long before the audio that it ends, or after it."""
    found: list[Utterance] = []
    named: dict[tuple[int, str], Utterance] = {}
    words: dict[str, str] = {}
    nameless: Utterance | None = None
    marked, until_ns = False, 0
    for heard in received:
        if not isinstance(heard.signal, TELLING):
            continue
        if throws_away(heard.signal):
            if found and until_ns > heard.t_ns:
                found[-1].cut = True
            nameless, until_ns = None, min(until_ns, heard.t_ns)
        match heard.signal:
            case AudioOut(pcm, rate_hz, response_id) if len(pcm) >= WIDTH:
                dry_ns = heard.t_ns - until_ns
                until_ns = max(heard.t_ns, until_ns) + duration_ns(pcm, rate_hz)
                one = nameless if response_id is None else named.get((rate_hz, response_id))
                if response_id is None and (dry_ns >= APART_NS or (marked and dry_ns > 0)):
                    one = None
                if one is None or one.rate_hz != rate_hz:
                    one = Utterance(rate_hz, response_id, heard.t_ns, heard.t_ns)
                    found.append(one)
                if response_id is None:
                    nameless, marked = one, False
                else:
                    named[rate_hz, response_id] = one
                one.add(pcm, heard)
            case Cancelled(response_id):
                for one in found[-1:] if response_id is None else [u for u in found if u.response_id == response_id]:
                    one.cut = True
            case AudioDone() | TurnDone() | ResponseStarted():
                marked = True
            case Transcript("agent", text, True, str(response_id)):
                words[response_id] = f"{words.get(response_id, '')} {text}".strip()
            case _:
                pass
    for one in found:
        one.words = words.get(one.response_id or "")
    return found
