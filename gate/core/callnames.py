"""What one call is called by those who know of it, and texts with placeholders for that. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from gate.core.jsons import Json

PLACEHOLDER = re.compile(r"\{([A-Za-z_]+)\}")
OF_ONE_CALL = ("session_id", "call")
PLACEHOLDERS = (*OF_ONE_CALL, "trace_id")


@dataclass(frozen=True, slots=True)
class CallNames:
    """What one call is called: by the gate, by the trace of its case, and by the agent, once it says so. `ready`:
    whether it has said that it is, or has no message for that."""

    call: str = ""
    trace_id: str = ""
    session_id: str | None = None
    ready: bool = False

    @property
    def known_as(self) -> str:
        return self.session_id or self.call

    @property
    def own(self) -> tuple[str, ...]:
        """The gate's own: 32 hexadecimal digits each, which stand nowhere by chance."""
        return tuple(name for name in (self.call, self.trace_id) if name)

    def fill(self, text: str, *, quoted: bool = False) -> str:
        """Raises LookupError for an id that the agent never told."""

        def value(found: re.Match[str]) -> str:
            named = {"session_id": self.session_id, "call": self.call, "trace_id": self.trace_id}
            if found[1] not in named:
                return found[0]
            if not (known := named[found[1]]):
                raise LookupError("the agent told no session id")
            return quote(known, safe="") if quoted else known

        return PLACEHOLDER.sub(value, text)

    def fill_json(self, value: Json) -> Json:
        match value:
            case str():
                return self.fill(value)
            case dict():
                return {key: self.fill_json(item) for key, item in value.items()}
            case list():
                return [self.fill_json(item) for item in value]
            case _:
                return value


def names_in(value: Json) -> Iterator[str]:
    """The placeholders in all its texts."""
    match value:
        case str():
            yield from PLACEHOLDER.findall(value)
        case dict():
            for item in value.values():
                yield from names_in(item)
        case list():
            for item in value:
                yield from names_in(item)
        case _:
            pass
