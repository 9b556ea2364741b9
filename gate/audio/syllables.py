"""How many syllables a text has when it is spoken, roughly, in any alphabet with vowels. Pure."""

import unicodedata
from typing import Final

VOWELS: Final = frozenset("aeiouyæœøаеёиоуыэюяєіїαεηιουωı")  # noqa: RUF001
SYLLABIC: Final = ("CJK UNIFIED", "HANGUL SYLLABLE", "HIRAGANA LETTER", "KATAKANA LETTER")


def syllables(text: str) -> int:
    """Each group of vowels, each digit, and each character of a script that writes syllables counts one; 0 where the
    script writes no vowels, for then nothing is known."""
    count, in_vowel = 0, False
    for char in unicodedata.normalize("NFC", text.casefold()):
        base = unicodedata.normalize("NFD", char)[0]
        if unicodedata.combining(char):
            continue
        vowel = base in VOWELS
        count += (vowel and not in_vowel) or char.isdigit() or unicodedata.name(char, "").startswith(SYLLABIC)
        in_vowel = vowel
    return count
