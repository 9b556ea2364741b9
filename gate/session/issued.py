"""Secrets that are in no vault, since dialling brings them about: a signature, and what the address in a provider's
reply says behind its `?`. Both let anybody in for a while. Pure."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from gate.core import jsons
from gate.core.paths import get
from gate.core.plan import Dial, HttpFirst
from gate.core.vault import SHORTEST, Vault

Pairs = tuple[tuple[str, str], ...]


def signatures(dial: Dial) -> Pairs:
    """The headers that sign the call."""
    headers = (*dial.headers, *(dial.http.headers if dial.http else ()))
    return tuple((name, value) for name, value in headers if name.casefold().endswith("signature"))


def tokens(reply: str | bytes, http: HttpFirst) -> Pairs:
    """What the address in the reply has behind its `?`, as it stands there, unless the request said it already."""
    try:
        found = get(jsons.parse(reply), http.url_path)
        query = urlsplit(found).query if isinstance(found, str) else ""
    except ValueError:
        return ()
    pairs = (part.partition("=") for part in query.split("&"))
    return tuple((name, value) for name, _, value in pairs if value not in http.url)


def vault_of(pairs: Iterable[tuple[str, str]]) -> Vault:
    """Two values of one name are both kept; what is too short to be a secret is none."""
    secrets: dict[str, str] = {}
    for name, value in pairs:
        if len(value) >= SHORTEST:
            secrets[f"{name} {len(secrets)}" if name in secrets else name] = value
    return Vault(secrets)
