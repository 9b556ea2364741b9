import base64
import json
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gate.audio.pcm import pack
from gate.core import acts
from gate.core.acts import Act
from gate.core.frames import Direction, Frame, Opcode
from gate.core.plan import Dial
from gate.core.signals import (
    Asked,
    AudioIn,
    AudioOut,
    Cancelled,
    Mark,
    MarkPlayed,
    Other,
    Pressed,
    Signal,
    Violation,
)
from gate.dialects.exotel import Exotel, ExotelOptions
from gate.dialects.fields import Illegal

CALL = "0123456789abcdef0123456789abcdef"
# As Exotel shows it on its page on the WebSocket protocol of AgentStream.
START = (
    '{"event":"start","sequence_number":"1","stream_sid":"s-1","start":{"stream_sid":"s-1","call_sid":"c-1",'
    '"account_sid":"a-1","from":"+911234567890","to":"+910987654321","custom_parameters":{"k":"v"},'
    '"media_format":{"encoding":"audio/x-raw","sample_rate":"8000","bit_rate":"16"}}}'
)


def observed(*frames: tuple[str, bool], **options: Any) -> list[Signal]:
    observer = Exotel(ExotelOptions(**options)).observer()
    made = [Frame(Direction.SENT if sent else Direction.RECEIVED, Opcode.TEXT, data, 0) for data, sent in frames]
    return [signal for frame in made for signal in observer.observe(frame)]


def sent(*does: Act, **options: Any) -> list[Any]:
    encoder = Exotel(ExotelOptions(**options)).encoder(CALL)
    return [json.loads(frame) for act in does for frame in encoder.encode(act, 0)]


def test_a_call_opens_with_connected_and_start() -> None:
    assert sent(acts.Configure({"metadata": {"k": "v"}}), account_sid="a-1", call_sid="c-1", rate_hz=16000) == [
        {"event": "connected"},
        {
            "event": "start",
            "sequence_number": "1",
            "stream_sid": CALL,
            "start": {
                "stream_sid": CALL,
                "call_sid": "c-1",
                "account_sid": "a-1",
                "from": "+15550100001",
                "to": "+15550100002",
                "custom_parameters": {"k": "v"},
                "media_format": {"encoding": "audio/x-raw", "sample_rate": "16000", "bit_rate": "16"},
            },
        },
    ]


@pytest.mark.parametrize("rate_hz", [8000, 16000, 24000])
def test_audio_is_linear_in_messages_of_100_ms_and_multiples_of_320_bytes(rate_hz: int) -> None:
    can = Exotel(ExotelOptions(rate_hz=rate_hz)).capabilities  # type: ignore[arg-type]
    assert (can.frame_ms, can.input_rate_hz) == (100, rate_hz)
    _, media = sent(acts.Hush(rate_hz // 10), acts.Speak(pack(np.full(rate_hz // 10, 258))), rate_hz=rate_hz)
    payload = base64.b64decode(media["media"].pop("payload"))
    assert media == {
        "event": "media", "sequence_number": "2", "stream_sid": CALL, "media": {"chunk": "2", "timestamp": "100"},
    }  # fmt: skip
    assert payload == b"\x02\x01" * (rate_hz // 10)
    assert len(payload) % 320 == 0


def test_keys_marks_and_the_end() -> None:
    key, mark, stop = sent(acts.Press("5"), acts.EchoMark("m"), acts.HangUp())
    assert key == {
        "event": "dtmf", "sequence_number": "1", "stream_sid": CALL, "dtmf": {"digit": "5", "duration": "100"},
    }  # fmt: skip
    assert mark == {"event": "mark", "sequence_number": "2", "stream_sid": CALL, "mark": {"name": "m"}}
    assert (stop["event"], stop["stop"]["call_sid"], stop["stop"]["account_sid"]) == ("stop", CALL, "voxgate")


@pytest.mark.parametrize(
    ("message", "sent", "signal"),
    [
        ('{"event":"media","stream_sid":"s-1","media":{"payload":"AgH+/w=="}}', False, "out"),
        ('{"event":"media","streamSid":"s-1","media":{"payload":"AgH+/w==","chunk":1,"timestamp":"0"}}', False, "out"),
        ('{"event":"media","stream_sid":null,"streamSid":"s-1","media":{"payload":"AgH+/w=="}}', False, "out"),
        ('{"event":"mark","stream_sid":"s-1","mark":{"name":"m"}}', False, Mark("m")),
        ('{"event":"clear","streamSid":"s-1"}', False, Cancelled()),
        ('{"event":"connected"}', True, Other("connected")),
        (START, True, Asked({"metadata": {"k": "v"}})),
        (
            (
                '{"event":"media","sequence_number":"3","stream_sid":"s-1",'
                '"media":{"chunk":"2","timestamp":"200","payload":"AgH+/w=="}}'
            ),
            True,
            "in",
        ),
        (
            '{"event":"dtmf","sequence_number":"7","stream_sid":"s-1","dtmf":{"digit":"5","duration":"100"}}',
            True,
            Pressed("5"),
        ),
        ('{"event":"mark","sequence_number":"15","stream_sid":"s-1","mark":{"name":"m"}}', True, MarkPlayed("m")),
        ('{"event":"stop","sequence_number":"9","stream_sid":"s-1","stop":{}}', True, Other("stop")),
    ],
)
def test_what_crosses_the_wire(message: str, sent: bool, signal: Signal | str) -> None:
    pcm = pack(np.array([258, -2]))
    audio: dict[Any, Signal] = {"out": AudioOut(pcm, 8000), "in": AudioIn(pcm, 8000)}
    assert observed((message, sent)) == [audio[signal] if isinstance(signal, str) else signal]


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        ('{"event":"media","stream_sid":"s-2","media":{"payload":"AAA="}}', "stream_sid is 's-2'"),
        ('{"event":"media","streamSid":"s-2","media":{"payload":"AAA="}}', "streamSid is 's-2'"),
        ('{"event":"clear"}', "stream_sid is missing"),
        ('{"event":"clear","stream_sid":null}', "stream_sid is missing"),
        ('{"event":"media","stream_sid":"s-1","media":{"payload":"AAAA"}}', "no whole number of 16-bit samples"),
    ],
)
def test_what_the_protocol_does_not_allow_is_a_violation(message: str, wrong: str) -> None:
    *_, found = observed((START, True), (message, False))
    assert isinstance(found, Violation)
    assert wrong in found.what


def test_the_server_learns_the_rate_from_start_and_names_the_stream() -> None:
    agent = Exotel().agent()
    assert agent.hear(START.replace("8000", "16000")) == (acts.Configure({"metadata": {"k": "v"}}),)
    (media,) = [json.loads(each) for each in agent.say(AudioOut(pack(np.array([258, -2])), 16000))]
    assert media == {"event": "media", "stream_sid": "s-1", "media": {"payload": "AgH+/w=="}}
    (clear,) = [json.loads(each) for each in agent.say(Cancelled())]
    assert clear == {"event": "clear", "stream_sid": "s-1"}
    with pytest.raises(Illegal, match="a rate in Hz is due"):
        agent.hear(START.replace("8000", "fast"))


def test_the_address_says_a_rate_that_is_not_the_usual_one() -> None:
    plain = Dial("wss://agent.example/exotel")
    assert Exotel().dial(plain, {}, CALL) == plain
    fast = Exotel(ExotelOptions(rate_hz=24000))
    assert fast.dial(plain, {}, CALL).query == (("sample-rate", "24000"),)
    said = Dial("wss://agent.example/exotel?sample-rate=24000")
    assert fast.dial(said, {}, CALL) == said


@pytest.mark.parametrize("options", [{"rate_hz": 11025}, {"encoding": "mulaw"}, {"to_number": ""}])
def test_mistakes_in_the_options_are_told(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ExotelOptions.model_validate(options)
