from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import AudioDone, AudioIn, AudioOut, Cancelled, Closed, Other, Refused, Signal, Transcript
from gate.dialects.fields import Illegal
from gate.dialects.raw_pcm import RawPcm, RawPcmOptions

HALF = (Other("audio that the next frame completes"),)


def dialect(**options: Any) -> RawPcm:
    return RawPcm(RawPcmOptions.model_validate(options))


def seen(on: RawPcm, *data: str | bytes, sent: bool = False) -> list[tuple[Signal, ...]]:
    observer = on.observer()
    direction = Direction.SENT if sent else Direction.RECEIVED
    opcodes = [Opcode.BINARY if isinstance(each, bytes) else Opcode.TEXT for each in data]
    return [observer.observe(Frame(direction, op, each, 0)) for op, each in zip(opcodes, data, strict=True)]


def test_a_binary_frame_is_samples_at_16_khz_by_default() -> None:
    on = RawPcm()
    assert (on.capabilities.input_rate_hz, on.capabilities.output_rate_hz, on.capabilities.frame_ms) == (
        16000,
        16000,
        20,
    )
    assert seen(on, b"\x01\0\x02\0") == [(AudioOut(b"\x01\0\x02\0", 16000),)]
    assert seen(on, b"\x01\0\x02\0", sent=True) == [(AudioIn(b"\x01\0\x02\0", 16000),)]


def test_a_sample_that_is_cut_in_two_is_put_together_again() -> None:
    found = seen(RawPcm(), b"\x01", b"\0\x02", b"\0", b"", b"\x03\0\x04\0\x05")
    assert found == [HALF, (AudioOut(b"\x01\0", 16000),), (AudioOut(b"\x02\0", 16000),), HALF,
                     (AudioOut(b"\x03\0\x04\0", 16000),)]  # fmt: skip


def test_each_way_has_a_half_sample_of_its_own() -> None:
    observer = RawPcm().observer()
    observer.observe(Frame(Direction.SENT, Opcode.BINARY, b"\x01", 0))
    found = observer.observe(Frame(Direction.RECEIVED, Opcode.BINARY, b"\x02\0", 0))
    assert found == (AudioOut(b"\x02\0", 16000),)


def test_text_is_no_violation_and_means_nothing() -> None:
    assert seen(RawPcm(), "ready", '{"type":"session.started"}', "") == [(Other("text"),)] * 3


def test_what_is_around_the_socket_is_seen() -> None:
    observer = RawPcm().observer()
    upgrade = Frame(Direction.RECEIVED, Opcode.UPGRADE, '{"status":401,"headers":[],"body":"no"}', 0)
    closed = Frame(Direction.RECEIVED, Opcode.CLOSE, '{"code":1000,"reason":"bye"}', 0)
    assert observer.observe(upgrade) == (Refused(401, "no"),)
    assert observer.observe(closed) == (Closed(1000, "bye"),)


def test_g711_is_one_byte_a_sample_and_may_differ_by_direction() -> None:
    on = dialect(encoding="alaw", send_encoding="mulaw", send_rate_hz=8000)
    assert seen(on, b"\xff\x7f", sent=True) == [(AudioIn(b"\0\0\0\0", 8000),)]
    assert seen(on, b"\xd5") == [(AudioOut(b"\x08\0", 8000),)]
    assert on.encoder().encode(acts.Hush(160), 0) == (b"\xff" * 160,)


def test_the_rates_may_differ_by_direction() -> None:
    on = dialect(send_rate_hz=16000, receive_rate_hz=24000)
    assert seen(on, b"\0\0") == [(AudioOut(b"\0\0", 24000),)]
    assert on.capabilities.output_rate_hz == 24000


def test_the_caller_only_speaks_and_is_silent() -> None:
    encoder = RawPcm().encoder()
    assert encoder.encode(acts.Speak(b"\x01\0"), 0) == (b"\x01\0",)
    assert encoder.encode(acts.Hush(2), 0) == (b"\0\0\0\0",)
    assert encoder.encode(acts.Send("{"), 0) == ("{",)
    for act in (acts.Configure({"voice": "x"}), acts.Type("x"), acts.Answer("c", "n"), acts.Cleared(), acts.HangUp()):
        assert encoder.encode(act, 0) == ()


def test_the_agent_hears_samples_and_refuses_text() -> None:
    agent = RawPcm().agent()
    assert agent.hear(b"\x01") == ()
    assert agent.hear(b"\0\x02\0") == (acts.Speak(b"\x01\0\x02\0"),)
    with pytest.raises(Illegal, match="a text frame"):
        agent.hear("{}")


def test_the_agent_says_audio_at_the_rate_of_the_wire_to_its_last_sample() -> None:
    agent = dialect(receive_rate_hz=8000).agent()
    said = [agent.say(AudioOut(bytes(3200), 16000)), agent.say(AudioDone()), agent.say(Transcript("agent", "x", True))]
    assert sum(len(frame) for frames in said for frame in frames) == 1600
    assert said[2] == ()


def test_the_agent_forgets_what_it_had_not_said_when_it_is_cut() -> None:
    agent = dialect(receive_rate_hz=8000).agent()
    agent.say(AudioOut(bytes(3200), 16000))
    assert agent.say(Cancelled()) == ()
    assert agent.say(AudioDone()) == ()


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"encoding": "opus"}, "'pcm', 'mulaw' or 'alaw'"),
        ({"send_rate_hz": 16}, "16000"),
        ({"send_rate_hz": 22050, "frame_ms": 11}, "11 ms at 22050 Hz are no whole number of samples"),
        ({"frame_ms": 0}, "greater than or equal to 10"),
        ({"rate": 16000}, "Extra inputs are not permitted"),
    ],
)
def test_mistakes_in_the_options_are_told(options: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        dialect(**options)
