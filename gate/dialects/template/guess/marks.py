"""Messages of a captured conversation that hold no words: the end of a turn, an interruption, an error. Where they
stand decides what they can be, and a name chooses among that; what fits nowhere is left alone."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gate.core.jsons import Json
from gate.dialects.template.guess import names
from gate.dialects.template.guess.facts import Message, Notes, is_id_path, is_token, last, spaced, times
from gate.dialects.template.guess.scene import Scene, Slot

MOSTLY: Final = 0.6
FITS: Final[dict[str, frozenset[Slot]]] = {
    "speech.started": frozenset({"onset", "end", "cut", "inside"}),
    "speech.stopped": frozenset({"end", "head", "onset", "cut"}),
    "response.started": frozenset({"head", "end", "opening", "inside"}),
    "output_audio.done": frozenset({"tail", "onset", "cut", "inside"}),
    "response.done": frozenset({"tail", "onset", "cut"}),
    "response.cancelled": frozenset({"cut", "inside", "tail", "end", "onset"}),
}
"""Where a message can stand that means such an event."""
ANYWHERE: Final = ("error", "input_audio.accepted", "metadata")


@dataclass(slots=True)
class Mark:
    """Messages alike. `slots`: where they stand."""

    kind: str | None
    where: dict[str, Json]
    messages: list[Message]
    slots: Counter[Slot]

    @property
    def told(self) -> str:
        return spaced(self.kind or "", *(text for pair in self.where.items() for text in pair))

    def share(self, slots: frozenset[Slot]) -> float:
        return sum(self.slots[slot] for slot in slots) / len(self.messages)


def marks_of(kind: str | None, messages: Sequence[Message], scene: Scene, type_path: str | None) -> list[Mark]:
    """The messages of a kind, taken apart by the one field whose values stand in places of their own."""
    whole = _mark(kind, {}, messages, scene)
    if kind is None:
        fixed = {path: leaf for path, leaf in messages[0].leaves.items() if _is_fixed(path, leaf, messages)}
        whole.where = dict(list(fixed.items())[:2])
        return [whole] if whole.where else []
    best, purest = [whole], max(whole.slots.values()) / len(messages)
    for path in messages[0].leaves:
        values = {repr(m.leaves.get(path)): m.leaves.get(path) for m in messages}
        if (
            path == type_path
            or is_id_path(path)
            or not 2 <= len(values) <= 4
            or not all(map(_is_sign, values.values()))
        ):
            continue
        split = [
            _mark(kind, {path: v}, [m for m in messages if m.leaves.get(path) == v], scene) for v in values.values()
        ]
        purity = sum(max(mark.slots.values()) for mark in split) / len(messages)
        tops = {mark.slots.most_common(1)[0][0] for mark in split}
        if purity >= purest and (len(tops) > 1 or any(isinstance(v, bool) for v in values.values())):
            best, purest = split, purity + 0.01
    return best


def _mark(kind: str | None, where: dict[str, Json], messages: Sequence[Message], scene: Scene) -> Mark:
    return Mark(kind, where, list(messages), Counter(scene.slot(message.at) for message in messages))


def _is_sign(value: Json) -> bool:
    return isinstance(value, bool) or (isinstance(value, int) and 0 <= value < 100) or is_token(value)


def _is_fixed(path: str, leaf: Json, messages: Sequence[Message]) -> bool:
    return _is_sign(leaf) and not is_id_path(path) and all(m.leaves.get(path) == leaf for m in messages)


def mark_events(marks: Sequence[Mark], scene: Scene, notes: Notes) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    open_: list[Mark] = []
    for mark in sorted(marks, key=lambda one: -len(one.messages)):
        named = [event for event, hint in names.MARKS.items() if hint.search(mark.told)]
        fitting = [event for event in named if event in ANYWHERE or not scene.runs or mark.share(FITS[event]) >= MOSTLY]
        if named and not fitting:
            notes.doubt(f"{_shown(mark)}: its name looks like {named[0]}, its places ({_places(mark)}) do not")
        elif fitting:
            _take(found, _nearest(fitting, mark), mark, notes, "its name says so, and its places allow it")
        else:
            open_.append(mark)
    for mark in sorted(open_, key=lambda one: -one.messages[-1].at):
        if event := _by_place(mark, scene, found):
            _take(found, event, mark, notes, f"its name says nothing, but it stands where that does ({_places(mark)})")
        elif len(mark.messages) > 1 and max(mark.slots.values()) > 0.9 * len(mark.messages):
            notes.doubt(f"what {_shown(mark)} means ({_places(mark)})")
    return found


def _nearest(fitting: Sequence[str], mark: Mark) -> str:
    """Of what its name may say, what its places say as well; the order of the names is that of how much they say."""
    if fitting[0] in ("error", "response.cancelled"):
        return fitting[0]
    return max(fitting, key=lambda event: round(mark.share(_CORE.get(event, frozenset())), 1))


_CORE: Final[dict[str, frozenset[Slot]]] = {
    "speech.started": frozenset({"onset", "cut"}),
    "speech.stopped": frozenset({"end"}),
    "response.started": frozenset({"head"}),
    "output_audio.done": frozenset({"tail"}),
    "response.done": frozenset({"tail"}),
}


def _by_place(mark: Mark, scene: Scene, found: dict[str, Mark]) -> str | None:
    """What stands once in nearly every turn, and always in one place."""
    slot, count = mark.slots.most_common(1)[0]
    many = len(scene.runs) >= 2 and len(mark.messages) >= 2
    if slot == "cut" and count == len(mark.messages) and "response.cancelled" not in found:
        return "response.cancelled"
    if not many or count < 0.8 * len(mark.messages) or not 0.5 <= len(mark.messages) / len(scene.runs) <= 1.5:
        return None
    if slot == "tail" and (later := found.get("response.done")) and "output_audio.done" not in found:
        return "output_audio.done" if _precedes(mark, later, scene) else None
    by_slot = {"head": "response.started", "tail": "response.done", "onset": "speech.started", "end": "speech.stopped"}
    event = by_slot.get(slot)
    return event if event not in found else None


def _precedes(mark: Mark, other: Mark, scene: Scene) -> bool:
    """Whether it stands before another where both end a turn."""
    ends = {scene.run_of(message.at): message.at for message in other.messages}
    both = [message.at < ends[run] for message in mark.messages if (run := scene.run_of(message.at)) in ends]
    return bool(both) and all(both)


def _take(found: dict[str, Mark], event: str, mark: Mark, notes: Notes, why: str) -> None:
    if (
        event == "output_audio.done"
        and event in found
        and "response.done" not in found
        and mark.share(FITS[event]) > 0.5
    ):
        event = "response.done"
    if event in found:
        notes.doubt(f"{_shown(mark)} looks like {event} too, and a template knows one kind for each event")
        return
    found[event] = mark
    notes.reasons[f"events.{event}"] = f"{times(mark.messages)}; {why}"


def _shown(mark: Mark) -> str:
    where = ", ".join(f"{path}: {value}" for path, value in mark.where.items())
    return f"`{mark.kind}`" + (f" where {where}" if where else "")


def _places(mark: Mark) -> str:
    words: dict[Slot, str] = {
        "opening": "at the start", "head": "before an answer", "inside": "within one", "tail": "after one",
        "onset": "as the caller begins", "end": "as the caller ends", "cut": "as the agent is cut",
        "nowhere": "anywhere",
    }  # fmt: skip
    return ", ".join(words[slot] for slot, _ in mark.slots.most_common(2))


def final_flag(messages: Sequence[Message], scene: Scene) -> tuple[str, Json] | None:
    """A truth value that is one way in the last audio message of each run and the other way in all the others."""
    flags: defaultdict[str, set[bool]] = defaultdict(set)
    for message in messages:
        for path, leaf in message.leaves.items():
            if isinstance(leaf, bool):
                flags[path].add(leaf)
    ends = {end for _, end in scene.runs}
    for path, values in flags.items():
        for value in values if len(values) == 2 else ():
            told = {message.at for message in messages if message.leaves.get(path) is value}
            if len(told & ends) >= 0.5 * len(ends) and len(told) <= min(2 * len(ends), len(messages) / 2):
                return path, value
    return None


def error_paths(message: Message, type_path: str | None) -> dict[str, Json]:
    """Where an error holds its code and its text."""
    texts = [path for path, leaf in message.leaves.items() if isinstance(leaf, str) and path != type_path and leaf]
    codes = [path for path, leaf in message.leaves.items() if "code" in spaced(last(path)).split() and _is_sign(leaf)]
    words = [path for path in texts if path not in codes and not is_id_path(path)]
    best = max(words, key=lambda path: (" " in str(message.value(path)), _is_reason(path)), default=None)
    found: dict[str, Json] = {"code": codes[0]} if codes else {}
    return found | ({"message": best} if best else {})


def _is_reason(path: str) -> bool:
    return bool(
        set(spaced(last(path)).split()) & {"message", "why", "reason", "detail", "text", "description", "error"}
    )
