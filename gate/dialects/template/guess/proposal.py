"""From what was guessed to a proposal that holds: without secrets, taken by the dialect, and proven on the log."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from gate.core.jsons import Json
from gate.core.signals import Violation
from gate.dialects.template.dialect import Template
from gate.dialects.template.guess.facts import Log, Notes
from gate.dialects.template.guess.secrets import Secrets
from gate.dialects.template.options import TemplateOptions

Object = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Proposal:
    """`reasons`: by the key of the option (`audio_path`, `events.tool.call`). `session`: what the log asks for, for the
    target's `session`. `environment`: variables that stand for secrets, and where those stood. `understood`: how often
    the proposal reads which event out of the log."""

    options: Object
    session: Object
    reasons: Mapping[str, str]
    undecided: tuple[str, ...]
    environment: Mapping[str, str]
    understood: Mapping[str, int]


@dataclass(slots=True)
class Guess:
    """What is decided so far."""

    log: Log
    notes: Notes = field(default_factory=Notes)
    options: Object = field(default_factory=dict)
    events: dict[str, Object] = field(default_factory=dict)


def closed(made: Guess, session: Object) -> Proposal:
    """Without secrets, valid, and proven on the log."""
    secrets = Secrets(made.log)
    options: Object = {key: made.options[key] for key in ORDER if key in made.options}
    for key in ("init", "send_audio"):
        if key in options:
            options[key] = secrets.out(options[key], key)
    options["send"] = {name: secrets.out(shape) for name, shape in _object(options.get("send")).items()}
    for key in ("type_path", "audio_type", "audio_path", "ready"):
        value = options.get(key)
        if secrets.holds(value.values() if isinstance(value, dict) else [value]):
            del options[key]
            made.notes.doubt(f"{key}: what the log has there looks like a secret")
    events: dict[str, Object] = {}
    for name, event in made.events.items():
        where = _object(event.get("where"))
        if secrets.holds([*event.values(), *where, *where.values()]):
            made.notes.doubt(f"{name}: what tells it from others looks like a secret")
        else:
            events[name] = {key: value for key, value in event.items() if value != {}}
    options["events"] = events  # type: ignore[assignment]
    options = {key: value for key, value in _valid(options, made.notes).items() if value != {}}
    understood = _prove(options, made)
    kept = {name for key in ("events", "send") for name in (f"{key}.{one}" for one in _object(options.get(key)))}
    reasons = {
        key: secrets.hidden(why) for key, why in made.notes.reasons.items() if "." not in key or key in kept
    }  # fmt: skip
    told = secrets.out(session) if session and "configure" in _object(options.get("send")) else {}
    doubts = tuple(map(secrets.hidden, made.notes.undecided))
    return Proposal(options, _object(told), reasons, doubts, secrets.names, understood)


ORDER: Final = (
    "init", "ready", "send_audio", "send_encoding", "send_rate_hz", "send", "type_path", "audio_type", "audio_path",
    "encoding", "receive_rate_hz", "events",
)  # fmt: skip


def _object(value: Any) -> Object:
    return value if isinstance(value, dict) else {}


def _valid(options: Object, notes: Notes) -> Object:
    """The options without what the dialect refuses."""
    options = {**options, "send": dict(_object(options.get("send"))), "events": dict(_object(options.get("events")))}
    for _ in range(50):
        try:
            TemplateOptions.model_validate(options)
            return options
        except ValidationError as error:
            first = error.errors()[0]
            where, why = list(first["loc"]), str(first["msg"]).removeprefix("Value error, ")
            _drop(options, where, why)
            notes.doubt(f"{'.'.join(map(str, where)) or 'the messages of ours'} was left out: {why}")
    return {}


def _drop(options: Object, where: Sequence[int | str], why: str) -> None:
    """Takes out what a mistake points at; of two messages that are alike, the one that is needed less."""
    for key in ("send", "events"):
        part = _object(options.get(key))
        if where[:1] == [key] and len(where) > 1:
            part.pop(str(where[1]), None)
            return
    if where:
        options.pop(str(where[0]), None)
        return
    send = _object(options.get("send"))
    named = [name for name in send if f"send.{name}" in why] or list(send) or ["-"]
    if send.pop(named[-1], None) is None:
        options.pop("send_audio", None)


def _prove(options: Object, made: Guess) -> Mapping[str, int]:
    """Reads the log with the proposal, having dropped the events that do not fit all messages which they claim."""
    events, notes = _object(options.get("events")), made.notes
    type_path, spoken = options.get("type_path"), options.get("audio_type")
    theirs = [
        made.log.frames[one.at] for one in made.log.received if spoken is None or one.text(str(type_path)) != spoken
    ]
    quiet = {**options, "ready": False, "audio_type": "\0", "events": {}}
    for name in list(events):
        alone = Template(TemplateOptions.model_validate({**quiet, "events": {name: events[name]}})).observer()
        if any(isinstance(signal, Violation) for frame in theirs for signal in alone.observe(frame)):
            del events[name]
            notes.doubt(f"{name}: some messages of its type lack what it is to carry")
    observer = Template(TemplateOptions.model_validate(options)).observer()
    signals = [signal for frame in made.log.frames for signal in observer.observe(frame)]
    wrong = [signal.what for signal in signals if isinstance(signal, Violation)]
    if wrong:
        what, count = Counter(wrong).most_common(1)[0]
        notes.doubt(f"{len(wrong)} messages are illegal in the proposed protocol; {count} times: {what}")
    return dict(Counter(signal.EVENT for signal in signals))
