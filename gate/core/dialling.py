"""How a caller proves who it is, and how a dial looks with that proof, without it, or with a bad one."""

from dataclasses import replace
from urllib.parse import quote, urlsplit

from gate.core.plan import Credential, Dial
from gate.core.vault import REFERENCE


def authorised(dial: Dial, credential: Credential | None, value: str | None = None) -> Dial:
    """The dial with the credential on it; `value` puts another token in the place of the right one."""
    if credential is None:
        return dial
    token = credential.value if value is None else value
    if credential.kind == "query":
        mark = "&" if urlsplit(dial.url).query else "?"
        return replace(dial, url=f"{dial.url}{mark}{quote(credential.name, safe='')}={_quoted(token)}")
    text = f"Bearer {token}" if credential.kind == "bearer" else token
    return replace(dial, headers=(*dial.headers, (credential.name, text)))


def _quoted(token: str) -> str:
    """The token as part of a query, its references to the environment left as they are: they are filled in later."""
    written = [quote(part, safe="") for part in REFERENCE.split(token)[::2]]
    references = [found[0] for found in REFERENCE.finditer(token)] + [""]
    return "".join(part for pair in zip(written, references, strict=True) for part in pair)
