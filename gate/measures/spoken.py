"""What the agent said, as words: from the transcripts on its wire, else as a recogniser wrote it down. Pure.

Theory of operation. A part is what is said in one response. Its words arrive piece by piece; final words stand for all
pieces since the last final ones, and a piece that begins with all of these is the whole once more (Ultravox, Vapi).
Words without the id of a response belong to the part before them until a response begins or is cut, or the caller takes
a turn when a sentence is over: a cough in the middle of one divides nothing.
When a phrase was said is when the last of its words arrived. A recogniser tells no times within what it was given, so
there a phrase was said at some time between the first and the last message of that sound."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from gate.core.jsons import Json
from gate.core.recording import Heard
from gate.core.signals import ResponseStarted, Transcript, TurnDone, throws_away
from gate.measures.passages import Passage
from gate.measures.wording import Phrase, holds, plain

FORMAT: Final = "voxgate-words/1"
"""Of the annotation `words`: {format, voxgate, tool, utterances: [{call, frames, sha256, and text or error}]}."""

PAUSE_NS: Final = 1_000_000_000
WORD_MS: Final = 200.0
"""So much of a voice is a word: "yes" has 200 ms and more in which it repeats itself."""

Instant = tuple[int, int]
"""A time in ns and a line of the recording: of two things at one time, the one on the earlier line came first."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they arrived. `final`: they stand for all that came since the last final ones."""

    t_ns: int
    at: int
    text: str
    final: bool

    @property
    def instant(self) -> Instant:
        return self.t_ns, self.at


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was said: at some instant between these two, which are the same where that is known. `text` is
    what had been said by then."""

    earliest: Instant
    latest: Instant
    text: str

    @property
    def at(self) -> tuple[int, ...]:
        """Its lines."""
        return tuple(dict.fromkeys((self.earliest[1], self.latest[1])))


@dataclass(frozen=True)
class Part:
    """What was said in one response. Not `timed`: of its words is known only between which messages they were said."""

    arrivals: tuple[Words, ...]
    timed: bool = True

    @property
    def at(self) -> tuple[int, ...]:
        return tuple(words.at for words in self.arrivals)

    @cached_property
    def text(self) -> str:
        return self.after(len(self.arrivals))

    def after(self, count: int) -> str:
        """What had been said after so many arrivals."""
        whole: list[str] = []
        pieces = ""
        for words in self.arrivals[:count]:
            if words.final:
                whole.append(words.text if words.text.strip() else pieces)
                pieces = ""
            elif pieces.strip() and words.text.startswith(pieces.rstrip()):
                pieces = words.text
            else:
                pieces += words.text
        return plain(" ".join((*whole, pieces)))

    def said(self, phrase: Phrase) -> Moment | None:
        """When the phrase was complete; None where all that was said does not hold it. Found by halving: what is said
        stays said, but for pieces that final words take back."""
        if not holds(self.text, phrase):
            return None
        if not self.timed:
            return Moment(self.arrivals[0].instant, self.arrivals[-1].instant, self.text)
        count = 1 + bisect_left(range(1, len(self.arrivals)), True, key=lambda n: holds(self.after(n), phrase))
        instant = self.arrivals[count - 1].instant
        return Moment(instant, instant, self.after(count))


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that was said in a call, in the order in which it began. `by` is who wrote it down: nobody, where the agent
    did so itself. `unheard`: where a recogniser wrote down no word of a voice, so that anything may have been said."""

    parts: tuple[Part, ...]
    by: str = ""
    unheard: tuple[Passage, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)

    def between(self, first: int, last: int) -> "Spoken":
        """What began between two lines of the recording."""
        parts = tuple(part for part in self.parts if first < part.at[0] < last)
        unheard = tuple(one for one in self.unheard if first < one.frames[1] and one.frames[0] < last)
        return Spoken(parts, self.by, unheard)


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Nobody knows what was said: why, and what to do about it."""

    why: str
    todo: str = "choose a dialect that shows the agent's words (output_transcript), or configure a `recogniser:`"


def on_the_wire(received: Iterable[Heard], turns: Sequence[int]) -> tuple[Part, ...]:
    """The parts that the agent wrote down itself. `turns` are the lines at which the caller's turns begin."""
    found: list[list[Words]] = []
    named: dict[str, list[Words]] = {}
    nameless: list[Words] | None = None
    over = False
    for heard in received:
        match heard.signal:
            case Transcript("agent", text, final, response_id):
                words = Words(heard.t_ns, heard.frame, text, final)
                part = nameless if response_id is None else named.get(response_id)
                if response_id is None and part is not None and _apart(part[-1], words, turns, over=over):
                    part = None
                if part is None:
                    part = []
                    found.append(part)
                part.append(words)
                if response_id is None:
                    nameless, over = part, False
                else:
                    named[response_id] = part
            case ResponseStarted():
                nameless = None
            case TurnDone():
                over = True
            case signal if throws_away(signal):
                nameless = None
            case _:
                pass
    return tuple(part for part in (Part(tuple(words)) for words in found) if part.text)


def _apart(last: Words, words: Words, turns: Sequence[int], *, over: bool) -> bool:
    """Whether the caller took a turn between the two, and they are no one sentence."""
    taken = bisect_right(turns, words.at) > bisect_right(turns, last.at)
    return taken and (over or last.final or words.t_ns - last.t_ns >= PAUSE_NS)


def written_down(passages: Sequence[Passage], call: int, annotation: Json) -> Spoken | Unwritten:
    """The parts as a recogniser wrote them down; an opinion on other sound than this is none."""
    if not isinstance(annotation, dict) or annotation.get("format") != FORMAT:
        return Unwritten("what a recogniser wrote down is in a form that this version does not know", "run it again")
    rows = annotation.get("utterances")
    told = {_given(row): row for row in rows if isinstance(row, dict)} if isinstance(rows, list) else {}
    parts: list[Part] = []
    unheard: list[Passage] = []
    for passage in passages:
        row = told.get((str(call), *map(str, passage.frames), passage.sha256), {})
        if not isinstance(text := row.get("text"), str):
            if "error" in row:
                return Unwritten(f"the recogniser failed: {row['error']}", "mend `recogniser:`, and run it again")
            return Unwritten("a recogniser wrote down other sound than this", "run it again")
        if not plain(text) and passage.voiced_ms >= WORD_MS:
            unheard.append(passage)
        first, last = passage.frames
        arrivals = (Words(passage.first_ns, first, "", False), Words(passage.last_ns, last, text, True))
        parts.append(Part(arrivals, timed=False))
    by = str(annotation.get("tool", "a recogniser"))
    return Spoken(tuple(part for part in parts if part.text), by, tuple(unheard))


def _given(row: dict[str, Json]) -> tuple[str, ...]:
    """Which sound a row is of."""
    frames = row.get("frames")
    return (str(row.get("call")), *map(str, frames if isinstance(frames, list) else ()), str(row.get("sha256")))
