"""The messages of ours in a captured conversation, as templates: what differs from one to the next, or is known to,
becomes a placeholder. Never writes what it cannot fill."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from gate.core import jsons
from gate.core.jsons import Json
from gate.core.paths import Missing, join
from gate.dialects.template.guess import names
from gate.dialects.template.guess.audio import Sound, blob, foreign
from gate.dialects.template.guess.facts import UNSAFE, Log, Message, Notes, is_plain, last, nodes, spaced, type_path_of
from gate.dialects.template.guess.tools import Link, as_object
from gate.dialects.template.pattern import PLACEHOLDER

_DROPPED: Final = object()
_MIME = re.compile(r"(audio|image)/[\w.+-]+")
_FILE = re.compile(r"[^/\\]{1,80}\.(png|jpe?g|gif|webp|wav|mp3|ogg|pdf)", re.IGNORECASE)
_PRESSED = re.compile(r"[0-9*#A-D]{1,20}")


def shape_of(messages: Sequence[Message], filled: Mapping[str, str]) -> dict[str, Json]:
    """What the messages have in common, with `filled` in its places. What differs otherwise is left out."""
    made = _merged([message.data for message in messages], "", filled)
    return made if isinstance(made, dict) else {}


def _merged(values: Sequence[Json], path: str, filled: Mapping[str, str]) -> object:
    if path in filled:
        return filled[path]
    first = values[0]
    if all(isinstance(value, dict) for value in values):
        kept = {}
        for key in first if isinstance(first, dict) else ():
            if not UNSAFE.search(key) and all(isinstance(value, dict) and key in value for value in values):
                inner = [value[key] for value in values if isinstance(value, dict)]
                kept[key] = _merged(inner, join(path, key), filled)
        return {key: value for key, value in kept.items() if value is not _DROPPED}
    if isinstance(first, list) and all(isinstance(value, list) and len(value) == len(first) for value in values):
        items = [
            _merged([value[i] for value in values if isinstance(value, list)], join(path, str(i)), filled)
            for i in range(len(first))
        ]
        return _DROPPED if any(item is _DROPPED for item in items) else items
    if isinstance(first, str) and UNSAFE.search(first):
        return _DROPPED
    return first if all(jsons.same(first, value) for value in values) else _DROPPED


def audio_shape(sound: Sound, log: Log) -> Json:
    if sound.path is None:
        return "{{audio_data}}"
    places = {at for at, _ in sound.pieces}
    return shape_of([m for m in log.sent if m.at in places], {sound.path: sound.prefix + "{{audio_data}}"})


def lost(messages: Sequence[Message], shape: Json) -> list[str]:
    """The paths at which our messages hold what their template does not."""
    kept = {path for path, _ in nodes(shape)}
    return sorted({path for message in messages for path in message.leaves if path not in kept})


def tool_shapes(found: Sequence[Link], call_name: str | None, notes: Notes) -> dict[str, Json]:
    """`tool_result` and `tool_error`."""
    made: dict[str, Json] = {}
    by_form: defaultdict[object, list[Link]] = defaultdict(list)
    for link in found:
        flags = frozenset((path, leaf) for path, leaf in link.answered.leaves.items() if isinstance(leaf, bool))
        above = link.answered.value(link.back.rpartition(".")[0])
        beside = frozenset(above) if isinstance(above, dict) else None
        by_form[(frozenset(link.answered.data), beside, frozenset(f for f in flags if "." not in f[0]))].append(link)
    for group in by_form.values():
        answers = [link.answered for link in group]
        filled = {group[0].back: _around(group)}
        for path, leaf in answers[0].leaves.items():
            if path not in filled and call_name and leaf == group[0].asked.text(call_name):
                filled[path] = "{{name}}"
        body = _body(answers, filled)
        if body is None:
            notes.doubt(f"where a tool's result stands beside `{group[0].back}`")
            continue
        failed = bool(names.FAILURE.search(spaced(last(body)))) or any(
            leaf is True and names.FAILURE.search(spaced(last(path))) for path, leaf in answers[0].leaves.items()
        )
        name = "tool_error" if failed else "tool_result"
        filled[body] = _result(answers, body, failed)
        if name in made:
            notes.doubt(f"a second form of send.{name}: the first is taken")
            continue
        made[name] = shape_of(answers, filled)
        notes.reasons[f"send.{name}"] = f"`{group[0].back}` gives back the id of the call, and `{body}` what came of it"
        if filled[body].startswith(" "):
            notes.reasons[f"send.{name}"] += " as JSON text, which the space before the placeholder makes of it"
    return made


def _around(group: Sequence[Link]) -> str:
    value = group[0].answered.value(group[0].back)
    return value[: -len(group[0].id)] + "{{call_id}}" if isinstance(value, str) else "{{call_id}}"


def _body(answers: Sequence[Message], filled: Mapping[str, str]) -> str | None:
    """The outermost place that holds neither id nor name and is no fixed word."""
    open_ = [
        (path, value)
        for path, value in nodes(answers[0].data)
        if path not in filled and not any(other.startswith(f"{path}.") for other in filled)
        and not isinstance(value, bool)
    ]  # fmt: skip
    open_ = [one for one in open_ if not any(one[0].startswith(f"{outer}.") for outer, _ in open_)]

    def rank(one: tuple[str, Json]) -> tuple[bool, bool, bool]:
        path, value = one
        named = names.RESULT.search(spaced(last(path))) or names.FAILURE.search(spaced(last(path)))
        found = [there for m in answers if not isinstance(there := m.value(path), Missing)]
        differs = any(not jsons.same(found[0], one) for one in found)
        return bool(named), isinstance(value, dict | list) or as_object(value) is not None, differs

    best = max(open_, key=rank, default=None)
    return best[0] if best and any(rank(best)) else None


def _result(answers: Sequence[Message], body: str, failed: bool) -> str:
    values = [answer.value(body) for answer in answers]
    if failed and all(isinstance(value, str) for value in values):
        return "{{error}}"
    is_json_text = all(isinstance(value, str) and as_object(value) is not None for value in values)
    return " {{result}}" if is_json_text else "{{result}}"


Groups = list[tuple[str, list[Message]]]


def groups(log: Log, apart: frozenset[int]) -> Groups:
    """The other messages of ours, those of one form together, in order of their first."""
    ours = [message for message in log.sent if message.at not in apart]
    type_path = type_path_of(ours) if len(ours) > 1 else next(iter(_likely_type(ours)), None)
    found: dict[object, list[Message]] = {}
    for message in ours:
        found.setdefault((message.text(type_path), frozenset(message.data)), []).append(message)
    return [(spaced(group[0].text(type_path) or "", *group[0].leaves), group) for group in found.values()]


def _likely_type(messages: Sequence[Message]) -> list[str]:
    return [path for message in messages for path, leaf in message.leaves.items() if isinstance(leaf, str)][:1]


def other_shape(told: str, group: Sequence[Message], opens: bool, closes: bool, over_agent: bool) -> tuple[str, Json]:
    """Which message of ours a group is, by what it holds and where it stands, and its template. An empty name: none."""
    first = group[0]
    blobs = {path: found for path, leaf in first.leaves.items() if (found := blob(leaf)) and len(found.data) > 2}
    mimes = {path: str(leaf) for path, leaf in first.leaves.items() if isinstance(leaf, str) and _MIME.fullmatch(leaf)}
    body = max(blobs, key=lambda path: len(blobs[path].data), default=None)
    if body and (mimes or foreign(blobs[body].data)):
        return _media(group, body, mimes)
    pressed = [path for path, leaf in first.leaves.items() if isinstance(leaf, str) and _PRESSED.fullmatch(leaf)]
    if pressed and (names.KEYS.search(told) or re.search("[*#]", str(first.value(pressed[-1])))):
        return "dtmf", shape_of(group, {pressed[-1]: "{{digits}}"})
    if opens:
        return _opening(group)
    fixed = all(jsons.same(first.data, message.data) for message in group) and not any(
        isinstance(leaf, str) and " " in leaf for leaf in first.leaves.values()
    )
    if fixed and over_agent and names.CANCEL.search(told):
        return "cancel", shape_of(group, {})
    if fixed and closes and len(group) == 1:
        return "goodbye", shape_of(group, {})
    words = _words_in(told, group)
    return ("text", shape_of(group, {words: "{{text}}"})) if words else ("", None)


def _media(group: Sequence[Message], body: str, mimes: Mapping[str, str]) -> tuple[str, Json]:
    first, mime = group[0], next(iter(mimes.values()), "")
    is_file = mime.startswith("audio/")
    whole = blob(first.value(body))
    prefix = whole.prefix if whole else ""
    kind = "{{media_type}}" if is_file else "{{mime_type}}"
    before = re.sub(r"(?<=data:)(audio|image)/[\w.+-]+", kind, prefix)
    filled = dict.fromkeys(mimes, kind) | {body: before + ("{{file_data}}" if is_file else "{{media_data}}")}
    if not is_file:
        named = [path for path, leaf in first.leaves.items() if isinstance(leaf, str) and _FILE.fullmatch(leaf)]
        filled |= dict.fromkeys(named[:1], "{{media_name}}")
    return ("file" if is_file else "image"), shape_of(group, filled)


def _opening(group: Sequence[Message]) -> tuple[str, Json]:
    first = group[0]
    objects = [(path, value) for path, value in first.data.items() if isinstance(value, dict) and is_plain(path)]
    if not objects:
        return "init", shape_of([first], {})
    path, _ = max(objects, key=lambda one: (bool(names.CONFIGURE.search(spaced(one[0]))), len(one[1])))
    return "configure", shape_of([first], {join("", path): "{{session}}"})


def _words_in(told: str, group: Sequence[Message]) -> str | None:
    texts = [(path, leaf) for path, leaf in group[0].leaves.items() if isinstance(leaf, str) and leaf.strip()]
    spoken = [path for path, leaf in texts if " " in leaf.strip() and not PLACEHOLDER.search(leaf)]
    if spoken:
        return max(spoken, key=lambda path: bool(names.TYPED.search(spaced(last(path)))))
    differing = [path for path, _ in texts if len({message.text(path) for message in group}) > 1]
    named = [path for path in differing if names.TYPED.search(spaced(last(path)))]
    return named[0] if named and names.TYPED.search(told) else None
