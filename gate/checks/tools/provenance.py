"""Whether the ids that the agent calls its tools with come from anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.tools import spelt
from gate.checks.tools.seen import at_ms, lines, unseen
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.jsons import Json, canonical
from gate.core.matchers import as_text
from gate.core.paths import get
from gate.measures.ledger import Entry

SAID = ("transcript.final", "input_text", "input_dtmf")
SHOWN = ("input_image", "input_audio.file")
TOLD = ("session.started", "session.configured", "metadata")


@dataclass(frozen=True, slots=True)
class IdsKnown:
    """Every id (`tools.ids`) that a tool is called with was in an earlier result, in the caller's words, or in the
    session: in what the gate asked for, in the address, among the values that the tool's schema lists, or in what the
    agent told of the session.

    A decent agent looks an id up, or takes it from what it was told. It may write it in another way (`A17` for
    `A-17`): letters and digits are compared, without case."""

    CHECK: ClassVar[str] = "ids-known"


def known(view: View, params: IdsKnown) -> Answer:
    ids = view.case.tools.ids
    expected = f"no invented id in a call of {', '.join(ids)}"
    if nothing := unseen(view, expected):
        return nothing
    for entry in view.ledger:
        for path, value in _ids(entry, ids.get(entry.name, ())):
            if not _is_known(view, entry, value):
                return _invented(view, entry, f"{path} {canonical(value)}", expected)
    at = tuple(entry.at for entry in view.ledger if entry.name in ids)
    return passed(Layer.TOOLS, expected, at=at) if view.whole else view.unproven(Layer.TOOLS, expected)


def _ids(entry: Entry, paths: tuple[str, ...]) -> Iterator[tuple[str, Json]]:
    """Texts and numbers at these paths; what is left out, or empty, names nothing."""
    for path in paths:
        found = get(entry.arguments, path)
        for leaf in _leaves(found) if isinstance(found, str | int | float | dict | list) else ():
            if spelt.plain(leaf):
                yield path, leaf


def _is_known(view: View, entry: Entry, value: Json) -> bool:
    wanted = as_text(value)
    told = any(spelt.stands_in(wanted, text) for text in _told_before(view, entry, wanted))
    return told or spelt.occurs(wanted, _said_before(view, entry))


def _told_before(view: View, entry: Entry, wanted: str) -> Iterator[str]:
    """Every text and number that the agent was told by anything but the caller. An error that repeats what it was asked
    about (`no appointment B-99`) tells nothing."""
    for earlier in view.ledger:
        if earlier.answered_ns is not None and earlier.answered_ns <= entry.asked_ns:
            yield from _leaves(earlier.result)
            yield "" if _holds(earlier.arguments, wanted) else earlier.error or ""
    call = view.case.calls[view.call]
    yield from _leaves({name: value for name, value in call.session.items() if name != "tools"})
    yield from (call.dial.url, *(value for _, value in (*call.dial.headers, *call.dial.query)))
    if call.dial.http is not None:
        yield from (call.dial.http.url, *_leaves(call.dial.http.body))
    schema = view.case.tools.schema(entry.name)
    yield from _allowed(schema.parameters if schema else None)
    for name in TOLD:
        yield from (text for event in view.events_named(name) if event.t_ns <= entry.asked_ns
                    for text in _leaves(event.payload))  # fmt: skip


def _holds(arguments: Json, wanted: str) -> bool:
    return any(spelt.stands_in(wanted, text) for text in _leaves(arguments))


def _allowed(schema: Json) -> Iterator[str]:
    """The values that a schema lists. What its descriptions say for example is no id of anybody's."""
    match schema:
        case dict():
            for key, item in schema.items():
                yield from _leaves(item) if key in ("enum", "const", "default") else _allowed(item)
        case list():
            for item in schema:
                yield from _allowed(item)
        case _:
            pass


def _said_before(view: View, entry: Entry) -> Iterator[str]:
    """The caller's words, those that the agent wrote down in their place, and the keys that were pressed."""
    turns = [turn for turn in view.turns if turn.start_ns <= entry.asked_ns]
    yield from (turn.clip.words for turn in turns)
    yield " ".join(turn.clip.words for turn in turns)
    for name in SAID:
        said = [event for event in view.events_named(name) if event.t_ns <= entry.asked_ns]
        texts = [str(event.payload.get("text") or event.payload.get("digits") or "") for event in said]
        yield from texts
        yield " ".join(texts)


def _leaves(value: Json) -> Iterator[str]:
    """Texts and numbers, and the keys of objects: a result may be listed by id. 17.0 is 17."""
    match value:
        case float() if value.is_integer():
            yield as_text(int(value))
        case dict():
            for key, item in value.items():
                yield key
                yield from _leaves(item)
        case list():
            for item in value:
                yield from _leaves(item)
        case None | bool():
            pass
        case _:
            yield as_text(value)


def _invented(view: View, entry: Entry, what: str, expected: str) -> Answer:
    """An id may have come from where the gate did not look: then it is in doubt."""
    actual = f"{entry.name} was called with {what} at {at_ms(view, entry.asked_ns)}, and nothing before it holds that"
    earlier = [other for other in view.ledger if other.asked_ns < entry.asked_ns]
    dark = [other for other in earlier if other.told and other.answered_ns is None]
    if dark:
        doubt = f"{actual}; but nothing shows what {dark[0].name} answered"
        return unknown(Layer.TOOLS, expected, doubt, "let a sandbox answer that tool", at=lines(entry, *dark))
    if any(event.t_ns <= entry.asked_ns for name in SHOWN for event in view.events_named(name)):
        return unknown(Layer.TOOLS, expected, f"{actual}; but the caller sent a file", at=lines(entry))
    if view.recording.problems:
        return view.unproven(Layer.TOOLS, expected)
    next_action = "see in tools.json what it was told before; have it look the id up first"
    return failed(Layer.TOOLS, expected, f"{actual}: it was invented", next_action, at=(entry.at,))
