"""Secrets: they enter by name, live here, and are masked wherever text leaves the process."""

import base64
import json
import re
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

from gate.core.jsons import Json

REFERENCE = re.compile(r"\$\{env\.([A-Za-z_][A-Za-z0-9_]*)\}")
SANDBOX = re.compile(r"\$\{(sandbox\.(?:http|mcp))\}")
MADE = re.compile(r"\$\{(token)\}")
MASKED = re.compile(r"\[secret:[^\]]*\]")
SHORTEST = 8


def names_in(value: Json) -> frozenset[str]:
    """The environment names that a manifest value refers to."""
    match value:
        case str():
            return frozenset(REFERENCE.findall(value))
        case dict():
            return frozenset().union(*(names_in(item) for item in value.values()))
        case list() | tuple():
            return frozenset().union(*(names_in(item) for item in value))
        case _:
            return frozenset()


def names_sandbox(value: object) -> bool:
    """Whether anything in it refers to the sandbox."""
    match value:
        case str():
            return SANDBOX.search(value) is not None
        case dict():
            return any(names_sandbox(item) for item in value.values())
        case list() | tuple():
            return any(names_sandbox(item) for item in value)
        case _:
            return False


class Vault:
    """Values by name. `fill` puts them into a text, `mask` takes every trace of them out again: the value itself and
    as it looks inside JSON, inside JSON in a JSON text, in a URL, as a list of letters, and anywhere in base64.
    `addresses` are what is filled in beside them and is no secret: where the sandbox is, once it is open."""

    def __init__(self, secrets: Mapping[str, str], addresses: Mapping[str, str] | None = None) -> None:
        self._secrets = dict(secrets)
        self._addresses = dict(addresses or {})
        self._made: dict[str, str] = {}
        self._masks: dict[str, str] = {}
        self._know({form: f"[secret:{name}]" for name, value in self._secrets.items() for form in _forms(value)})

    def _know(self, forms: dict[str, str]) -> None:
        self._masks = dict(sorted({**self._masks, **forms}.items(), key=lambda item: -len(item[0])))

    def _found(self, text: str) -> list[str]:
        """The forms that stand in it, the longest first. Each is searched for by itself: a pattern of all of them takes
        longer to make than a call may be held up, and tokens come about while others talk."""
        return [form for form in self._masks if form in text]

    def __repr__(self) -> str:
        return f"Vault({', '.join(self._secrets)})"

    def knowing(self, addresses: Mapping[str, str]) -> "Vault":
        """This vault with addresses to fill in."""
        return Vault(self._secrets, addresses)

    def learn(self, name: str, value: str) -> None:
        """A secret that came about only now: the last one of its name is what `${token}` is filled in with, and all of
        them are masked from now on."""
        self._made[name] = value
        self._know(dict.fromkeys(_forms(value), f"[secret:{name}]"))

    @property
    def values(self) -> tuple[str, ...]:
        """The secrets themselves, for whoever has to mask them elsewhere."""
        return tuple(self._secrets.values())

    @property
    def learnt(self) -> bool:
        """Whether it holds more than it was made with."""
        return bool(self._made)

    def fill(self, text: str) -> str:
        """Raises KeyError for a name that the vault lacks; the manifest is checked for those beforehand."""
        text = SANDBOX.sub(lambda found: self._addresses[found[1]], text)
        text = MADE.sub(lambda found: self._made[found[1]], text)
        return REFERENCE.sub(lambda found: self._secrets[found[1]], text)

    def fill_json(self, value: Json) -> Json:
        match value:
            case str():
                return self.fill(value)
            case dict():
                return self.fill_object(value)
            case list() | tuple():
                return [self.fill_json(item) for item in value]
            case _:
                return value

    def fill_object(self, value: dict[str, Json]) -> dict[str, Json]:
        return {key: self.fill_json(item) for key, item in value.items()}

    def holds(self, data: str | bytes) -> bool:
        """Whether any trace of a secret stands in this text or these bytes."""
        if isinstance(data, bytes):
            return any(form.encode() in data for form in self._masks)
        return any(form in data for form in self._masks)

    def mask(self, text: str) -> str:
        forms = self._found(text)
        if not forms:
            return text
        return re.sub("|".join(map(re.escape, forms)), lambda found: self._masks[found[0]], text)

    @property
    def empty(self) -> bool:
        return not self._masks

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Where secrets stand in it, in order: from, to, and what `mask` puts there."""
        forms = self._found(text)
        if not forms:
            return []
        found = re.finditer("|".join(map(re.escape, forms)), text)
        return [(one.start(), one.end(), self._masks[one[0]]) for one in found]

    def mask_json(self, value: Json) -> Json:
        match value:
            case str():
                return self.mask(value)
            case dict():
                return {key: self.mask_json(item) for key, item in value.items()}
            case list() | tuple():
                return [self.mask_json(item) for item in value]
            case _:
                return value

    def mask_bytes(self, data: bytes) -> bytes:
        """Masks by asterisks of the same length: the last resort for bytes whose structure is unknown."""
        for form in self._masks:
            data = data.replace(form.encode(), b"*" * len(form.encode()))
        return data


def _forms(value: str) -> set[str]:
    once = {_escaped(value, ascii_only) for ascii_only in (True, False)}
    twice = {_escaped(form, ascii_only) for form in once for ascii_only in (True, False)}
    slashed = {form.replace("/", "\\/") for form in once}  # as some writers of JSON do, RFC 8259 section 7
    quoted = {quote(value, safe=""), quote(value), quote_plus(value)}
    return {value} | once | twice | slashed | quoted | _spelt(value) | _in_base64(value.encode())


def _escaped(text: str, ascii_only: bool) -> str:
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]


def _spelt(value: str) -> set[str]:
    """The letters in a list of JSON, as the timing of speech is often given, and that inside a JSON text."""
    letters = [[_escaped(letter, ascii_only) for letter in value] for ascii_only in (True, False)]
    forms = {between.join(spelt) for spelt in letters for between in ('","', '", "')}
    return forms | {_escaped(form, ascii_only) for form in forms for ascii_only in (True, False)}


def _in_base64(value: bytes) -> set[str]:
    """The value encoded alone, and what all encodings have in common that hold it behind 0, 1 or 2 bytes of something
    else (as `user:password` does): the characters that no neighbour has a bit in."""
    forms = {base64.b64encode(value).rstrip(b"=")}
    for before in range(3):
        first, last = -(-8 * before // 6), 8 * (before + len(value)) // 6
        forms.add(base64.b64encode(bytes(before) + value)[first:last])
    return {form.decode() for plain in forms for form in (plain, plain.translate(_URL_SAFE))}


_URL_SAFE = bytes.maketrans(b"+/", b"-_")
