"""Secrets in a captured conversation: what is one by its name or its look, and their places in what is written down.
A secret never leaves; a word too much that is taken for one costs an environment variable."""

import re
from collections.abc import Iterable
from typing import Final

from gate.core.jsons import Json
from gate.core.paths import join, parts
from gate.dialects.template.guess.facts import Log, last, spaced

_NAMED: Final = re.compile(
    r"\b(tokens?|secret|password|passwd|pwd|passphrase|pin|(api|access|private|auth|session|client) ?key|apikey|"
    r"authorization|bearer|credentials?|jwt|signature|sig|hmac|cookie|key)\b"
)
_LOOKS: Final = re.compile(
    r"\bbearer\s+\S+|\bbasic\s+[A-Za-z0-9+/=]{8,}|\beyJ[\w-]{6,}|\b(sk|pk|rk|ghp|gho|xox[a-z]|glpat|hf|key)[-_][\w-]{6,}|"
    r"\bAKIA\w{8,}|\bAIza[\w-]{8,}|://[^/\s]*@|-----BEGIN|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
    re.IGNORECASE,
)
_RANDOM: Final = re.compile(r"(?=[^\W_]*\d)(?=[^\W_]*[A-Za-z])[^\W_]{16,}|\d{12,}")
SHORTEST: Final = 5


def is_secret(path: str, text: str) -> bool:
    return bool(text) and (bool(_NAMED.search(spaced(last(path)))) or looks_secret(text))


def looks_secret(text: str) -> bool:
    return bool(_LOOKS.search(text) or _RANDOM.search(text))


def _is_long_and_no_token(text: str) -> bool:
    """As pieces of audio are, of which there are thousands."""
    return len(text) > 200 and " " not in text and not text.startswith("eyJ")


class Secrets:
    """What is secret in one log. `names`: the environment variables that stand for what was taken out, and where."""

    def __init__(self, log: Log) -> None:
        self.names: dict[str, str] = {}
        self._values = {
            leaf
            for message in log.messages
            for path, leaf in message.leaves.items()
            if isinstance(leaf, str) and SHORTEST <= len(leaf) <= 4096 and not _is_long_and_no_token(leaf)
            and (_NAMED.search(spaced(last(path))) or _LOOKS.search(leaf))
        }  # fmt: skip

    def holds(self, texts: Iterable[object]) -> bool:
        """Whether any of these texts, which stand at no path, is or holds a secret."""
        return any(isinstance(text, str) and (looks_secret(text) or self._has(text)) for text in texts)

    def _has(self, text: str) -> bool:
        return any(value in text for value in self._values)

    def hidden(self, sentence: str) -> str:
        for value in sorted(self._values, key=len, reverse=True):
            sentence = sentence.replace(value, "…")
        return "a sentence that held a secret" if looks_secret(sentence) else sentence

    def out(self, value: Json, path: str = "") -> Json:
        """The same with references to the environment for what is secret. Keys that are secret are left out."""
        match value:
            case dict():
                return {key: self.out(item, join(path, key)) for key, item in value.items() if not self.holds([key])}
            case list():
                return [self.out(item, join(path, str(i))) for i, item in enumerate(value)]
            case str() if "{{" not in value and (is_secret(path, value) or self._has(value)):
                return self._reference(path)
            case str() if "{{" in value and self.holds([value]):
                return self._reference(path)
            case _:
                return value

    def _reference(self, path: str) -> str:
        name = re.sub(r"[^A-Z0-9]+", "_", " ".join(parts(path)[-1:]).upper()).strip("_")
        name = (
            f"VOICE_{name}"[:60].rstrip("_") if name and name.isascii() and not self.holds([name]) else "VOICE_SECRET"
        )
        self.names.setdefault(name, path)
        return f"${{env.{name}}}"
