"""How a caller proves who it is, and how a dial looks with that proof, without it, or with a bad one."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, urlsplit

from gate.core.plan import Credential, Dial


def authorised(dial: Dial, credential: Credential | None, value: str | None = None) -> Dial:
    """The dial with the credential on it; `value` puts another token in the place of the right one."""
    if credential is None:
        return dial
    token = credential.value if value is None else value
    if credential.kind == "query":
        return replace(dial, query=(*dial.query, (credential.name, token)))
    text = f"Bearer {token}" if credential.kind == "bearer" else token
    return replace(dial, headers=(*dial.headers, (credential.name, text)))


def addressed(url: str, query: Iterable[tuple[str, str]]) -> str:
    """The address with these names and values behind it, quoted."""
    for name, value in query:
        url += f"{'&' if urlsplit(url).query else '?'}{quote(name, safe='')}={quote(value, safe='')}"
    return url
