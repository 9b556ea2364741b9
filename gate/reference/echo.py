"""What an agent says that tells its caller's token back, in every spelling that a token can have. Pure."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote

from gate.core.signals import Fault, Metadata, Signal, ToolCall, Transcript

PIECE = 5


def spellings(token: str) -> tuple[str, ...]:
    """As it is, as a credential of basic authentication, as base64 for an address, and quoted for one."""
    basic = base64.b64encode(f"user:{token}".encode()).decode()
    return token, basic, base64.urlsafe_b64encode(token.encode()).decode(), quote(token, safe="")


def echoes(token: str) -> Iterator[Signal]:
    """As an error, as metadata, as the words of the caller, and as the agent's own: in pieces, and as a whole."""
    if not token:
        return
    told = f"I know you by {'; '.join(spellings(token))}."
    yield Fault("echo", told)
    yield Metadata({"token": token, "inner": json.dumps({"headers": [f"Bearer {token}"]})})
    yield Transcript("caller", told, True)
    for at in range(0, len(told), PIECE):
        yield Transcript("agent", told[at : at + PIECE], False, "echo")
    yield Transcript("agent", told, True, "echo")
    yield ToolCall("echo", "echo", None, f"broken {token}")
