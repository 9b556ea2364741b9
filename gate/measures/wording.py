"""Words and phrases in them: what counts as the same in speech. Pure.

Case, the number of spaces, commas and the like, and the form of an apostrophe are the writer's, not the speaker's."""

import re
from typing import Final

from gate.core.matchers import Matcher, matches

_WORD: Final = re.compile(r"\w+(?:'\w+)*")
_PAUSES: Final = re.compile(r'[,;:\u201c\u201d"*]+(?=\s|$)|(?<=\s)[\u201c\u201d"*]+|(?<=\s)-+(?=\s)|[\u2013\u2014]+')
"""Signs inside a sentence that nobody hears. What ends a sentence divides it from the next, and stays."""
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
            wanted = plain(str(matcher.value)).casefold()
            return wanted in text.casefold() or wanted in plain(_PAUSES.sub(" ", text)).casefold()
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
