"""What the user lends the gate, a voice or a recogniser: what is wrong with a command or an endpoint beyond its shape.
Nothing is run or asked here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gate.core.suggest import did_you_mean
from gate.core.vault import REFERENCE
from gate.manifest import addresses, words
from gate.manifest.document import Loc
from gate.manifest.faults import Fault, Faults

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")


def check_command(argv: Sequence[str], known: tuple[str, ...], faults: Faults, loc: Loc) -> None:
    """`known` are the placeholders that its arguments may have."""
    for index, word in enumerate(argv):
        if "\0" in word or (index == 0 and _PLACEHOLDER.search(word)):
            faults.tell((*loc, index), Fault("names no program"), words.quoted(word))
        for found in _PLACEHOLDER.findall(word):
            if found not in known:
                fault = Fault("has an unknown placeholder", " or ".join(known), did_you_mean(found, known))
                faults.tell((*loc, index), fault, words.quoted(found))


def check_endpoint(url: str, key: str | None, environ: Mapping[str, str], faults: Faults, loc: Loc) -> None:
    """Its address, and the key under `key`, which must be a reference."""

    def filled(text: str) -> str:
        return REFERENCE.sub(lambda found: environ.get(found[1], found[0]), text)

    fault = addresses.url_fault(url, filled(url), "http", ())
    fault = replace(fault, hint="write https://, and a secret under key:") if fault else None
    hidden = "@" in url or addresses.secret_in_query(url) is not None
    faults.tell((*loc, "url"), fault, "" if hidden else words.quoted(url))
    if key is not None:
        no_secret = None if REFERENCE.search(key) else addresses.secret_fault()
        faults.tell((*loc, "key"), no_secret or addresses.header_fault("Authorization", key, filled(key)))
