"""What a session knows of the one before it: all of it where it goes on, nothing where it is new. Pure."""

from dataclasses import dataclass, replace
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.phrases import shown, told, unheard, unwritten
from gate.checks.view import View
from gate.core.findings import Layer
from gate.measures.spoken import Unwritten
from gate.measures.wording import Phrase, holds


@dataclass(frozen=True, slots=True)
class Remembers:
    """The agent's words in this call hold what only who remembers the call before can say. `resumes`: the number of
    that call, where this one was to ask for its session."""

    CHECK: ClassVar[str] = "remembers"
    phrase: Phrase
    resumes: int | None = None


@dataclass(frozen=True, slots=True)
class Forgets:
    """The agent answers, and its words hold nothing that it can only know from the call before."""

    CHECK: ClassVar[str] = "forgets"
    phrase: Phrase
    resumes: int | None = None


def remembers(view: View, params: Remembers) -> Answer:
    expected = f"the agent still knows what was said before: it says {told(params.phrase)}"
    if doubt := _not_resumed(view, params.resumes, expected):
        return doubt
    spoken = view.words
    if isinstance(spoken, Unwritten):
        return unwritten(Layer.CLOSE, expected, spoken)
    text, at = " ".join(part.text for part in spoken.parts), tuple(part.at[0] for part in spoken.parts)
    actual = shown(text, spoken.by) if text else "no words"
    if holds(text, params.phrase):
        return passed(Layer.CLOSE, expected, actual, at=at)
    if doubt := unheard(Layer.CLOSE, expected, spoken):
        return doubt
    todo = "check what is kept of a session when its connection ends, and under which id it is looked for"
    answer = view.missing(Layer.CLOSE, expected, actual, todo, at)
    return replace(answer, symptom="state-lost", absent=False) if text else answer


def forgets(view: View, params: Forgets) -> Answer:
    expected = f"the agent knows nothing of what was said before: it does not say {told(params.phrase)}"
    if doubt := _not_resumed(view, params.resumes, expected):
        return doubt
    spoken = view.words
    if isinstance(spoken, Unwritten):
        return unwritten(Layer.CLOSE, expected, spoken)
    text, at = " ".join(part.text for part in spoken.parts), tuple(part.at[0] for part in spoken.parts)
    if holds(text, params.phrase):
        todo = "check where the conversation is kept: in the session, or in a place that all of them share"
        found = failed(Layer.CLOSE, expected, shown(text, spoken.by), todo, at=at)
        return replace(found, symptom="state-leaked")
    if doubt := unheard(Layer.CLOSE, expected, spoken):
        return doubt
    if not text:
        return unknown(Layer.CLOSE, expected, "the agent said nothing, so nothing shows what it knows")
    return passed(Layer.CLOSE, expected, view.watch, at=at) if view.whole else view.unproven(Layer.CLOSE, expected)


def _not_resumed(view: View, resumes: int | None, expected: str) -> Answer | None:
    if resumes is None or view.notes("resume"):
        return None
    actual = "the session before told no id, so none could be resumed"
    return unknown(Layer.CLOSE, expected, actual, "check that the session says its id when it is ready")
