"""Our side of a captured conversation as options: the audio, the configuration, tool results and the other messages.
Never maps a message that the gate could not fill."""

from dataclasses import dataclass

from gate.core.jsons import Json
from gate.dialects.template.guess.audio import Sound
from gate.dialects.template.guess.facts import Log, Message, Notes, times
from gate.dialects.template.guess.sends import audio_shape, groups, lost, other_shape, shape_of, tool_shapes
from gate.dialects.template.guess.tools import Call, Link, call_in, links

Object = dict[str, Json]
WHY = {
    "text": "it holds words",
    "file": "it holds a file and its media type",
    "image": "it holds an image",
    "dtmf": "it holds keys of a telephone",
    "cancel": "always the same, while the agent speaks",
    "goodbye": "always the same, and the last of ours",
    "configure": "it is sent once, before any audio, and holds an object",
    "init": "it is sent once, before any audio",
}


@dataclass(frozen=True, slots=True)
class Ours:
    """`options`: send_audio, init and send. `session`: what the log's configuration asks for. `typed`: places."""

    options: Object
    session: Object
    typed: tuple[int, ...]
    links: tuple[Link, ...]
    call: Call | None


def our_messages(log: Log, said: Sound | None, heard: Sound | None, type_path: str | None, notes: Notes) -> Ours:
    audio = frozenset(at for at, _ in said.pieces) if said else frozenset()
    options: Object = {}
    if said:
        options["send_audio"] = audio_shape(said, log)
        where = "binary frames of nothing else" if said.path is None else f"base64 at `{said.path}`"
        notes.reasons["send_audio"] = f"{times(said.pieces)} {where}"
        _tell_lost("send_audio", [message for message in log.sent if message.at in audio], options["send_audio"], notes)
    voices = audio | {at for at, _ in heard.pieces} if heard else audio
    found = links(log, voices, type_path)
    call = call_in(found[0].asked, found[0].path, type_path) if found else None
    send = tool_shapes(found, call.name if call else None, notes)
    begins = min([*audio, *(at for at, _ in heard.pieces[:1])] if heard else audio, default=1 << 60)
    ends = max((message.at for message in log.sent), default=-1)
    typed: list[int] = []
    session: Object = {}
    apart = audio | {link.answered.at for link in found}
    for told, group in groups(log, apart):
        name, shape = other_shape(
            told, group, group[0].at < begins and not _is_answer(group[0], log, begins), group[-1].at == ends,
            _over_agent(group, heard),
        )  # fmt: skip
        if name == "text":
            typed += [message.at for message in group]
        if name == "configure" and isinstance(shape, dict):
            key = next(key for key, value in shape.items() if value == "{{session}}")
            kept = shape_of(group[:1], {}).get(key)
            session = kept if isinstance(kept, dict) and not session else session
        _put(name, shape, group, options, send, notes)
    if send:
        options["send"] = send
    return Ours(options, session, tuple(typed), tuple(found), call)


def _is_answer(message: Message, log: Log, begins: int) -> bool:
    """Whether a message before any audio is a line that was typed: the agent had spoken or answered by then."""
    return begins == 1 << 60 and sum(theirs.at < message.at for theirs in log.received) > 2


def _over_agent(group: list[Message], heard: Sound | None) -> bool:
    places = [at for at, _ in heard.pieces] if heard else []
    return bool(places) and all(message.at > places[0] for message in group)


def _put(name: str, shape: Json, group: list[Message], options: Object, send: Object, notes: Notes) -> None:
    kind = next((repr(leaf) for leaf in group[0].leaves.values() if isinstance(leaf, str) and len(leaf) < 40), "{}")
    if not name:
        notes.doubt(f"what our message {kind} is for ({times(group)}); the gate does not send it")
        return
    place, key = (options, "init") if name == "init" else (send, f"send.{name}")
    if name in place:
        notes.doubt(f"our message {kind} looks like {key} too; the first is taken, and this one is not sent")
        return
    place[name] = shape
    notes.reasons[key] = WHY[name]
    if name != "configure":
        _tell_lost(key, group, shape, notes)


def _tell_lost(key: str, group: list[Message], shape: Json, notes: Notes) -> None:
    if isinstance(shape, dict) and (paths := lost(group, shape)):
        shown = ", ".join(f"`{path}`" for path in paths[:4])
        notes.doubt(f"{key}: {shown} changes from message to message, and is left out")
