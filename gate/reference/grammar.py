"""The phrases that the reference agent understands: grammar.jsgf as text, and as a test of whole phrases.

It must never guess: a phrase that the grammar does not derive from start to end is not a phrase.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

GRAMMAR_FILE = Path(__file__).with_name("grammar.jsgf")

DECOYS = frozenset({"saturday", "sunday"})
"""Words in the grammar only so that they are not heard as their neighbours; a phrase with one of them is rejected."""

_RULE = re.compile(r"^(?:public )?<(\w+)> = (.*);$", re.MULTILINE)
_TOKEN = re.compile(r"<(?P<rule>\w+)>|(?P<word>[a-z]+)|(?P<mark>[\[\]()|])")
_MARKS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}


@functools.cache
def text() -> str:
    """The grammar as the decoder reads it."""
    return GRAMMAR_FILE.read_text(encoding="utf-8")


def derives(words: str) -> bool:
    """True when the whole phrase is one that the agent understands."""
    return _pattern().fullmatch(words + " ") is not None and DECOYS.isdisjoint(words.split())


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Every rule may use only rules above it, so one pass from top to bottom is enough."""
    rules: dict[str, str] = {}
    for name, body in _RULE.findall(text()):
        rules[name] = "(?:" + "".join(_piece(token, rules) for token in _TOKEN.finditer(body)) + ")"
    return re.compile(rules["phrase"])


def _piece(token: re.Match[str], rules: dict[str, str]) -> str:
    if token["rule"]:
        return rules[token["rule"]]
    return f"{token['word']} " if token["word"] else _MARKS[token["mark"]]
