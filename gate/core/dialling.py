"""How a caller proves who it is, and how a dial looks with that proof, without it, or with a bad one."""

from dataclasses import replace
from urllib.parse import quote, urlsplit

from gate.core.plan import Credential, Dial


def authorised(dial: Dial, credential: Credential | None, value: str | None = None) -> Dial:
    """The dial with the credential on it; `value` puts another token in the place of the right one."""
    if credential is None:
        return dial
    token = credential.value if value is None else value
    if credential.kind == "query":
        mark = "&" if urlsplit(dial.url).query else "?"
        shown = token if token.startswith("${env.") else quote(token, safe="")
        return replace(dial, url=f"{dial.url}{mark}{quote(credential.name)}={shown}")
    text = f"Bearer {token}" if credential.kind == "bearer" else token
    return replace(dial, headers=(*dial.headers, (credential.name, text)))
