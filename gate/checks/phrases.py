"""Words of a call: what the agent said, and what it heard of the caller. Pure.

Looked for in the joined words of the call or of a turn, so that it does not matter into which pieces they were sent.
Case says nothing, and punctuation nothing to forbidden phrases and to the distance from expected words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar, Final

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.view import View
from gate.core.findings import Blame, Layer, Verdict
from gate.core.matchers import describe
from gate.core.signals import Transcript
from gate.measures.spoken import Moment, Part, Spoken, Unwritten
from gate.measures.word_errors import error_rate
from gate.measures.wording import Phrase, holds, names, plain

READ_SPOKEN: Final = frozenset({"says", "confirms", "must-not-confirm", "remembers", "forgets"})
"""The checks that read the agent's words, wherever they were written down."""

LONGEST_SHOWN: Final = 200
HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question of some words: a phrase in them, phrases that must not be in them, or how far they are from
    `words`: at most this share of them wrong."""

    phrase: Phrase = ()
    forbidden: tuple[str, ...] = ()
    words: str | None = None
    error_rate: float = HALF

    def __str__(self) -> str:
        if self.words is not None:
            return f"{self.words!r}, with at most {self.error_rate:.0%} of the words wrong"
        if self.forbidden:
            return "none of " + ", ".join(map(repr, self.forbidden))
        return told(self.phrase)


@dataclass(frozen=True, slots=True)
class Says:
    """The agent's words in the whole call, or in answer to a turn."""

    CHECK: ClassVar[str] = "says"
    wanted: Wanted
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Hears:
    """The caller's words in the whole call, or of a turn, as the agent wrote them down."""

    CHECK: ClassVar[str] = "hears"
    wanted: Wanted
    turn: int | None = None


def says(view: View, params: Says) -> Answer:
    expected = f"the agent says {params.wanted}" + (f" in answer to turn {params.turn}" if params.turn else "")
    spoken = view.words
    if isinstance(spoken, Unwritten):
        return unwritten(Layer.OUTPUT, expected, spoken)
    at: tuple[int, ...] = ()
    parts, unsure = spoken.parts, False
    if params.turn is not None:
        lines = view.turn_lines(params.turn)
        if lines is None:
            return view.not_spoken(Layer.OUTPUT, expected)
        at, (first, last) = lines, lines
        unsure = any(not part.timed and part.at[0] <= first and part.at[-1] > last for part in spoken.parts)
        spoken = spoken.between(first, view.turn_limit(params.turn))
        parts = spoken.parts
    at = (*at, *(part.at[0] for part in parts))
    if unsure:
        actual = "the agent spoke on through this turn, and a recogniser does not tell which words were said when"
        return unknown(Layer.OUTPUT, expected, actual, NO_TIMES, at=at, blame=Blame.CONFIGURATION)
    texts = [part.text for part in parts]
    advice = LISTEN if spoken.by else COMPARE
    layer = Layer.OUTPUT if texts or params.turn is None else view.layer_of_silence(params.turn, Layer.OUTPUT)
    answer = _answer(view, layer, params.wanted, (" ".join(texts),), expected, advice, at, spoken.by)
    is_certain = answer.verdict is (Verdict.FAIL if params.wanted.forbidden else Verdict.PASS)
    return answer if is_certain else unheard(layer, expected, spoken) or answer


COMPARE: Final = "look at the conversation in transcript.txt: what the agent was asked, and what it is told to say"
LISTEN: Final = "listen to agent.wav: a recogniser may have misheard it; then see what the agent is told to say"
NO_TIMES: Final = "ask it of the whole call, without `turn`, or choose a dialect that shows the agent's words"


def hears(view: View, params: Hears) -> Answer:
    expected = f"the agent hears {params.wanted}" + (f" in turn {params.turn}" if params.turn else "")
    at: tuple[int, ...] = ()
    from_ns, until_ns = 0, 2**63
    if params.turn is not None:
        turn = view.turn(params.turn)
        if turn is None:
            return view.not_spoken(Layer.INPUT, expected)
        from_ns, until_ns, at = turn.start_ns, view.turn_limit_ns(params.turn), turn.at
    finals = view.transcripts(from_ns, until_ns)
    texts = [plain(heard.signal.text) for heard in finals if isinstance(heard.signal, Transcript)]
    at = (*at, *(heard.frame for heard in finals))
    advice = "check sample rate, encoding, chunk size and the speech recogniser; compare with caller.wav"
    return _answer(view, Layer.INPUT, params.wanted, (" ".join(texts), *texts), expected, advice, at)


def _answer(
    view: View, layer: Layer, wanted: Wanted, texts: Sequence[str], expected: str, advice: str, at: tuple[int, ...],
    by: str = "",
) -> Answer:  # fmt: skip
    """`texts`: all of the words, and then each of its parts: some agents write a turn down again and again, and longer
    each time, so that one part is all of it."""
    everything = texts[0]
    actual = shown(everything, by) if everything else "no words"
    if wanted.words is not None:
        rate = min(error_rate(wanted.words, text) for text in texts)
        if everything and rate <= wanted.error_rate:
            return passed(layer, expected, f"{actual}, {rate:.0%} wrong", at=at)
        actual = f"{actual}, {rate:.0%} wrong" if everything else actual
        return view.missing(layer, expected, actual, advice, at)
    if wanted.forbidden:
        found = [phrase for phrase in wanted.forbidden if names(everything, phrase)]
        if found:
            what = ", ".join(map(repr, found))
            todo = "forbid it in the agent's instructions, and look for where it has it from"
            return replace(failed(layer, expected, f"{what} in {actual}", todo, at=at), symptom="event-unwanted")
        return passed(layer, expected, view.watch, at=at) if view.whole else view.unproven(layer, expected)
    if holds(everything, wanted.phrase):
        return passed(layer, expected, actual, at=at)
    return view.missing(layer, expected, actual, advice, at)


def unwritten(layer: Layer, expected: str, why: Unwritten) -> Answer:
    return unknown(layer, expected, f"what the agent said is not known: {why.why}", why.todo, blame=Blame.CONFIGURATION)


def unheard(layer: Layer, expected: str, spoken: Spoken) -> Answer | None:
    """Nobody knows that something was not said, where a recogniser wrote down nothing of a voice."""
    if not spoken.unheard:
        return None
    longest = max(spoken.unheard, key=lambda one: len(one.samples) / one.rate_hz)
    heard_s = len(longest.samples) / longest.rate_hz
    actual = f"{spoken.by} wrote down no word of {heard_s:.1f} s of a voice, so nobody knows what was said there"
    todo = "listen to agent.wav at that place; if there are words, choose another recogniser"
    at = tuple(dict.fromkeys(longest.frames))
    return unknown(layer, expected, actual, todo, at=at, blame=Blame.CONFIGURATION)


def told(phrase: Phrase) -> str:
    return " and ".join(describe(matcher) for matcher in phrase)


def shown(text: str, by: str = "") -> str:
    """What was said, in quotes, its end where it is long; and who wrote it down, where that was not the agent."""
    short = text if len(text) <= LONGEST_SHOWN else "…" + text[1 - LONGEST_SHOWN :]
    return repr(short) + (f" (as written down by {by})" if by else "")


def claims_of(view: View, parts: Sequence[Part], phrase: Phrase) -> list[Moment]:
    """When the words were said first in each part, by the time at which that may have been. Words in a row may also be
    begun in one part and ended in the next; the ends of an expression would meet there by chance."""
    moments = [part.said(phrase) for part in parts]
    if len(phrase) == 1 and phrase[0].kind == "contains":
        both = [(one, other) for one, other in pairwise(parts) if _goes_on(view, one, other)]
        moments += [Part((*one.arrivals, *other.arrivals)).said(phrase) for one, other in both
                    if one.said(phrase) is None and other.said(phrase) is None]  # fmt: skip
    return sorted((moment for moment in moments if moment is not None), key=lambda moment: moment.earliest)


def _goes_on(view: View, one: Part, other: Part) -> bool:
    """Whether the agent had the word from the one to the other."""
    taken = any(one.at[-1] < turn.at[0] < other.at[0] for turn in view.turns)
    return one.timed and other.timed and not taken
