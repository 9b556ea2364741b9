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
from gate.dialects.telnyx import Telnyx, TelnyxOptions

CALL = "0123456789abcdef0123456789abcdef"
STREAM = "01234567-89ab-cdef-0123-456789abcdef"
# developers.telnyx.com, "Stream call media over WebSocket"
START = (
    '{"event":"start","sequence_number":"1","start":{"user_id":"3E6F995F-85F7-4705-9741-53B116D28237",'
    '"call_control_id":"v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ",'
    '"call_session_id":"ff55a038-6f5d-11ef-9692-02420aeffb1f","from":"+13122010094","to":"+13122123456",'
    '"client_state":"aGF2ZSBhIG5pY2UgZGF5ID1d",'
    '"media_format":{"encoding":"PCMU","sample_rate":8000,"channels":1}},'
    '"stream_id":"32DE0DEA-53CB-4B21-89A4-9E1819C043BC"}'
)


def observed(data: str, sent: bool, **options: Any) -> list[Signal]:
    frame = Frame(Direction.SENT if sent else Direction.RECEIVED, Opcode.TEXT, data, 0)
    return list(Telnyx(TelnyxOptions(**options)).observer().observe(frame))


def sent(*does: Act, **options: Any) -> list[Any]:
    encoder = Telnyx(TelnyxOptions(**options)).encoder(CALL)
    return [json.loads(frame) for act in does for frame in encoder.encode(act, 0)]


def test_a_call_opens_with_connected_and_start() -> None:
    found = sent(acts.Configure({"metadata": {"name": "Jane"}}), client_state="have a nice day =]")
    assert found == [
        {"event": "connected", "version": "1.0.0"},
        {
            "event": "start",
            "sequence_number": "1",
            "start": {
                "user_id": "00000000-0000-0000-0000-000000000000",
                "call_control_id": f"v3:{CALL}",
                "call_session_id": STREAM,
                "from": "+15550100001",
                "to": "+15550100002",
                "client_state": "aGF2ZSBhIG5pY2UgZGF5ID1d",
                "custom_parameters": {"name": "Jane"},
                "media_format": {"encoding": "PCMU", "sample_rate": 8000, "channels": 1},
            },
            "stream_id": STREAM,
        },
    ]
    _, bare = sent(acts.Configure(), call_control_id="v3:mine")
    assert bare["start"]["call_control_id"] == "v3:mine"
    assert not {"client_state", "custom_parameters"} & set(bare["start"])


def test_what_follows_is_numbered_in_texts() -> None:
    found = sent(acts.Hush(160), acts.Hush(160), acts.Press("1"), acts.EchoMark("x"), acts.HangUp())
    assert found[1] == {
        "event": "media",
        "sequence_number": "2",
        "media": {
            "track": "inbound", "chunk": "2", "timestamp": "20", "payload": base64.b64encode(b"\xff" * 160).decode(),
        },
        "stream_id": STREAM,
    }  # fmt: skip
    assert found[2] == {
        "event": "dtmf", "stream_id": STREAM, "occurred_at": "2026-01-01T00:00:00.040000Z", "sequence_number": "3",
        "dtmf": {"digit": "1"},
    }  # fmt: skip
    assert found[3] == {"event": "mark", "sequence_number": "4", "mark": {"name": "x"}, "stream_id": STREAM}
    assert found[4]["stop"] == {"user_id": "00000000-0000-0000-0000-000000000000", "call_control_id": f"v3:{CALL}"}


def test_the_codec_may_be_a_law() -> None:
    _, start, media = sent(acts.Configure(), acts.Hush(2), codec="PCMA")
    assert start["start"]["media_format"]["encoding"] == "PCMA"
    assert base64.b64decode(media["media"]["payload"]) == b"\xd5\xd5"
    assert observed('{"event":"media","media":{"payload":"1dU="}}', False, codec="PCMA") == [
        AudioOut(pack(np.array([8, 8])), 8000)
    ]


@pytest.mark.parametrize(
    ("message", "sent", "signal"),
    [
        ('{"event":"media","media":{"payload":"//8A"}}', False, AudioOut(pack(np.array([0, 0, -32124])), 8000)),
        ('{"event":"mark","mark":{"name":"x"}}', False, Mark("x")),
        ('{"event":"clear"}', False, Cancelled()),
        ('{"event":"media","stream_id":"any","media":{"payload":""}}', False, Other("media")),
        ('{"event":"connected","version":"1.0.0"}', True, Other("connected")),
        (START, True, Asked({})),
        (
            (
                '{"event":"media","sequence_number":"4","media":{"track":"inbound","chunk":"2","timestamp":"5",'
                '"payload":"//8A"},"stream_id":"32DE0DEA-53CB-4B21-89A4-9E1819C043BC"}'
            ),
            True,
            AudioIn(pack(np.array([0, 0, -32124])), 8000),
        ),
        (
            (
                '{"event":"dtmf","stream_id":"32DE0DEA","occurred_at":"2025-06-05T08:54:19.698408Z","sequence_number":"5",'
                '"dtmf":{"digit":"1"}}'
            ),
            True,
            Pressed("1"),
        ),
        ('{"event":"mark","sequence_number":"6","mark":{"name":"x"},"stream_id":"32DE0DEA"}', True, MarkPlayed("x")),
        ('{"event":"stop","sequence_number":"5","stop":{"user_id":"3E"},"stream_id":"32DE0DEA"}', True, Other("stop")),
    ],
)
def test_what_crosses_the_wire(message: str, sent: bool, signal: Signal) -> None:
    assert observed(message, sent) == [signal]


@pytest.mark.parametrize(
    "message",
    ['{"event":"media","media":{"payload":"?"}}', '{"event":"mark"}', '{"media":{}}', '{"event":["clear"]}', "1"],
)
def test_what_the_protocol_does_not_allow_is_a_violation(message: str) -> None:
    assert isinstance(observed(message, False)[0], Violation)


def test_the_server_names_no_stream() -> None:
    agent = Telnyx().agent()
    assert agent.hear(START) == (acts.Configure({}),)
    found = [json.loads(each) for signal in (Mark("m"), Cancelled()) for each in agent.say(signal)]
    assert found == [{"event": "mark", "mark": {"name": "m"}}, {"event": "clear"}]
    (media,) = [json.loads(each) for each in agent.say(AudioOut(bytes(4), 8000))]
    assert media == {"event": "media", "media": {"payload": "//8="}}


def test_the_server_hears_the_codec_that_start_names_and_passes_over_errors() -> None:
    agent = Telnyx().agent()
    agent.hear(START.replace("PCMU", "PCMA"))
    assert agent.hear('{"event":"media","media":{"payload":"1dU="}}') == (acts.Speak(pack(np.array([8, 8]))),)
    error = (
        '{"event":"error","stream_id":"32DE0DEA","payload":'
        '{"code":100003,"title":"malformed_frame","detail":"x"}}'
    )  # fmt: skip
    assert agent.hear(error) == ()
    with pytest.raises(Illegal, match="OPUS"):
        agent.hear(START.replace("PCMU", "OPUS"))


@pytest.mark.parametrize("options", [{"codec": "G722"}, {"from_number": ""}, {"rate_hz": 16000}])
def test_mistakes_in_the_options_are_told(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TelnyxOptions.model_validate(options)
