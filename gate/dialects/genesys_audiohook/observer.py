"""What the frames of a Genesys AudioHook session mean, both ways. Pure.

What Genesys's client checks is checked here: version, session, the server's own numbers without a gap, and that the
media of `opened` was offered (purecloudlabs/audiohook-reference-implementation 2871b01c, clientsessionimpl.ts). Every
message of the server's is one signal, for the gate's half counts them by it; nothing is counted behind `closed`, which
is the last: then it is for Genesys to close the connection. A session that is opened paused says so in a signal of its
own beside its readiness, which is not counted."""

from typing import Final

from gate.core.jsons import Json
from gate.core.signals import Asked, Cancelled, Fault, HungUp, Metadata, Other, Pressed, Ready
from gate.dialects import fields
from gate.dialects.base import Object, Signals, StreamObserver
from gate.dialects.fields import Illegal

RATE_HZ: Final = 8_000
MEDIA: Final[Object] = {"type": "audio", "format": "PCMU", "channels": ["external"], "rate": RATE_HZ}
START_PAUSED: Final = "startPaused"
SERVER_TYPES: Final = frozenset(
    {"opened", "closed", "disconnect", "event", "pause", "pong", "reconnect", "resume", "updated"}
)


class Observer(StreamObserver):
    def __init__(self) -> None:
        super().__init__("mulaw", RATE_HZ)
        self._session: str | None = None
        self._seq = 0
        self._client_seq = 0

    def sent(self, message: Object) -> Signals:
        kind, parameters = self.kind(message), fields.maybe_object(message, "parameters")
        seq = message.get("seq")
        self._client_seq = seq if isinstance(seq, int) else self._client_seq
        match kind:
            case "open":
                self._session = fields.text(message, "id")
                return (Asked(asked(parameters)),)
            case "dtmf":
                return (Pressed(fields.text(parameters, "digit")),)
            case _:
                return ()

    def received(self, message: Object) -> Signals:
        kind, parameters = fields.text(message, "type"), fields.maybe_object(message, "parameters")
        self._check(message)
        match kind:
            case "opened":
                _check_media(parameters.get("media"))
                paused = (Other(START_PAUSED),) if parameters.get(START_PAUSED) is True else ()
                return (Ready(fields.text(message, "id")), *paused)
            case "event":
                barge_in = any(entity.get("type") == "barge_in" for entity in _entities(parameters))
                return (Cancelled(),) if barge_in else (Metadata({"event": parameters}),)
            case "disconnect" if fields.text(parameters, "reason") != "completed":
                info = fields.maybe_text(parameters, "info")
                return (Fault(fields.text(parameters, "reason"), info or ""),)
            case "disconnect" | "reconnect":
                return (Metadata({kind: parameters}),)
            case "closed":
                return (*([Metadata({kind: parameters})] if parameters else []), HungUp())
            case _:
                return ()

    def _check(self, message: Object) -> None:
        """Of a message behind the gate's own `open`."""
        if message.get("version") != "2":
            raise Illegal("version is not '2'")
        if self._session is None:
            return
        seq, client_seq = fields.number(message, "seq"), fields.number(message, "clientseq")
        expected, self._seq = self._seq + 1, seq
        if seq != expected:
            raise Illegal(f"seq is {seq}, expected {expected}")
        if not 0 <= client_seq <= self._client_seq:
            raise Illegal(f"clientseq is {client_seq}, and the client's last message was {self._client_seq}")
        if message.get("id") != self._session:
            raise Illegal("id is not the session's")


def asked(parameters: Object) -> Object:
    """What an `open` asks for, by the manifest's names."""
    found: Object = {"language": parameters.get("language"), "metadata": parameters.get("inputVariables")}
    return {name: value for name, value in found.items() if value is not None}


def _check_media(media: Json) -> None:
    """One of those that were offered, or none for a session without audio."""
    if not isinstance(media, list) or len(media) > 1:
        raise Illegal("media is not a list of the one that was chosen")
    if media and media[0] != MEDIA:
        raise Illegal("media is not what was offered: PCMU at 8000 Hz, the external channel alone")


def _entities(parameters: Object) -> list[Object]:
    found = parameters.get("entities")
    if not isinstance(found, list) or not all(isinstance(entity, dict) for entity in found):
        raise Illegal("entities is no list of objects")
    return [entity for entity in found if isinstance(entity, dict)]
