"""A proposal for the `template` dialect from a captured conversation: the options, a reason for each, and what could
not be decided. Pure. It never proposes options that the dialect refuses, and never a secret of the log.

Theory of operation. What is surest is found first and taken out of the way: audio (by its bytes), tool calls (an id
that comes back), our own messages, readiness, words. The rest are marks, told by where they stand among what was heard.
Then the proposal is put to the proof: the template reads the log, and an event that makes a violation is dropped."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from gate.core.frames import Frame
from gate.dialects.template.guess import names
from gate.dialects.template.guess.audio import Sound, sounds
from gate.dialects.template.guess.calls import tool_events
from gate.dialects.template.guess.facts import Log, Message, spaced, type_path_of
from gate.dialects.template.guess.marks import error_paths, final_flag, mark_events, marks_of
from gate.dialects.template.guess.ours import our_messages
from gate.dialects.template.guess.proposal import Guess, Object, Proposal, closed
from gate.dialects.template.guess.rate import rate_of
from gate.dialects.template.guess.ready import opening_events
from gate.dialects.template.guess.scene import Scene, scene_of
from gate.dialects.template.guess.words import Part, parts_of, spoken_events, words_path


def guess(frames: Iterable[Frame]) -> Proposal:
    """Frames of one conversation in order; times may all be 0, where nobody knows them."""
    made = Guess(Log.of(frames))
    log, notes, options = made.log, made.notes, made.options
    if log.strange:
        notes.doubt(f"{log.strange} text frames that hold no JSON object: a template reads none but those")
    said, heard = _audio(made, sent=True), _audio(made, sent=False)
    type_path = _type_path(made, heard)
    ours = our_messages(log, said, heard, type_path, notes)
    options |= {key: value for key, value in ours.options.items() if key != "send"}
    scene = scene_of(said, heard, ours.typed)
    groups = _groups(log, heard, type_path)
    opening = opening_events(groups, log, scene, ours.session, type_path, notes)
    options["ready"] = opening.ready
    made.events |= opening.events
    taken = {message.at for message in opening.messages}
    taken |= tool_events(made, groups, ours, type_path)
    _words_and_marks(made, groups, taken, scene, type_path)
    if heard and heard.path and (flag := final_flag(_at(log, heard), scene)) and "output_audio.done" not in made.events:
        kind = _at(log, heard)[0].text(type_path)
        made.events["output_audio.done"] = ({"type": kind} if kind else {}) | {"where": {flag[0]: flag[1]}}
        notes.reasons["events.output_audio.done"] = f"`{flag[0]}` is {flag[1]} in the last audio of each answer only"
    options["send"] = dict(ours.options.get("send", {}))  # type: ignore[arg-type]
    return closed(made, ours.session)


def _audio(made: Guess, sent: bool) -> Sound | None:
    """The audio of one way, its form and its rate, as options."""
    log = made.log
    found, others = sounds(log, sent, type_path_of(log.sent if sent else log.received))
    whose = "the caller's" if sent else "the agent's"
    for other in others:
        made.notes.doubt(other)
    if not found:
        made.notes.doubt(f"where {whose} audio is: nothing in the log sounds like it, so the defaults stand")
        return None
    sound = found[0]
    for rival in found[1:]:
        where = "binary frames" if rival.path is None else f"`{rival.path}` of `{rival.kind}`"
        if len(rival.pieces) * 5 > len(sound.pieces):
            made.notes.doubt(f"{where} may be {whose} audio too, and a template knows one: {rival.why}")
    key, rate_key = ("send_encoding", "send_rate_hz") if sent else ("encoding", "receive_rate_hz")
    if sent and sound.encoding == "mp3":
        made.notes.doubt("the caller's audio is MP3, which the gate cannot make")
    else:
        made.options[key] = sound.encoding
        made.notes.reasons[key] = sound.why
    hz, why = rate_of(made.log, sound, sent)
    if hz is None:
        made.notes.doubt(f"the rate of {whose} audio: {why}; {rate_key} is the default")
    else:
        made.options[rate_key] = hz
        made.notes.reasons[rate_key] = why
    return sound


def _at(log: Log, sound: Sound) -> list[Message]:
    places = {at for at, _ in sound.pieces}
    return [message for message in log.messages if message.at in places]


def _type_path(made: Guess, heard: Sound | None) -> str | None:
    path = type_path_of(made.log.received)
    if path is None:
        made.notes.doubt("which field tells the agent's messages apart: none is in nearly all of them with few values")
        return None
    made.options["type_path"] = path
    kinds = {message.text(path) for message in made.log.received} - {None}
    made.notes.reasons["type_path"] = f"it is in nearly all of the agent's messages, with {len(kinds)} values"
    if heard and heard.path:
        if heard.kind is None:
            made.notes.doubt(f"the type of the messages that hold the agent's audio: they have no `{path}`")
        else:
            made.options |= {"audio_type": heard.kind, "audio_path": heard.path}
            made.notes.reasons["audio_path"] = f"{len(heard.pieces)} messages hold base64 there; {heard.why}"
        if heard.prefix:
            made.notes.doubt(f"`{heard.path}` begins with {heard.prefix!r}, which a template cannot read")
    return path


def _groups(log: Log, heard: Sound | None, type_path: str | None) -> dict[str | None, list[Message]]:
    """The agent's messages by type, but those of its audio."""
    audio = {at for at, _ in heard.pieces} if heard else set()
    found: defaultdict[str | None, list[Message]] = defaultdict(list)
    for message in log.received:
        if message.at not in audio:
            found[message.text(type_path)].append(message)
    return dict(found)


def _words_and_marks(
    made: Guess, groups: Mapping[str | None, list[Message]], taken: set[int], scene: Scene, type_path: str | None
) -> None:
    parts: list[Part] = []
    marks = []
    for kind, messages in groups.items():
        rest = [message for message in messages if message.at not in taken]
        if not rest:
            continue
        told = spaced(kind or "", *rest[0].leaves)
        is_mark = any(names.MARKS[event].search(spaced(kind or "")) for event in ("error", "response.cancelled"))
        path = None if is_mark or kind is None else words_path(told, rest, type_path)
        if path:
            parts += parts_of(kind, rest, path, type_path)
        else:
            marks += marks_of(kind, rest, scene, type_path)
    for name, part in spoken_events(parts, scene, made.notes).items():
        made.events[name] = {"type": part.kind, "where": part.where, "text": part.text}
    for name, mark in mark_events(marks, scene, made.notes).items():
        more = error_paths(mark.messages[0], type_path) if name == "error" else {}
        event: Object = {"type": mark.kind} if mark.kind else {}
        made.events[name] = event | {"where": mark.where} | more
