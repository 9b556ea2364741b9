"""Did you mean …?"""

from collections.abc import Iterable
from difflib import get_close_matches

LONG = 4


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean X?`, else the known words, else nothing: always fit to stand behind a semicolon."""
    words = sorted(known)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    close = close or [name for name in words if len(word) >= LONG and name.startswith(word)]
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known here: {', '.join(words)}" if words else ""
