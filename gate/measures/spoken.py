"""What the agent said, as words: from the transcripts on its wire, else as a recogniser wrote it down. Pure.

Theory of operation. A part is what is said in one response. Its words arrive piece by piece; final words stand for all
pieces since the last final ones, and a piece that begins with all of these is the whole once more (Ultravox, Vapi).
Words without the id of a response belong to the part before them until a response begins or is cut, or the caller takes
a turn and a second passes without any: a cough in the middle of a sentence divides nothing.
When a phrase was said is when the last of its words arrived. A recogniser tells no times within what it was given, so
there a phrase was said at some time between the first and the last message of that sound."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from gate.core.jsons import Json
from gate.core.matchers import Matcher, matches
from gate.core.recording import Heard
from gate.core.signals import ResponseStarted, Transcript, throws_away
from gate.measures.passages import Passage

FORMAT: Final = "voxgate-words/1"
"""Of the annotation `words`: {format, voxgate, tool, utterances: [{call, frames, sha256, and text or error}]}."""

PAUSE_NS: Final = 1_000_000_000
_WORD: Final = re.compile(r"\w+(?:'\w+)*")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")

Phrase = tuple[Matcher, ...]
"""What is looked for in words: all of it."""


def plain(text: str) -> str:
    """One space between words, and one form of apostrophe: models write both."""
    return " ".join(text.replace("\u2019", "'").split())


def holds(text: str, phrase: Phrase) -> bool:
    """Whether the text has all of the phrase. Case says nothing in speech, to a regular expression neither."""
    return all(_holds(plain(text), matcher) for matcher in phrase)


def _holds(text: str, matcher: Matcher) -> bool:
    match matcher.kind:
        case "regex":
            return re.search(str(matcher.value), text, re.IGNORECASE) is not None
        case "contains":
            return plain(str(matcher.value)).casefold() in text.casefold()
        case _:
            return matches(matcher, text)


def tokens(text: str) -> str:
    """The words alone: without case and punctuation, a space before and behind each."""
    return f" {' '.join(_WORD.findall(plain(text).casefold()))} "


def names(text: str, words: str) -> bool:
    """Whether these whole words stand in the text, one behind the other. Where a script writes no spaces, a part of a
    word is all that can be looked for."""
    if _UNSPACED.search(words):
        return tokens(words).replace(" ", "") in tokens(text).replace(" ", "")
    return tokens(words) in tokens(text)


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they arrived. `final`: they stand for all that came since the last final ones."""

    t_ns: int
    at: int
    text: str
    final: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was said: at some time between these two, which are the same where that is known."""

    earliest_ns: int
    latest_ns: int
    at: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """What was said in one response. Not `timed`: of its words is known only between which messages they were said."""

    arrivals: tuple[Words, ...]
    timed: bool = True

    @property
    def begun_ns(self) -> int:
        return self.arrivals[0].t_ns

    @property
    def complete_ns(self) -> int:
        return self.arrivals[-1].t_ns

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
            return Moment(self.begun_ns, self.complete_ns, self.at)
        count = 1 + bisect_left(range(1, len(self.arrivals)), True, key=lambda n: holds(self.after(n), phrase))
        words = self.arrivals[count - 1]
        return Moment(words.t_ns, words.t_ns, (words.at,))


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that was said in a call, in the order in which it began. `by` is who wrote it down: nobody, where the agent
    did so itself."""

    parts: tuple[Part, ...]
    by: str = ""

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)

    def between(self, from_ns: int, to_ns: int) -> "Spoken":
        """What began in this time."""
        return Spoken(tuple(part for part in self.parts if from_ns <= part.begun_ns < to_ns), self.by)


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
    for heard in received:
        match heard.signal:
            case Transcript("agent", text, final, response_id):
                words = Words(heard.t_ns, heard.frame, text, final)
                part = nameless if response_id is None else named.get(response_id)
                if response_id is None and part is not None and _later(part[-1], words, turns):
                    part = None
                if part is None:
                    part = []
                    found.append(part)
                part.append(words)
                if response_id is None:
                    nameless = part
                else:
                    named[response_id] = part
            case ResponseStarted():
                nameless = None
            case signal if throws_away(signal):
                nameless = None
            case _:
                pass
    return tuple(part for part in (Part(tuple(words)) for words in found) if part.text)


def _later(last: Words, words: Words, turns: Sequence[int]) -> bool:
    """Whether the caller took a turn between the two, and they are no one sentence."""
    return bisect_right(turns, words.at) > bisect_right(turns, last.at) and words.t_ns - last.t_ns >= PAUSE_NS


def written_down(passages: Sequence[Passage], call: int, annotation: Json) -> Spoken | Unwritten:
    """The parts as a recogniser wrote them down; an opinion on other sound than this is none."""
    if not isinstance(annotation, dict) or annotation.get("format") != FORMAT:
        return Unwritten("what a recogniser wrote down is in a form that this version does not know", "run it again")
    rows = annotation.get("utterances")
    told = {_given(row): row for row in rows if isinstance(row, dict)} if isinstance(rows, list) else {}
    parts = []
    for passage in passages:
        row = told.get((str(call), *map(str, passage.frames), passage.sha256), {})
        if not isinstance(text := row.get("text"), str):
            why = str(row.get("error") or "it was not asked about all that the agent said")
            return Unwritten(f"the recogniser failed: {why}", "mend `recogniser:`, and run it again")
        first, last = passage.frames
        arrivals = (Words(passage.first_ns, first, "", False), Words(passage.last_ns, last, text, True))
        parts.append(Part(arrivals, timed=False))
    return Spoken(tuple(part for part in parts if part.text), str(annotation.get("tool", "a recogniser")))


def _given(row: dict[str, Json]) -> tuple[str, ...]:
    """Which sound a row is of."""
    frames = row.get("frames")
    return (str(row.get("call")), *map(str, frames if isinstance(frames, list) else ()), str(row.get("sha256")))
