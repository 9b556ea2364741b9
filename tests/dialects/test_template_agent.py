import numpy as np
import pytest

from gate.audio.pcm import Samples, pack, samples
from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Closed,
    Other,
    Ready,
    Refused,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects.fields import Illegal
from gate.dialects.template.agent import Agent
from gate.dialects.template.dialect import Template
from gate.dialects.template.options import TemplateOptions


def tone(rate_hz: int) -> Samples:
    return (8000 * np.sin(2 * np.pi * 300 * np.arange(rate_hz) / rate_hz)).astype(np.int16)


def heard(on: Template, frames: list[str | bytes]) -> Samples:
    observer = on.observer()
    signals = [s for data in frames for s in observer.observe(Frame(Direction.RECEIVED, Opcode.TEXT, data, 0))]
    return samples(b"".join(signal.pcm for signal in signals if isinstance(signal, AudioOut)))


def say_in_pieces(agent: Agent, values: Samples, rate_hz: int) -> list[str | bytes]:
    size = rate_hz // 50
    pieces = [values[i : i + size] for i in range(0, len(values), size)]
    return [data for piece in pieces for data in agent.say(AudioOut(pack(piece), rate_hz))]


@pytest.mark.parametrize("wire_hz", [8000, 16000, 24000, 48000])
def test_a_response_is_resampled_as_one_and_whole(wire_hz: int) -> None:
    dialect = Template(TemplateOptions(receive_rate_hz=wire_hz))  # type: ignore[arg-type]
    agent = dialect.agent()
    for _ in range(2):
        frames = say_in_pieces(agent, tone(16000), 16000) + list(agent.say(AudioDone()))
        values = heard(dialect, frames)
        assert len(values) == wire_hz
        inner = slice(wire_hz // 20, -wire_hz // 20)
        assert np.max(np.abs(values[inner].astype(int) - tone(wire_hz)[inner])) < 20


def test_what_a_cancelled_response_held_back_is_not_said_in_the_next() -> None:
    dialect = Template()
    agent = dialect.agent()
    say_in_pieces(agent, tone(16000), 16000)
    agent.say(Cancelled())
    assert agent.say(AudioDone()) == ()
    silent = say_in_pieces(agent, np.zeros(16000, np.int16), 16000) + list(agent.say(AudioDone()))
    values = heard(dialect, silent)
    assert len(values) == 48000
    assert np.max(np.abs(values)) <= 1


def test_readiness_is_said_only_where_it_is_waited_for() -> None:
    assert Template().agent().say(Ready("s")) == ('{"type":"session_ready","session_id":"s"}',)
    assert Template(http_first=True).agent().say(Ready("s")) == ()


@pytest.mark.parametrize(
    "signal", [Asked(), Typed("x"), AudioIn(b"", 1), Refused(401), Closed(1), Violation("v"), Other()]
)
def test_what_is_not_the_agents_to_say_is_not_said(signal: Typed) -> None:
    assert Template().agent().say(signal) == ()


def test_init_alone_configures_and_beside_a_configure_message_it_does_not() -> None:
    init = {"agent": 7}
    alone = Template(TemplateOptions(init=init)).agent()
    assert alone.hear('{ "agent": 7.0 }') == (acts.Configure({}),)
    options = TemplateOptions.model_validate({"init": init, "send": {"configure": {"s": "{{session}}"}}})
    assert Template(options).agent().hear('{"agent":7}') == ()


def test_init_is_no_message_even_where_any_text_is_one() -> None:
    options = TemplateOptions.model_validate({"init": {"agent": 7}, "send": {"text": "{{text}}"}})
    agent = Template(options).agent()
    assert agent.hear('{"agent":7}') == (acts.Configure({}),)
    assert agent.hear("Hello") == (acts.Type("Hello"),)


@pytest.mark.parametrize(
    "data", ["", "garbage", "{}", "[]", '{"type":"audio_chunk"}', '{"type":"audio_chunk","data":1}', b"\0"]
)
def test_what_fits_no_template_is_illegal(data: str | bytes) -> None:
    with pytest.raises(Illegal, match="no known message"):
        Template(TemplateOptions(init={"a": 1})).agent().hear(data)


def test_audio_that_is_not_base64_is_illegal() -> None:
    with pytest.raises(Illegal, match="not base64"):
        Template().agent().hear('{"type":"audio_chunk","data":"?"}')
