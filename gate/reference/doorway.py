"""How the reference agent takes a call that is dialled in another way than it knows: at a path, with a subprotocol, a
header or an origin that are not its own. Pure. It knows no path and no subprotocol beforehand: what the first caller
wants is what it serves."""

from collections.abc import Mapping
from enum import Enum, auto
from urllib.parse import urlsplit

from gate.core.addresses import is_loopback
from gate.reference.faults import Faults
from gate.reference.gatekeeper import Refusal

LARGE_HEADER = 8_192


class Welcome(Enum):
    SERVED = auto()
    HUSHED = auto()  # the socket opens, and nothing is behind it
    DROPPED = auto()  # the connection is cut while it is asked for
    UNANSWERED = auto()  # it is neither accepted nor refused


class Doorway:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._known: tuple[str, str] | None = None

    def refusal(self, url: str, headers: Mapping[str, str]) -> Refusal | None:
        """A browser says from which page it calls: only from this machine, or from the agent's own host. Header names
        are lower case, as in all of this file."""
        page = urlsplit(headers.get("origin", "")).hostname
        own = urlsplit(url).hostname or urlsplit(f"//{headers.get('host', '')}").hostname
        if page is None or page == own or is_loopback(page):
            return None
        if self._faults.on("takes-any-origin") or self._faults.on("hangs-on-foreign-origin"):
            return None
        return Refusal(403, f"calls from {page} are not taken")

    def welcome(self, url: str, headers: Mapping[str, str]) -> Welcome:
        """Of a call that is not refused."""
        path, subprotocol = urlsplit(url).path, headers.get("sec-websocket-protocol", "")
        self._known = self._known or (path, subprotocol)
        if path != self._known[0] and self._faults.on("hangs-on-unknown-path"):
            return Welcome.HUSHED
        if "origin" in headers and self._faults.on("hangs-on-foreign-origin"):
            return Welcome.HUSHED
        if subprotocol != self._known[1] and self._faults.on("drops-on-unknown-subprotocol"):
            return Welcome.DROPPED
        if max(map(len, headers.values()), default=0) > LARGE_HEADER and self._faults.on("hangs-on-large-header"):
            return Welcome.UNANSWERED
        return Welcome.SERVED
