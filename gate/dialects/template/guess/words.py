"""Which messages of a captured conversation hold words, whose, and whether they are final. Who was heard last and what
later texts complete decide; names where those do not."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gate.core.jsons import Json
from gate.core.signals import Role
from gate.dialects.template.guess import names
from gate.dialects.template.guess.audio import blob
from gate.dialects.template.guess.facts import Message, Notes, is_id_path, is_token, last, spaced, times
from gate.dialects.template.guess.scene import Scene
from gate.dialects.template.guess.tools import as_object

_WHO: Final = re.compile(r"\b(role|speaker|who|source|from|participant|channel|side|by|origin|author|party)\b")
DECISIVE: Final = 0.6


@dataclass(slots=True)
class Part:
    """Messages that mean one thing. `where`: what sets them apart from others of their type."""

    kind: str | None
    where: dict[str, Json]
    text: str
    messages: list[Message]
    told: str

    def texts(self) -> list[tuple[int, str]]:
        return [(message.at, text.strip()) for message in self.messages if (text := message.text(self.text))]


def words_path(told: str, messages: Sequence[Message], type_path: str | None) -> str | None:
    """Where a kind of message holds words, if it does."""
    counts: defaultdict[str, int] = defaultdict(int)
    for message in messages:
        for path, leaf in message.leaves.items():
            if path != type_path and isinstance(leaf, str) and _is_words(leaf) and not is_id_path(path):
                counts[path] += 1
    many = [path for path, count in counts.items() if count * 2 >= len(messages)]
    best = max(
        many, key=lambda path: (_variety(path, messages), names.SPOKEN.search(spaced(path)) is not None), default=None
    )
    if best is None or not all(isinstance(message.value(best), str) for message in messages):
        return None
    differ = len({message.text(best) for message in messages}) > 1
    return best if (differ and len(messages) > 2) or names.SPOKEN.search(told) else None


def _variety(path: str, messages: Sequence[Message]) -> tuple[bool, int]:
    """Whether texts are sentences, and how many there are: few words that come again and again are a field's values."""
    texts = {text for message in messages if (text := message.text(path))}
    return any(" " in text.strip() for text in texts), len(texts)


def _is_words(text: str) -> bool:
    if as_object(text) is not None or len(text) > 20_000 or not any(char.isalpha() for char in text):
        return False
    return " " in text.strip() or ((blob(text) is None or len(text) < 16) and not re.search(r"\d{3}|[_/=]", text))


def parts_of(kind: str | None, messages: Sequence[Message], text: str, type_path: str | None) -> list[Part]:
    """The messages of a kind, taken apart by who speaks and by what is final, where a field tells."""
    told = spaced(kind or "", *messages[0].leaves)
    splits = _splits(messages, {text, type_path})
    who = max((path for path in splits if _tells_who(path, splits[path])), key=_who_rank, default=None)
    final = next((path for path in splits if path != who and _tells_final(path, splits[path], messages, text)), None)
    made: dict[tuple[str, ...], Part] = {}
    for message in messages:
        where = {path: message.leaves.get(path) for path in (who, final) if path is not None}
        key = tuple(map(repr, where.values()))
        hint = spaced(kind or "", str(where.get(who or "", "")))
        made.setdefault(key, Part(kind, where, text, [], hint if who or kind else told)).messages.append(message)
    return list(made.values())


def _splits(messages: Sequence[Message], apart: set[str | None]) -> dict[str, list[Json]]:
    """Paths with few fixed values, in all messages."""
    found: dict[str, list[Json]] = {}
    for path, leaf in messages[0].leaves.items():
        values = [message.leaves.get(path) for message in messages]
        distinct = {repr(value): value for value in values}
        is_flag = all(isinstance(value, bool) or value in (0, 1) for value in values)
        is_word = all(is_token(value) for value in values) and not is_id_path(path)
        if path not in apart and leaf is not None and (is_flag or is_word) and len(distinct) <= 4:
            found[path] = list(distinct.values())
    return found


def _who_rank(path: str) -> tuple[bool, int]:
    return bool(_WHO.search(spaced(last(path)))), -len(path)


def _tells_who(path: str, values: Sequence[Json]) -> bool:
    if not all(isinstance(value, str) for value in values):
        return False
    told = spaced(*values)
    return bool(_WHO.search(spaced(last(path))) or (names.CALLER.search(told) and names.AGENT.search(told)))


def _tells_final(path: str, values: Sequence[Json], messages: Sequence[Message], text: str) -> bool:
    if names.FINAL.search(spaced(last(path))) and len(values) <= 3:
        told = spaced(*values)
        return all(not isinstance(value, str) for value in values) or bool(
            names.PARTIAL.search(told) or "final" in told
        )
    if len(values) != 2:
        return False
    one, other = ([(m.at, m.text(text) or "") for m in messages if m.leaves.get(path) == value] for value in values)
    return completes(one, other) or completes(other, one)


def completes(partial: Sequence[tuple[int, str]], final: Sequence[tuple[int, str]]) -> bool:
    """Whether the texts of one kind grow into those of the other: each is the beginning of the next final text, or they
    make it up together."""
    if not partial or not final:
        return False
    good = 0
    for at, text in partial:
        whole = next((one for place, one in final if place > at), None)
        good += whole is not None and text.strip() != "" and text.strip().casefold() in whole.casefold()
    whole_texts = {text for _, text in final}
    return good >= 0.7 * len(partial) and not all(text in whole_texts for _, text in partial)


def spoken_events(parts: Iterable[Part], scene: Scene, notes: Notes) -> dict[str, Part]:
    """Events by name."""
    by_role: defaultdict[Role, list[Part]] = defaultdict(list)
    every = list(parts)
    for part in every:
        role = _role(part, every, scene, notes)
        if role is None:
            notes.doubt(f"whose words {told(part)} holds")
        else:
            by_role[role].append(part)
    found: dict[str, Part] = {}
    for role, of_role in by_role.items():
        prefix = "transcript" if role == "caller" else "output_transcript"
        for part in sorted(of_role, key=lambda one: -len(one.messages)):
            form = _form(part, of_role)
            name = f"{prefix}.{form}"
            if name in found:
                notes.doubt(f"{told(part)} looks like {name} too, and a template knows one kind for each event")
                continue
            found[name] = part
            how = "is made whole by later texts" if form == "delta" else "holds whole texts"
            whose = "the caller's" if role == "caller" else "the agent's"
            notes.reasons[f"events.{name}"] = f"{times(part.messages)}; {whose} words, and `{part.text}` {how}"
    return found


def told(part: Part) -> str:
    where = ", ".join(f"{path}: {value}" for path, value in part.where.items())
    return f"`{part.kind}`" + (f" where {where}" if where else "")


def _role(part: Part, every: Sequence[Part], scene: Scene, notes: Notes) -> Role | None:
    ours, theirs = names.CALLER.search(part.told), names.AGENT.search(part.told)
    named: Role | None = None if bool(ours) == bool(theirs) else "caller" if ours else "agent"
    lean = _lean(part, scene)
    others = [other for other in every if _speaker(other) != _speaker(part)]
    shown: Role | None = None
    if lean > DECISIVE:
        shown = "agent"
    elif lean < -DECISIVE and others:
        rival = max(others, key=lambda other: _lean(other, scene))
        is_second = _lean(rival, scene) < -DECISIVE and _is_later(part, rival, scene)
        shown = "agent" if is_second else "caller"
    if named and shown and named != shown:
        notes.doubt(f"whose words {told(part)} holds: its name says the {named}'s, its place the {shown}'s")
    return named or shown


def _speaker(part: Part) -> tuple[str | None, str]:
    return part.kind, spaced(*(value for value in part.where.values() if isinstance(value, str)))


def _lean(part: Part, scene: Scene) -> float:
    """1 where the agent was always heard last before these words, -1 where the caller was."""
    heard = [scene.last_heard(message.at) for message in part.messages]
    return sum((one == "agent") - (one == "caller") for one in heard) / len(heard)


def _is_later(part: Part, rival: Part, scene: Scene) -> bool:
    first: dict[int, int] = {}
    for message in rival.messages:
        first.setdefault(scene.run_of(message.at), message.at)
    both = [first[turn] < message.at for message in part.messages if (turn := scene.run_of(message.at)) in first]
    return bool(both) and sum(both) > len(both) / 2


def _form(part: Part, of_role: Sequence[Part]) -> Literal["delta", "final"]:
    others = [other for other in of_role if other is not part]
    if any(completes(part.texts(), other.texts()) for other in others):
        return "delta"
    if any(completes(other.texts(), part.texts()) for other in others):
        return "final"
    return "delta" if _named_partial(part.where, part.kind) else "final"


def _named_partial(where: Mapping[str, Json], kind: str | None) -> bool:
    for path, value in where.items():
        if isinstance(value, bool | int) and names.FINAL.search(spaced(last(path))):
            return bool(value) == bool(names.PARTIAL.search(spaced(last(path))))
        if isinstance(value, str) and names.PARTIAL.search(spaced(value)):
            return True
    return bool(names.PARTIAL.search(spaced(kind or "")))
