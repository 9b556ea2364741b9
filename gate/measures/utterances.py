"""What the agent sent of each response, joined: its sound as it was made, whatever of it was played. Pure.

Defects of sound are looked for here and not in what was heard: a caller who interrupts cuts words, and that is no fault
of the agent's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from gate.audio.pcm import WIDTH, Samples, samples
from gate.core.recording import Heard
from gate.core.signals import AudioDone, AudioOut, Cancelled, ResponseStarted, Transcript, TurnDone

APART_NS: Final = 1_000_000_000


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

    @property
    def samples(self) -> Samples:
        return samples(b"".join(self.chunks))

    @property
    def joints(self) -> list[int]:
        """Where its messages met: the first sample of each but the first."""
        sizes = [len(chunk) // WIDTH for chunk in self.chunks]
        return [int(at) for at in np.cumsum(sizes)[:-1]]

    @property
    def frame_range(self) -> tuple[int, int]:
        return self.frames[0], self.frames[-1]

    def frame_at(self, sample: int) -> int:
        """The line of the message that holds this sample."""
        edges = [0, *self.joints]
        return self.frames[int(np.searchsorted(edges, sample, side="right")) - 1]


def utterances(received: Iterable[Heard]) -> list[Utterance]:
    """In the order in which they began. Without ids, a mark or a second without audio ends one."""
    found: list[Utterance] = []
    words: dict[str, str] = {}
    current: Utterance | None = None
    for heard in received:
        match heard.signal:
            case AudioOut(pcm, rate_hz, response_id):
                apart = current is not None and response_id is None and heard.t_ns - current.last_ns >= APART_NS
                if current is None or apart or (current.rate_hz, current.response_id) != (rate_hz, response_id):
                    current = _of(found, rate_hz, response_id, heard.t_ns)
                current.chunks.append(pcm)
                current.frames.append(heard.frame)
                current.last_ns = heard.t_ns
            case Cancelled(response_id):
                for one in found:
                    one.cut = one.cut or one is current or (response_id is not None and one.response_id == response_id)
                current = None
            case AudioDone() | TurnDone() | ResponseStarted():
                current = None
            case Transcript("agent", text, True, str(response_id)):
                words[response_id] = f"{words.get(response_id, '')} {text}".strip()
            case _:
                pass
    for one in found:
        one.words = words.get(one.response_id or "")
    return found


def _of(found: list[Utterance], rate_hz: int, response_id: str | None, t_ns: int) -> Utterance:
    """The utterance that this audio belongs to: that of its response, or a new one."""
    for one in reversed(found):
        if response_id is not None and (one.rate_hz, one.response_id) == (rate_hz, response_id):
            return one
    found.append(Utterance(rate_hz, response_id, t_ns, t_ns))
    return found[-1]
