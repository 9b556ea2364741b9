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
from gate.dialects.fields import Illegal
from gate.dialects.plivo import Plivo, PlivoOptions

CALL = "0123456789abcdef0123456789abcdef"
STREAM = "01234567-89ab-cdef-0123-456789abcdef"
# Field by field as in plivo-stream-sdk-java: StreamEvent, StartEvent, StartData, MediaFormat.
START = (
    '{"event":"start","sequenceNumber":0,"start":{"callId":"c-1","streamId":"s-1","accountId":"MA1",'
    '"tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000},'
    '"customParameters":{"tier":"gold"}},"extra_headers":"{}"}'
)


def observed(*frames: tuple[str, bool], **options: Any) -> list[Signal]:
    observer = Plivo(PlivoOptions(**options)).observer()
    made = [Frame(Direction.SENT if sent else Direction.RECEIVED, Opcode.TEXT, data, 0) for data, sent in frames]
    return [signal for frame in made for signal in observer.observe(frame)]


def sent(*does: Act, **options: Any) -> list[Any]:
    encoder = Plivo(PlivoOptions(**options)).encoder(CALL)
    return [json.loads(frame) for act in does for frame in encoder.encode(act, 0)]


def test_a_call_opens_with_start_and_no_connected() -> None:
    assert sent(acts.Configure({"metadata": {"tier": "gold"}})) == [
        {
            "event": "start",
            "sequenceNumber": 0,
            "start": {
                "callId": STREAM,
                "streamId": STREAM,
                "accountId": "MA000000000000000000",
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000},
                "customParameters": {"tier": "gold"},
            },
            "extra_headers": "{}",
        }
    ]


def test_numbers_are_numbers_and_the_time_is_a_text() -> None:
    start, _, media, key, played, cleared, stop = sent(
        acts.Configure(), acts.Hush(160), acts.Hush(160), acts.Press("5"), acts.EchoMark("cp-1"), acts.Cleared(),
        acts.HangUp(), call_id="mine", account_id="MA1",
    )  # fmt: skip
    assert (start["start"]["callId"], start["start"]["accountId"]) == ("mine", "MA1")
    assert media == {
        "event": "media",
        "sequenceNumber": 2,
        "streamId": STREAM,
        "media": {
            "track": "inbound", "timestamp": "1767225600020", "chunk": 2,
            "payload": base64.b64encode(b"\xff" * 160).decode(),
        },
        "extra_headers": "{}",
    }  # fmt: skip
    assert key == {
        "event": "dtmf", "sequenceNumber": 3, "streamId": STREAM, "dtmf": {"digit": "5", "track": "inbound"},
    }  # fmt: skip
    assert played == {"event": "playedStream", "sequenceNumber": 4, "streamId": STREAM, "name": "cp-1"}
    assert cleared == {"event": "clearedAudio", "sequenceNumber": 5, "streamId": STREAM}
    assert (stop["event"], stop["sequenceNumber"], stop["streamId"]) == ("stop", 6, STREAM)


def test_checkpoints_of_cleared_audio_are_not_played() -> None:
    assert not Plivo().capabilities.echoes_cleared


def test_linear_audio_at_16_khz() -> None:
    start, media = sent(acts.Configure(), acts.Speak(pack(np.array([1, -2]))), encoding="pcm", rate_hz=16000)
    assert start["start"]["mediaFormat"] == {"encoding": "audio/x-l16", "sampleRate": 16000}
    assert base64.b64decode(media["media"]["payload"]) == b"\x01\x00\xfe\xff"
    odd = '{"event":"playAudio","media":{"contentType":"audio/x-l16","sampleRate":16000,"payload":"AAAA"}}'
    (found,) = observed((odd, False), encoding="pcm", rate_hz=16000)
    assert isinstance(found, Violation)
    assert "no whole number of 16-bit samples" in found.what


PLAY = '{"event":"playAudio","media":{"contentType":"audio/x-mulaw","sampleRate":8000,"payload":"//8A"}%s}'


@pytest.mark.parametrize(
    ("message", "sent", "signal"),
    [
        (PLAY % "", False, AudioOut(pack(np.array([0, 0, -32124])), 8000)),
        (PLAY % ',"streamId":"s-1"', False, AudioOut(pack(np.array([0, 0, -32124])), 8000)),
        (PLAY % ',"streamId":null', False, AudioOut(pack(np.array([0, 0, -32124])), 8000)),
        (PLAY.replace("//8A", "") % "", False, Other("playAudio")),
        ('{"event":"checkpoint","streamId":"s-1","name":"cp-1"}', False, Mark("cp-1")),
        ('{"event":"clearAudio","streamId":"s-1"}', False, Cancelled()),
        ('{"event":"sendDTMF","dtmf":"5"}', False, Other("sendDTMF")),
        (START, True, Asked({"metadata": {"tier": "gold"}})),
        (
            (
                '{"event":"media","sequenceNumber":2,"streamId":"s-1","media":{"track":"inbound",'
                '"timestamp":"1712345678000","chunk":1,"payload":"//8A"},"extra_headers":"{}"}'
            ),
            True,
            AudioIn(pack(np.array([0, 0, -32124])), 8000),
        ),
        (
            '{"event":"dtmf","sequenceNumber":3,"streamId":"s-1","dtmf":{"digit":"5","track":"inbound"}}',
            True,
            Pressed("5"),
        ),
        ('{"event":"playedStream","sequenceNumber":4,"streamId":"s-1","name":"cp-1"}', True, MarkPlayed("cp-1")),
        ('{"event":"clearedAudio","sequenceNumber":5,"streamId":"s-1"}', True, Other("clearedAudio")),
        ('{"event":"stop","sequenceNumber":6,"streamId":"s-1","reason":"x"}', True, Other("stop")),
    ],
)
def test_what_crosses_the_wire(message: str, sent: bool, signal: Signal) -> None:
    assert observed((message, sent)) == [signal]


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        (PLAY % ',"streamId":"s-2"', "streamId is 's-2', and this stream is 's-1'"),
        ('{"event":"checkpoint","streamId":"s-1"}', "name is missing"),
        ('{"event":"playAudio","payload":"//8A"}', "media.payload is missing"),
        ('{"type":"playAudio"}', "event is missing"),
        (PLAY.replace("x-mulaw", "opus") % "", "media.contentType is 'audio/opus', expected one of audio/x-mulaw"),
        (PLAY.replace("8000", '"fast"') % "", "media.sampleRate is 'fast', a rate in Hz is due"),
        (PLAY.replace("8000", "1e9") % "", "media.sampleRate is a number"),
        (PLAY.replace("8000", f'"{"9" * 5000}"') % "", "a rate in Hz is due"),
    ],
)
def test_what_the_protocol_does_not_allow_is_a_violation(message: str, wrong: str) -> None:
    *_, found = observed((START, True), (message, False))
    assert isinstance(found, Violation)
    assert wrong in found.what


def test_the_servers_audio_is_read_in_the_form_that_it_says() -> None:
    linear = PLAY.replace("x-mulaw", "x-l16").replace("8000", "24000").replace("//8A", "AgH+/w==") % ""
    assert observed((linear, False)) == [AudioOut(pack(np.array([258, -2])), 24000)]
    told_within = linear.replace('audio/x-l16","sampleRate":24000', 'audio/x-l16;rate=24000"')
    assert observed((told_within, False)) == [AudioOut(pack(np.array([258, -2])), 24000)]
    silent_on_it = '{"event":"playAudio","media":{"payload":"//8A"}}'
    assert observed((silent_on_it, False)) == [AudioOut(pack(np.array([0, 0, -32124])), 8000)]


def test_the_server_says_what_plivo_takes() -> None:
    agent = Plivo().agent()
    assert agent.hear(START) == (acts.Configure({"metadata": {"tier": "gold"}}),)
    said = (AudioOut(bytes(4), 8000), Mark("cp-1"), Cancelled())
    assert [json.loads(each) for signal in said for each in agent.say(signal)] == [
        {
            "event": "playAudio",
            "streamId": "s-1",
            "media": {"contentType": "audio/x-mulaw", "sampleRate": 8000, "payload": "//8="},
        },
        {"event": "checkpoint", "streamId": "s-1", "name": "cp-1"},
        {"event": "clearAudio", "streamId": "s-1"},
    ]
    assert agent.hear('{"event":"clearedAudio","sequenceNumber":5,"streamId":"s-1"}') == (acts.Cleared(),)
    assert agent.hear('{"event":"playedStream","sequenceNumber":4,"name":"cp-1"}') == (acts.EchoMark("cp-1"),)
    with pytest.raises(Illegal):
        agent.hear('{"event":"mark","mark":{"name":"x"}}')


@pytest.mark.parametrize(
    "options", [{"rate_hz": 16000}, {"encoding": "pcm", "rate_hz": 24000}, {"encoding": "alaw"}, {"account_id": "a b"}]
)
def test_mistakes_in_the_options_are_told(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PlivoOptions.model_validate(options)
