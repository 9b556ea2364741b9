"""Sessions of callers who may not call, or of whom that is not known yet. Pure, as the mind is."""

from collections.abc import Callable
from typing import Any

from gate.core import acts
from gate.core.acts import Act
from gate.core.paths import get
from gate.reference.gatekeeper import Refusal
from gate.reference.mind import Close, Mind, Output

UNAUTHORIZED, FORBIDDEN = 4401, 4403
TURNED_AWAY = 4003


class Silent(Mind):
    """Takes the socket and says nothing, whatever comes."""

    def opened(self, t_ns: int) -> list[Output]:
        return []

    def hear(self, data: str | bytes, t_ns: int) -> list[Output]:
        return []


class Polite(Mind):
    """Takes the socket, and sends its caller away before anything is said."""

    def opened(self, t_ns: int) -> list[Output]:
        return [Close(TURNED_AWAY)]

    def hear(self, data: str | bytes, t_ns: int) -> list[Output]:
        return []


class Late(Mind):
    """Is ready for everybody, and looks who it is once audio comes."""

    def _obey(self, act: Act, t_ns: int) -> None:
        if isinstance(act, acts.Speak | acts.SendFile):
            self._out.append(Close(UNAUTHORIZED))
        else:
            super()._obey(act, t_ns)


class Guarded(Mind):
    """Finds the caller's token at `path` of the session that is asked for, and does nothing for a caller without."""

    def __init__(self, *parts: Any, path: str, verify: Callable[[str], Refusal | None]) -> None:
        super().__init__(*parts)
        self._path = path
        self._verify = verify
        self._known = False

    def _obey(self, act: Act, t_ns: int) -> None:
        refusal = None
        if isinstance(act, acts.Configure) and not self._known:
            token = get(act.session, self._path)
            refusal = self._verify(token if isinstance(token, str) else "")
            self._known = refusal is None
        if refusal or not self._known:
            self._out.append(Close(FORBIDDEN if refusal and refusal.status == 403 else UNAUTHORIZED))
        else:
            super()._obey(act, t_ns)
