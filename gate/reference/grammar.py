"""The phrases that are understood, as the decoder reads them and as a test of whole phrases: those of callers
(grammar.jsgf), and the reference agent's own.

It must never guess: a phrase that the grammar does not derive from start to end is not a phrase.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from gate.reference import voice

GRAMMAR_FILE = Path(__file__).with_name("grammar.jsgf")

_RULE = re.compile(r"^(?:public )?<(\w+)> = (.*);$", re.MULTILINE)
_TOKEN = re.compile(r"<(?P<rule>\w+)>|(?P<word>[a-z]+)|(?P<mark>[\[\]()|+])")
_MARKS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|", "+": "+"}


@dataclass(frozen=True, slots=True)
class Grammar:
    """Rules in JSGF, each of which uses only rules above it; the last one, `<phrase>`, is public. `decoys`: words that
    stand there only so that they are not heard as their neighbours; a phrase with one of them is none."""

    jsgf: str
    decoys: frozenset[str] = frozenset()

    def derives(self, words: str) -> bool:
        """True when the whole phrase is one of it."""
        return _pattern(self.jsgf).fullmatch(words + " ") is not None and self.decoys.isdisjoint(words.split())


@functools.cache
def callers() -> Grammar:
    """What callers may say to the reference agent."""
    return Grammar(GRAMMAR_FILE.read_text(encoding="utf-8"), frozenset({"saturday", "sunday"}))


@functools.cache
def agents() -> Grammar:
    """What the reference agent says: its replies, one or several behind one another."""
    replies = {" ".join(re.findall(r"[a-z]+", clip.text.lower())) for clip in voice.load().values()}
    phrase = " | ".join(sorted(replies))
    return Grammar(f"#JSGF V1.0;\ngrammar agent;\npublic <phrase> = ({phrase})+;\n")


@functools.cache
def _pattern(jsgf: str) -> re.Pattern[str]:
    """As every rule may use only rules above it, one pass from top to bottom is enough."""
    rules: dict[str, str] = {}
    for name, body in _RULE.findall(jsgf):
        rules[name] = "(?:" + "".join(_piece(token, rules) for token in _TOKEN.finditer(body)) + ")"
    return re.compile(rules["phrase"])


def _piece(token: re.Match[str], rules: dict[str, str]) -> str:
    if token["rule"]:
        return rules[token["rule"]]
    return f"{token['word']} " if token["word"] else _MARKS[token["mark"]]
