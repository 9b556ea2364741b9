"""What a captured conversation holds, laid out for guessing: its messages, and what stands at which path. Decides
nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, field
from functools import cached_property

from gate.core import jsons
from gate.core.frames import MESSAGES, Frame, Opcode
from gate.core.jsons import Json
from gate.core.paths import ABSENT, Missing, get, join, parts

MOST_LEAVES = 300
_NO_TYPE = re.compile(r"\d{3}|[0-9a-f]{8}|\s\S+\s\S+\s", re.IGNORECASE)
_ID_NAME = re.compile(r"(^|[^a-z])(id|uuid|sid|guid|key)$", re.IGNORECASE)
UNSAFE = re.compile(r"\{\{|\$\{|\$env\.|\$\(env\.|[\ud800-\udfff]")
"""What means something in a manifest, and so must not be copied into one out of a log."""
TYPE_NAMES = ("type", "event", "kind", "op", "action", "method", "msg", "cmd", "command", "message_type", "name")


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON object on the wire. `at`: its place among all frames. `leaves`: what is no object and no list, by path."""

    at: int
    sent: bool
    data: dict[str, Json]
    leaves: dict[str, Json]

    def value(self, path: str | None) -> Json | Missing:
        return ABSENT if path is None else get(self.data, path)

    def text(self, path: str | None) -> str | None:
        found = self.value(path)
        return found if isinstance(found, str) else None


@dataclass(frozen=True)
class Log:
    """A conversation. `strange`: how many text frames hold no JSON object."""

    frames: tuple[Frame, ...]
    messages: tuple[Message, ...]
    strange: int = 0

    @classmethod
    def of(cls, frames: Iterable[Frame]) -> "Log":
        kept = tuple(frame for frame in frames if frame.opcode in MESSAGES)
        read = [_message(at, frame) for at, frame in enumerate(kept)]
        texts = sum(frame.opcode is Opcode.TEXT for frame in kept)
        messages = tuple(message for message in read if message is not None)
        return cls(kept, messages, texts - len(messages))

    @cached_property
    def sent(self) -> tuple[Message, ...]:
        return tuple(message for message in self.messages if message.sent)

    @cached_property
    def received(self) -> tuple[Message, ...]:
        return tuple(message for message in self.messages if not message.sent)

    @property
    def has_times(self) -> bool:
        return len({frame.t_ns for frame in self.frames}) > 1


@dataclass(slots=True)
class Notes:
    """What was decided and why, by the key of the option, and what could not be."""

    reasons: dict[str, str] = field(default_factory=dict)
    undecided: list[str] = field(default_factory=list)

    def doubt(self, sentence: str) -> None:
        if sentence not in self.undecided:
            self.undecided.append(sentence)


def _message(at: int, frame: Frame) -> Message | None:
    if not isinstance(frame.data, str):
        return None
    try:
        data = jsons.parse(frame.data)
    except ValueError:
        return None
    return Message(at, frame.sent, data, _leaves_of(data)) if isinstance(data, dict) else None


def _leaves_of(data: dict[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for path, value in nodes(data):
        if not isinstance(value, dict | list):
            found[path] = value
            if len(found) >= MOST_LEAVES:
                break
    return found


def nodes(value: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Everything inside, outermost first, but what no dotted path leads to."""
    if isinstance(value, dict):
        items = [(key, item) for key, item in value.items() if is_plain(key)]
    elif isinstance(value, list):
        items = [(str(i), item) for i, item in enumerate(value)]
    else:
        return
    for key, item in items:
        here = join(path, key)
        yield here, item
        yield from nodes(item, here)


def is_plain(key: str) -> bool:
    """Whether a path can lead through a key, and a manifest hold it."""
    return bool(key) and "\\" not in key and not UNSAFE.search(key) and parts(join("", key)) == (key,)


def last(path: str) -> str:
    """The key that a path ends with; of a place in a list, the list's."""
    return next((part for part in reversed(parts(path)) if not part.isdigit()), path)


def spaced(*texts: Json) -> str:
    """Names as words: `turnEnd` and `turn_end` are `turn end`."""
    whole = " ".join(str(text) for text in texts)
    return re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", whole)).strip().casefold()


def is_id_path(path: str) -> bool:
    return bool(_ID_NAME.search(spaced(last(path)).replace(" ", "_")))


def is_token(value: Json) -> bool:
    """A short word or name, as those that tell one kind of message from another; no sentence and no id."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= 60
        and value.isprintable()
        and not (_NO_TYPE.search(value) or UNSAFE.search(value))
    )


def type_path_of(messages: Sequence[Message], most_kinds: int = 40) -> str | None:
    """The path that tells messages apart: there in nearly all of them, with few values, each of which goes with a set
    of fields of its own."""
    if not messages:
        return None
    counts = Counter(path for message in messages for path, leaf in message.leaves.items() if is_token(leaf))
    most = max(counts.values(), default=0)
    if most < 0.5 * len(messages):
        return None
    near = [path for path, count in counts.items() if count >= 0.8 * most]
    ranked = [(_tells(messages, path), path) for path in near]
    able = [(score, path) for score, path in ranked if score is not None and score[1] <= most_kinds]
    return max(able, key=lambda one: (*one[0][:1], _named(one[1]), -one[1].count("."), -one[0][1]))[1] if able else None


def _tells(messages: Sequence[Message], path: str) -> tuple[float, int] | None:
    """How much the value at a path tells of a message's fields, in steps of a twentieth, and how many values it has;
    None where values look like ids or words."""
    values = [value if is_token(value := message.value(path)) else None for message in messages]  # type: ignore[arg-type]
    kinds = Counter(value for value in values if value is not None)
    known = sum(kinds.values())
    if (len(kinds) > 8 and len(kinds) > known / 2) or is_id_path(path):
        return None
    shapes = Counter(frozenset(message.leaves) for message in messages)
    both = Counter(zip(values, (frozenset(message.leaves) for message in messages), strict=True))
    by_value: Counter[object] = Counter()
    for (value, _), count in both.items():
        by_value[value] = max(by_value[value], count)
    told = sum(by_value.values()) / len(messages)  # shapes foretold by the value
    blind = max(shapes.values()) / len(messages)
    gain = (told - blind) / (1 - blind) if blind < 1 else 1.0
    return round(20 * min(gain, 1.0) * known / len(messages)) / 20, len(kinds)


def _named(path: str) -> int:
    name = spaced(last(path)).replace(" ", "_")
    return len(TYPE_NAMES) - TYPE_NAMES.index(name) if name in TYPE_NAMES else 0


def times(found: Sized) -> str:
    return "once" if len(found) == 1 else f"{len(found)} times"
