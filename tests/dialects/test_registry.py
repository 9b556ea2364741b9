"""The laws that every dialect keeps, asked of all of them: a new one is tested from its first line."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.audio.pcm import pack, samples
from gate.audio.resample import resample
from gate.core import acts, signals
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json, parse
from gate.core.places import Place
from gate.core.plan import Dial, HttpFirst, Target
from gate.core.redaction import Redaction, hidden, keyed
from gate.core.signals import EVENT_NAMES, Signal
from gate.dialects import DIALECTS, dialect_of
from gate.dialects.fields import Illegal
from gate.dialects.session import FIELDS
from gate.evidence.muting import Muter
from tests.dialects.protocols import FULL

RATE_HZ = 16_000
SECRET = "hunter2-hunter2"
PCM = bytes(range(200)) * 8
TONE = pack((np.sin(np.arange(320) * 0.1) * 9000).astype(np.int16))

SIGNALS: list[Signal] = [
    signals.Ready("s-1"), signals.Configured({"language": f"en {SECRET}"}), signals.InputAccepted(),
    signals.SpeechStarted(), signals.SpeechStopped(), signals.ResponseStarted(), signals.AudioDone(),
    signals.TurnDone(),
    signals.Cancelled(), signals.Metadata({"k": f"v {SECRET}"}), signals.Fault("c", f"m {SECRET}"),
    signals.ToolCall("c", "n", {"a": {"deep": [f"x {SECRET}"]}}),
    signals.ToolCall("c", "n", None, f'{{"a": "{SECRET}"}}'),
    signals.ToolCall("c", "n", None, f"no json {SECRET}"),
    signals.ToolResult("c", "n", {"k": SECRET}), signals.ToolResult("c", "n", None, f"down {SECRET}"),
    signals.Mark("m-1"), signals.Ping("p-1"), signals.ToolCancelled("c"),
    *[signals.AudioOut(PCM, RATE_HZ) for _ in range(20)],
    *[signals.Transcript(role, f"{SECRET} says", final) for role in ("caller", "agent") for final in (True, False)],
    signals.TurnDone(),
]  # type: ignore[list-item] # fmt: skip
ACTS: list[acts.Act] = [
    acts.Configure({"k": SECRET}), acts.Speak(PCM), acts.Hush(160), acts.Type(f"I am {SECRET}"),
    acts.SendFile(PCM, "audio/wav"), acts.Show("a.png", PCM, "image/png"), acts.Press("12#"), acts.EchoMark("m"),
    acts.Answer("c", "n", {"k": [SECRET]}), acts.Answer("c", "n", None, SECRET), acts.Respond(), acts.Interrupt(),
    acts.Truncate("i-1", 120.0), acts.Cleared(), acts.Pong("p-1"), acts.HangUp(),
]  # fmt: skip
AROUND = [
    (Opcode.UPGRADE, '{"status":101,"headers":[],"body":""}'),
    (Opcode.UPGRADE, '{"status":403,"headers":[],"body":"no"}'),
    (Opcode.HTTP, '{"status":500,"body":""}'),
    (Opcode.CLOSE, '{"code":1000,"reason":""}'),
    (Opcode.LOST, '{"reason":"reset"}'),
]

MADE: dict[str, Any] = {name: kind(kind.Options()) for name, kind in DIALECTS.items()} | {"template, full": FULL}


def close(found: bytes, meant: bytes) -> bool:
    """Within what G.711 loses."""
    if len(found) != len(meant):
        return False
    one, other = samples(found).astype(float), samples(meant).astype(float)
    return bool(np.all(np.abs(one - other) <= 8 + 0.04 * np.abs(other)))


def frame(data: str | bytes, sent: bool = False) -> Frame:
    opcode = Opcode.BINARY if isinstance(data, bytes) else Opcode.TEXT
    return Frame(Direction.SENT if sent else Direction.RECEIVED, opcode, data, 0)


def a_call(dialect: Any) -> list[Frame]:
    """Everything that either side can put on the wire, and what is around it."""
    agent, encoder = dialect.agent(), dialect.encoder()
    said = [frame(data) for signal in SIGNALS for data in agent.say(signal)]
    done = [frame(data, sent=True) for act in ACTS for data in encoder.encode(act, 0)]
    around = [Frame(direction, opcode, data, 0) for opcode, data in AROUND for direction in Direction]
    unknown = json.dumps({"type": "nobody knows", "words": SECRET})
    raw = [frame(b"\x01"), frame("{"), frame(unknown), frame(b"\x02\x03", sent=True)]
    return around[:2] + done + said + raw + around[2:]


def observed(dialect: Any, frames: Iterable[Frame]) -> list[tuple[Signal, ...]]:
    observer = dialect.observer()
    return [observer.observe(each) for each in frames]


@pytest.fixture(params=MADE, name="dialect")
def _dialect(request: pytest.FixtureRequest) -> Any:
    return MADE[request.param]


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
ANYTHING = (
    st.text() | st.binary() | JSONS.map(json.dumps) | st.sampled_from(['{"type":NaN}', "[" * 10_000, '{"type":1e999}'])
)


def check_decodes(dialect: Any, data: str | bytes, sent: bool) -> None:
    (found,) = observed(dialect, [frame(data, sent)])
    assert found, "a frame was dropped"
    assert all(isinstance(signal, Signal) for signal in found)


@pytest.mark.parametrize("name", MADE)
@given(data=ANYTHING, sent=st.booleans())
@settings(max_examples=60)
def test_whatever_comes_is_decoded_and_never_dropped(name: str, data: str | bytes, sent: bool) -> None:
    check_decodes(MADE[name], data, sent)


def leaves(value: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: Iterable[tuple[Any, Json]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    return [path, *(at for key, item in inner for at in leaves(item, (*path, key)))]


def damaged(value: Any, path: tuple[str | int, ...], other: Json) -> Any:
    if not path:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = damaged(copy[path[0]], path[1:], other)
    return copy


OWN = {
    name: [(parse(each.data), each.sent) for each in a_call(made) if each.opcode is Opcode.TEXT and each.data != "{"]
    for name, made in MADE.items()
}


@pytest.mark.parametrize("name", MADE)
@given(choice=st.data(), other=JSONS)
@settings(max_examples=60)
def test_a_known_message_with_any_field_damaged_is_decoded_too(name: str, choice: Any, other: Json) -> None:
    message, sent = choice.draw(st.sampled_from(OWN[name]))
    path = choice.draw(st.sampled_from(leaves(message)))
    data = json.dumps(damaged(message, path, other))
    check_decodes(MADE[name], data, sent)
    with suppress(Illegal):
        MADE[name].agent().hear(data)


def test_equal_frames_give_equal_signals(dialect: Any) -> None:
    frames = a_call(dialect)
    first = observed(dialect, frames)
    assert first == observed(dialect, frames)
    later = [
        Frame(f.direction, f.opcode, f.data, t_ns=10**12 + i, call=3, index=i, due_ns=5) for i, f in enumerate(frames)
    ]
    assert first == observed(dialect, later), "neither time nor place in the log is part of a frame's meaning"


def test_each_call_is_observed_from_the_start(dialect: Any) -> None:
    fresh = observed(dialect, a_call(dialect))
    used = dialect.observer()
    for each in a_call(dialect):
        used.observe(each)
    assert observed(dialect, a_call(dialect)) == fresh


def test_its_capabilities_are_true(dialect: Any) -> None:
    produced = {signal.EVENT for found in observed(dialect, a_call(dialect)) for signal in found}
    can = dialect.capabilities
    assert produced & set(EVENT_NAMES) == can.shows
    assert can.shows <= set(EVENT_NAMES)
    assert can.derives <= can.shows
    assert produced >= {"session.refused", "other"}
    assert ("input_audio.delta" in produced) is can.speaks
    assert can.session is None or can.session <= set(FIELDS)


def test_what_it_says_it_can_send_it_can_send(dialect: Any) -> None:
    encoder, can = dialect.encoder(), dialect.capabilities
    answers = encoder.encode(acts.Answer("c", "n", 1), 0) + encoder.encode(acts.Respond(), 0)
    assert bool(answers) is can.answers_tools
    assert bool(encoder.encode(acts.Interrupt(), 0)) is can.cancels
    http = Dial("", http=HttpFirst("https://acme.test/calls", "url"))
    first = dialect.dial(http, {"system_prompt": "be kind"}, "0" * 32) != http
    assert first or bool(encoder.encode(acts.Configure({"k": 1}), 0)) or not can.configures
    assert bool(encoder.encode(acts.Type("x"), 0)) is can.types
    assert bool(encoder.encode(acts.SendFile(b"x", "audio/wav"), 0)) is can.takes_files
    assert bool(encoder.encode(acts.Show("x.png", b"x", "image/png"), 0)) is can.sees_images
    assert bool(encoder.encode(acts.Press("1"), 0)) is can.presses
    assert bool(encoder.encode(acts.EchoMark("m"), 0)) is can.echoes_marks
    assert ("mark" in can.shows) is can.echoes_marks
    assert encoder.encode(acts.Send("as it is"), 0) == ("as it is",)
    assert encoder.encode(acts.Send(b"as it is"), 0) == (b"as it is",)


def test_speech_and_silence_are_seen_as_the_callers_audio_at_the_input_rate(dialect: Any) -> None:
    """G.711 keeps a sample to about 3 %, and silence to a step of 8."""
    encoder, rate_hz = dialect.encoder(), dialect.capabilities.input_rate_hz
    for act, meant in ((acts.Speak(TONE), TONE), (acts.Hush(160), bytes(320))):
        found = observed(dialect, [frame(data, sent=True) for data in encoder.encode(act, 0)])
        heard = [signal for one in found for signal in one if isinstance(signal, signals.AudioIn)]
        assert bool(heard) is dialect.capabilities.speaks
        if heard:
            assert {signal.rate_hz for signal in heard} == {rate_hz}
            assert close(b"".join(signal.pcm for signal in heard), meant)


def test_what_the_agent_says_is_what_the_gate_hears(dialect: Any) -> None:
    """Words, names, arguments and audio come through whole. Ids may be the wire's own, or none."""
    agent, can = dialect.agent(), dialect.capabilities
    for signal in SIGNALS:
        found = [each for one in observed(dialect, [frame(data) for data in agent.say(signal)]) for each in one]
        assert not [each for each in found if isinstance(each, signals.Violation | signals.Refused)], signal
        same = [each for each in found if each.EVENT == signal.EVENT]
        if not same or signal.EVENT not in can.shows:
            continue
        match signal, same[0]:
            case signals.Transcript(role, text, final), signals.Transcript() as heard:
                assert (heard.role, heard.text, heard.final) == (role, text, final)
            case signals.ToolCall(call_id, name, arguments, raw), signals.ToolCall() as heard:
                assert (heard.call_id, heard.name) == (call_id, name)
                assert heard.arguments == arguments if arguments is not None else heard.raw in (raw, json.dumps(raw))
            case signals.Fault(_, message), signals.Fault() as heard:
                assert heard.message == message


def test_the_agents_audio_comes_through_at_its_rate(dialect: Any) -> None:
    """Two seconds of a sweep, whatever rates, chunks and forms lie between: nothing added, lost or moved."""
    if not dialect.capabilities.speaks:
        return
    agent, observer = dialect.agent(), dialect.observer()
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    swept = pack((np.sin(2 * np.pi * (200 + 400 * time_s) * time_s) * 8000).astype(np.int16))
    said: list[signals.Signal] = [signals.AudioOut(swept[at : at + 3200], RATE_HZ, "r") for at in range(0, 64000, 3200)]
    heard: list[signals.AudioOut] = []
    for signal in [signals.ResponseStarted("r"), *said, signals.AudioDone("r"), signals.TurnDone("r")]:
        for data in agent.say(signal):
            heard += [each for each in observer.observe(frame(data)) if isinstance(each, signals.AudioOut)]
    (rate_hz,) = {each.rate_hz for each in heard}
    assert rate_hz == dialect.capabilities.output_rate_hz
    got = resample(samples(b"".join(each.pcm for each in heard)), rate_hz, RATE_HZ).astype(float)
    wanted = samples(swept).astype(float)[: len(got)]
    assert abs(len(got) - 2 * RATE_HZ) <= 32
    assert np.corrcoef(got[: len(wanted)], wanted)[0, 1] > 0.995


def test_files_images_keys_and_marks_are_seen_as_what_they_are(dialect: Any) -> None:
    encoder, can = dialect.encoder(), dialect.capabilities
    meant = [
        (can.takes_files, acts.SendFile(b"abc", "audio/wav"), signals.FileIn("audio/wav", 3)),
        (can.sees_images, acts.Show("a.png", b"abc", "image/png"), signals.Shown("a.png", "image/png", 3)),
        (can.echoes_marks, acts.EchoMark("m-1"), signals.MarkPlayed("m-1")),
    ]
    for able, act, signal in meant:
        frames = [frame(data, sent=True) for data in encoder.encode(act, 0)]
        assert observed(dialect, frames) == ([(signal,)] if able else [])
    pressed = [
        each for data in encoder.encode(acts.Press("1*#D"), 0) for each in observed(dialect, [frame(data, True)])
    ]
    keys = "".join(each.digits for found in pressed for each in found if isinstance(each, signals.Pressed))
    assert keys == ("1*#D" if can.presses else ""), "in one frame, or one for each key"


def mask(_path: str, text: str) -> str:
    return text.replace(SECRET, "***")


def masked(value: Any) -> Any:
    """The signal as its words would be masked, without knowing any wire."""
    match value:
        case str() if value[:1] == "{":
            inner = masked(parse(value))
            return value if inner == parse(value) else json.dumps(inner, separators=(",", ":"), ensure_ascii=False)
        case str():
            return mask("", value)
        case dict():
            return {key: masked(item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(masked(item) for item in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return type(value)(**{each.name: masked(getattr(value, each.name)) for each in fields_of(value)})
        case _:
            return value


def test_observing_what_was_rewritten_is_masking_what_was_observed(dialect: Any) -> None:
    frames = [each for each in a_call(dialect) if each.opcode in (Opcode.TEXT, Opcode.BINARY)]
    rewritten = [Frame(each.direction, each.opcode, dialect.rewrite(each.data, mask), 0) for each in frames]
    assert observed(dialect, rewritten) == [masked(found) for found in observed(dialect, frames)]
    assert any(SECRET in each.data for each in frames if isinstance(each.data, str))
    assert not any(SECRET in each.data for each in rewritten if isinstance(each.data, str))


HIDDEN = Redaction(("arguments.name", "result.name", "arguments.count"))


class Hide:
    """As the writer hides fields: texts, numbers and truth values at these paths, under whatever name the wire has."""

    def hides(self, path: str) -> bool:
        return HIDDEN.covers(path)

    def __call__(self, path: str, text: str) -> str:
        return keyed(b"key", text) if self.hides(path) else text


def test_a_field_is_hidden_wherever_the_wire_has_it_and_nothing_else_is(dialect: Any) -> None:
    """A tool whose name, and whose argument `name`, are two things; and the hash is the one that a plan would hold."""
    said: Json = {"name": "Bob", "count": 3, "deep": {"name": "Eve"}, "ok": True}
    call, result = signals.ToolCall("c", "look", said), signals.ToolResult("c", "look", dict(said))
    frames = [frame(data) for data in dialect.agent().say(call)]
    frames += [frame(data) for data in dialect.agent().say(result)]
    encoder = dialect.encoder()
    encoder.heard(call)
    frames += [frame(data, sent=True) for data in encoder.encode(acts.Answer("c", "look", dict(said)), 0)]
    shown = [Frame(each.direction, each.opcode, dialect.rewrite(each.data, Hide()), 0) for each in frames]
    before, after = observed(dialect, frames), observed(dialect, shown)
    assert [[type(one) for one in found] for found in after] == [[type(one) for one in found] for found in before]
    for one, other in zip((s for f in before for s in f), (s for f in after for s in f), strict=True):
        if isinstance(one, signals.ToolCall) and isinstance(other, signals.ToolCall):
            assert (other.name, other.call_id) == (one.name, one.call_id)
            assert one.arguments is None or other.arguments == hidden(one.arguments, "arguments", HIDDEN, b"key")
        if isinstance(one, signals.ToolResult) and isinstance(other, signals.ToolResult):
            assert other.call_id == one.call_id
            assert isinstance(one.result, str) or other.result == hidden(one.result, "result", HIDDEN, b"key")
    if any(isinstance(s, signals.ToolCall) and s.arguments for f in before for s in f):
        assert not any("Bob" in str(each.data) for each in shown)


def test_without_its_audio_a_call_means_the_same_and_nothing_is_heard(dialect: Any) -> None:
    """Lengths, rates, order and everything else stay; what was said is gone, in both directions."""
    if not dialect.capabilities.speaks:
        return
    agent, encoder, muter = dialect.agent(), dialect.encoder(), Muter(dialect)
    told = [frame(data) for s in (signals.Ready("s-1"), signals.ResponseStarted("r")) for data in agent.say(s)]
    told += [frame(data, sent=True) for data in encoder.encode(acts.Configure({}), 0)]
    loud = pack(np.tile(samples(TONE), 10))
    for _ in range(10):
        told += [frame(data) for data in agent.say(signals.AudioOut(loud, RATE_HZ, "r"))]
        told += [frame(data, sent=True) for data in encoder.encode(acts.Speak(TONE), 0)]
    told += [frame(data) for s in (signals.AudioDone("r"), signals.TurnDone("r")) for data in agent.say(s)]
    before, after = observed(dialect, told), observed(dialect, [muter.frame(each) for each in told])
    sounds = [(one, other) for f, g in zip(before, after, strict=True) for one, other in zip(f, g, strict=True)]
    loudest = 0
    for one, other in sounds:
        if isinstance(one, signals.AudioIn | signals.AudioOut):
            assert isinstance(other, type(one))
            assert (len(other.pcm), other.rate_hz) == (len(one.pcm), one.rate_hz)
            loudest = max(loudest, np.abs(samples(other.pcm).astype(int)).max(initial=0))
        else:
            assert other == one
    assert any(isinstance(one, signals.AudioOut) for one, _ in sounds)
    assert loudest <= 8


def test_rewriting_without_a_change_changes_no_meaning(dialect: Any) -> None:
    frames = [each for each in a_call(dialect) if each.opcode in (Opcode.TEXT, Opcode.BINARY)]
    same = [Frame(each.direction, each.opcode, dialect.rewrite(each.data, lambda _, text: text), 0) for each in frames]
    assert observed(dialect, same) == observed(dialect, frames)


@pytest.mark.parametrize("name", MADE)
@given(data=ANYTHING)
@settings(max_examples=50)
def test_rewriting_never_raises_and_keeps_json_json(name: str, data: str | bytes) -> None:
    after = MADE[name].rewrite(data, lambda _, text: text[::-1])
    assert type(after) is type(data)
    try:
        parse(data)
    except ValueError:
        return
    parse(after)


@pytest.mark.parametrize("name", DIALECTS)
def test_a_target_gets_its_dialect_with_its_options(name: str) -> None:
    made = dialect_of(Target("t", name, Dial("ws://localhost/"), Place("m", 1, 1)))
    assert made.name == name == DIALECTS[name].name
    assert made.capabilities == DIALECTS[name]().capabilities


def test_a_target_that_asks_over_http_first_waits_for_nothing_by_default() -> None:
    dial = Dial("", http=HttpFirst("https://acme.test/", "data.url"))
    assert not dialect_of(Target("t", "template", dial, Place("m", 1, 1))).capabilities.announces_ready
    options: dict[str, Json] = {"ready": {"type": "go", "session_id": None}, "send_rate_hz": 8000}
    asked = dialect_of(Target("t", "template", dial, Place("m", 1, 1), options=options)).capabilities
    assert (asked.announces_ready, asked.input_rate_hz) == (True, 8000)
