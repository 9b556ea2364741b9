"""Whether a text occurs in spoken words, however it was spelt: `A-17` in "a seventeen", `5550` in "triple five oh".

Generous on purpose: what it finds is held to be known, and only what it does not find is held against anybody."""

import re
from collections.abc import Iterable

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fifth": "5", "eighth": "8", "ninth": "9", "twelfth": "12",
}  # fmt: skip
_LETTERS = {
    "alpha": "a", "alfa": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g",
    "hotel": "h", "india": "i", "juliett": "j", "juliet": "j", "kilo": "k", "lima": "l", "mike": "m", "november": "n",
    "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t", "uniform": "u", "victor": "v",
    "whiskey": "w", "whisky": "w", "xray": "x", "yankee": "y", "zulu": "z",
}  # fmt: skip
_NUMBERS = (
    {word: str(i) for i, word in enumerate(_UNITS)}
    | {word: str(10 + i) for i, word in enumerate(_TEENS)}
    | {word: str(20 + 10 * i) for i, word in enumerate(_TENS)}
    | {"oh": "0", "o": "0", "nought": "0"}
    | _ORDINALS
)
_TIMES = {"double": 2, "triple": 3}
_FILLERS = ("hundred", "thousand", "and", "dash", "hyphen", "minus", "dot", "point", "slash", "underscore", "hash")


def plain(text: str) -> str:
    """Letters and digits alone, without case."""
    return "".join(char for char in text.casefold() if char.isalnum())


def stands_in(wanted: str, text: str) -> bool:
    """Whether `wanted` is the text, or some of its words in a row, but for case and punctuation."""
    sought, words = plain(wanted), re.findall(r"[^\W_]+", text.casefold())
    for start in range(len(words)):
        run = ""
        for word in words[start:]:
            run += word
            if run == sought:
                return True
            if not sought.startswith(run):
                break
    return False


def occurs(wanted: str, texts: Iterable[str]) -> bool:
    """Whether `wanted` is somewhere in one of the texts: as it is, or as it would be spoken."""
    sought = plain(wanted)
    return bool(sought) and any(sought in reading for text in texts for reading in readings(text))


def readings(text: str) -> set[str]:
    """The text as letters and digits, in every way that its words may be meant."""
    words = re.findall(r"\w+", text.casefold().replace("'", ""))
    digits = [_NUMBERS.get(word, word) for word in _repeated(words)]
    joined = _tens(_repeated(words))
    lettered = [_LETTERS.get(word, word) for word in joined]
    kept = [[word for word in reading if word not in _FILLERS] for reading in (digits, joined, lettered)]
    return {"".join(reading) for reading in (words, digits, joined, lettered, *kept)}


def _repeated(words: list[str]) -> list[str]:
    """`double five` is five five."""
    found: list[str] = []
    times = 1
    for word in words:
        if word in _TIMES:
            times = _TIMES[word]
            continue
        found += [word] * times
        times = 1
    return found


def _tens(words: list[str]) -> list[str]:
    """`forty two` is 42, and `forty` alone is 40."""
    found: list[str] = []
    for word in words:
        number = _NUMBERS.get(word, word)
        if found and found[-1] in _OPEN and len(number) == 1 and number in "123456789":
            found[-1] = found[-1][0] + number
        else:
            found.append(number)
    return found


_OPEN = tuple(_NUMBERS[word] for word in _TENS)
