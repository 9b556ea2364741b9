"""How a captured conversation opens: which message says that the session is ready, and which that the configuration was
taken. Looks at nothing behind the first speech."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gate.core.jsons import Json
from gate.dialects.template.guess import names
from gate.dialects.template.guess.facts import Log, Message, Notes, is_id_path, last, nodes, spaced
from gate.dialects.template.guess.scene import Scene

Object = dict[str, Json]
FIRST = 40
"""A message behind so many frames opens nothing."""


@dataclass(slots=True)
class Opening:
    """`ready`: the option. `messages`: those that are told by now."""

    ready: Json = False
    events: dict[str, Object] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)


def opening_events(
    groups: Mapping[str | None, list[Message]], log: Log, scene: Scene, session: Object, type_path: str | None,
    notes: Notes,
) -> Opening:  # fmt: skip
    made = Opening()
    before = min([start for start, _ in (*scene.speech[:1], *scene.runs[:1])] or [FIRST])
    singles = {
        kind: group[0]
        for kind, group in groups.items()
        if kind is not None and len(group) == 1 and group[0].at <= max(before, 4) and group[0].at < FIRST * 5
    }
    singles = {kind: one for kind, one in singles.items() if not names.MARKS["error"].search(spaced(kind))}
    echoes = {kind: path for kind, one in singles.items() if (path := _echo(kind, one, session))}
    configured = max(echoes, key=lambda kind: bool(names.CONFIGURED.search(spaced(kind))), default=None)
    if configured is not None:
        made.events["session.configured"] = {"type": configured, "settings": echoes[configured]}
        made.messages.append(singles[configured])
        notes.reasons["events.session.configured"] = f"once; `{echoes[configured]}` gives back what was asked for"
    ranked = [(_readiness(kind, one), kind) for kind, one in singles.items() if kind != configured]
    best = max(((rank, kind) for rank, kind in ranked if rank[0]), default=None, key=lambda one: one[0])
    if best is None:
        notes.doubt("which message says that the session is ready: none comes once, at the start, with an id or a name")
        return made
    message = singles[best[1]]
    path = _id_path(message, type_path)
    made.ready = {"type": best[1], "session_id": path}
    made.messages.append(message)
    notes.reasons["ready"] = "it comes once, before anybody is heard" + (f", with an id at `{path}`" if path else "")
    sent = [ours.at for ours in log.sent if ours.at not in {start for start, _ in scene.speech}]
    if session and sent and message.at < sent[0]:
        notes.doubt("in the log the configuration is sent after readiness; the gate sends it before")
    return made


def _echo(kind: str, message: Message, session: Object) -> str | None:
    """The path of an object that shares what was asked for, or that a name calls so."""
    objects = [(path, value) for path, value in nodes(message.data) if isinstance(value, dict)]
    shared = [(sum(value.get(key) == asked for key, asked in session.items()), path) for path, value in objects]
    if session and (best := max(shared, default=(0, ""))) and best[0] > 0:
        return best[1]
    if not names.CONFIGURED.search(spaced(kind)):
        return None
    named = [path for path, _ in objects if names.CONFIGURE.search(spaced(last(path)))]
    return named[0] if named else "settings"


def _id_path(message: Message, type_path: str | None) -> str | None:
    ids = [
        path
        for path, leaf in message.leaves.items()
        if path != type_path and isinstance(leaf, str | int) and not isinstance(leaf, bool)
        and (is_id_path(path) or spaced(last(path)) in ("session", "conversation", "call"))
    ]  # fmt: skip
    return max(ids, key=lambda path: ("session" in path.casefold(), "conversation" in path.casefold()), default=None)


def _readiness(kind: str, message: Message) -> tuple[int, int]:
    """How much a message is like one that says ready; the earlier of two that are alike is."""
    named = bool(names.READY.search(spaced(kind)))
    has_id = _id_path(message, None) is not None
    is_other = bool(names.MARKS["input_audio.accepted"].search(spaced(kind)))
    return 0 if is_other and not has_id else 2 * has_id + named, -message.at
