"""Tool calls of a captured conversation: an id of the agent's that comes back in a message of ours. Never takes the id
of a session for one."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gate.core import jsons
from gate.core.jsons import Json
from gate.core.paths import get
from gate.dialects.template.guess import names
from gate.dialects.template.guess.facts import Log, Message, is_id_path, last, nodes, spaced

_NAME: Final = re.compile(r"[A-Za-z_][\w.:/-]{1,63}")
_ID: Final = re.compile(r"[\w.:/+=-]{2,128}")
LOOKED_BACK: Final = 300
_NAMED = re.compile(r"\b(name|fn|func\w*|tool\w*|method)\b")
_ARGUMENTS = re.compile(r"\b(arg\w*|param\w*|input\w*|payload|data)\b")


@dataclass(frozen=True, slots=True)
class Call:
    """Where a call of the agent holds what."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Link:
    """A message of ours that answers a call, the id that is in both, and where it stands in ours."""

    asked: Message
    answered: Message
    id: str
    path: str
    """In `asked`."""
    back: str


def as_object(value: Json) -> dict[str, Json] | None:
    """An object, or the JSON text of one."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        try:
            inner = jsons.parse(value)
        except ValueError:
            return None
        return inner if isinstance(inner, dict) else None
    return None


def call_in(message: Message, id_path: str, type_path: str | None) -> Call | None:
    """A message as a call, if beside the id it has a name and arguments."""
    objects = [
        path
        for path, value in nodes(message.data)
        if as_object(value) is not None and not _holds(path, id_path) and not _holds(path, type_path or path)
    ]
    objects = [path for path in objects if not any(_holds(other, path) for other in objects if other != path)]
    named = [
        path
        for path, value in message.leaves.items()
        if isinstance(value, str) and _NAME.fullmatch(value) and path not in (id_path, type_path)
        and not any(_holds(outer, path) for outer in objects)
    ]  # fmt: skip
    if not objects or not named:
        return None
    arguments = max(objects, key=lambda path: bool(_ARGUMENTS.search(spaced(last(path)))))
    name = max(named, key=lambda path: (bool(_NAMED.search(spaced(last(path)))), not is_id_path(path)))
    return Call(id_path, name, arguments)


def _holds(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith(f"{outer}.")


def links(log: Log, apart: frozenset[int], type_path: str | None) -> list[Link]:
    """Every message of ours that gives an id back which a call of the agent's brought. `apart`: what holds audio."""
    first_audio = min(apart, default=1 << 60)
    theirs_before = [message for message in log.received if message.at not in apart]
    found = []
    for ours in log.sent:
        if ours.at in apart:
            continue
        earlier = theirs_before[: bisect_left([theirs.at for theirs in theirs_before], ours.at)][
            : -LOOKED_BACK - 1 : -1
        ]
        link = next((link for theirs in earlier if (link := _link(theirs, ours, type_path))), None)
        if link and (link.asked.at > first_audio or _is_tool(link)):
            found.append(link)
    if len({link.id for link in found}) > 1 or any(map(_is_tool, found)):
        return found
    return []


def _is_tool(link: Link) -> bool:
    told = spaced(*link.asked.leaves, *(value for value in link.asked.leaves.values() if isinstance(value, str)))
    return bool(names.TOOL.search(told)) or bool(names.TOOL.search(spaced(*link.answered.leaves)))


def _link(theirs: Message, ours: Message, type_path: str | None) -> Link | None:
    for path, value in theirs.leaves.items():
        given = str(value) if isinstance(value, int) and not isinstance(value, bool) and is_id_path(path) else value
        if path == type_path or not isinstance(given, str) or not _ID.fullmatch(given):
            continue
        if given.isalpha() and not is_id_path(path):
            continue
        for back, leaf in ours.leaves.items():
            is_same = leaf == value or (isinstance(leaf, str) and leaf.endswith(given) and len(leaf) <= len(given) + 20)
            if is_same and call_in(theirs, path, type_path):
                return Link(theirs, ours, given, path, back)
    return None


def unanswered(messages: Sequence[Message], type_path: str | None) -> Call | None:
    """A call in messages that nobody answers: its name, its arguments and an id, and a word for a tool."""
    for message in messages:
        told = spaced(*message.leaves, message.value(type_path))  # type: ignore[arg-type]
        if not re.search(r"\b(tool\w*|function\w*|fn)\b", told):
            continue
        for path, value in message.leaves.items():
            if isinstance(value, str) and is_id_path(path) and (call := call_in(message, path, type_path)):
                return call
    return None


def is_result(message: Message, ids: frozenset[str], type_path: str | None) -> str | None:
    """The path of a call's id in a message of the agent's that is no call itself."""
    for path, value in message.leaves.items():
        if path != type_path and isinstance(value, str) and value in ids and get(message.data, path) == value:
            return path
    return None
