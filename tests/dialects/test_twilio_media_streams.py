import base64
import json
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gate.audio import g711
from gate.audio.pcm import pack, samples
from gate.core import acts
from gate.core.acts import Act
from gate.core.frames import Direction, Frame, Opcode
from gate.core.plan import Dial
from gate.core.signals import (
    Asked,
    AudioDone,
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
from gate.dialects.plivo import Plivo
from gate.dialects.twilio_media_streams import TwilioMediaStreams, TwilioOptions

CALL = "0123456789abcdef0123456789abcdef"
SILENCE = base64.b64encode(b"\xff" * 160).decode()
START = (
    '{"event":"start","sequenceNumber":"1","start":{"accountSid":"AC1","streamSid":"MZ18ad3ab5a668481ce02b83e7395059f0",'
    '"callSid":"CA1","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},'
    '"customParameters":{"FirstName":"Jane","LastName":"Doe"}},"streamSid":"MZ18ad3ab5a668481ce02b83e7395059f0"}'
)
MEDIA = '{"event":"media","streamSid":"MZ18ad3ab5a668481ce02b83e7395059f0","media":{"payload":"//8A"}}'


def observed(*frames: tuple[str | bytes, bool], **options: Any) -> list[Signal]:
    """The signals of frames of one call; True: the gate sent it."""
    observer = TwilioMediaStreams(TwilioOptions(**options)).observer()
    found: list[Signal] = []
    for data, sent in frames:
        opcode = Opcode.TEXT if isinstance(data, str) else Opcode.BINARY
        found += observer.observe(Frame(Direction.SENT if sent else Direction.RECEIVED, opcode, data, 0))
    return found


def sent(*does: Act, **options: Any) -> list[Any]:
    encoder = TwilioMediaStreams(TwilioOptions(**options)).encoder(CALL)
    return [json.loads(frame) for act in does for frame in encoder.encode(act, 0)]


def test_a_call_opens_with_connected_and_start() -> None:
    assert sent(acts.Configure({"metadata": {"name": "Jane", "vip": True, "age": 7, "tags": ["a"]}})) == [
        {"event": "connected", "protocol": "Call", "version": "1.0.0"},
        {
            "event": "start",
            "sequenceNumber": "1",
            "start": {
                "accountSid": "AC00000000000000000000000000000000",
                "streamSid": f"MZ{CALL}",
                "callSid": f"CA{CALL}",
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                "customParameters": {"name": "Jane", "vip": "true", "age": "7", "tags": '["a"]'},
            },
            "streamSid": f"MZ{CALL}",
        },
    ]


def test_audio_carries_its_number_and_its_time_on_a_clock_of_samples() -> None:
    first, second, third = sent(acts.Hush(160), acts.Speak(pack(np.zeros(160, np.int16))), acts.Hush(160))
    assert first == {
        "event": "media",
        "sequenceNumber": "1",
        "media": {"track": "inbound", "chunk": "1", "timestamp": "0", "payload": SILENCE},
        "streamSid": f"MZ{CALL}",
    }
    assert (second["media"]["chunk"], second["media"]["timestamp"]) == ("2", "20")
    assert (third["media"]["chunk"], third["media"]["timestamp"], third["sequenceNumber"]) == ("3", "40", "3")


def test_every_message_after_connected_is_numbered_and_keys_go_one_by_one() -> None:
    found = sent(acts.Configure(), acts.Hush(160), acts.Press("1#"), acts.EchoMark("my label"), acts.HangUp())
    assert [each.get("sequenceNumber") for each in found] == [None, "1", "2", "3", "4", "5", "6"]
    assert found[3] == {
        "event": "dtmf", "streamSid": f"MZ{CALL}", "sequenceNumber": "3",
        "dtmf": {"track": "inbound_track", "digit": "1"},
    }  # fmt: skip
    assert found[4]["dtmf"]["digit"] == "#"
    assert found[5] == {
        "event": "mark", "sequenceNumber": "5", "streamSid": f"MZ{CALL}", "mark": {"name": "my label"},
    }  # fmt: skip
    assert found[6] == {
        "event": "stop",
        "sequenceNumber": "6",
        "stop": {"accountSid": "AC00000000000000000000000000000000", "callSid": f"CA{CALL}"},
        "streamSid": f"MZ{CALL}",
    }


@pytest.mark.parametrize("act", [acts.Type("x"), acts.Answer("c", "n", 1), acts.Interrupt(), acts.Respond(),
                                 acts.Truncate(None, 1.0), acts.Cleared(), acts.Pong("p")])  # fmt: skip
def test_for_everything_else_twilio_has_no_word(act: Act) -> None:
    assert sent(act) == []


def test_the_ids_may_be_the_users_own() -> None:
    _, start = sent(acts.Configure(), account_sid="AC42", call_sid="CA42")
    assert (start["start"]["accountSid"], start["start"]["callSid"]) == ("AC42", "CA42")
    assert sent(acts.HangUp(), account_sid="AC42", call_sid="CA42")[0]["stop"] == {
        "accountSid": "AC42", "callSid": "CA42",
    }  # fmt: skip


FROM_THE_SERVER: list[tuple[str, Signal]] = [
    ('{"event":"media","streamSid":"MZ1","media":{"payload":"//8A"}}', AudioOut(pack(np.array([0, 0, -32124])), 8000)),
    ('{"event":"mark","streamSid":"MZ1","mark":{"name":"my label"}}', Mark("my label")),
    ('{"event":"clear","streamSid":"MZ1"}', Cancelled()),
    ('{"event":"whatever","streamSid":"MZ1"}', Other("whatever")),
]
FROM_THE_GATE: list[tuple[str, Signal]] = [
    ('{"event":"connected","protocol":"Call","version":"1.0.0"}', Other("connected")),
    (START, Asked({"metadata": {"FirstName": "Jane", "LastName": "Doe"}})),
    ('{"event":"start","start":{"streamSid":"MZ1"},"streamSid":"MZ1"}', Asked({})),
    (
        '{"event":"media","sequenceNumber":"3","media":{"track":"inbound","chunk":"1","timestamp":"5","payload":"//8A"}}',
        AudioIn(pack(np.array([0, 0, -32124])), 8000),
    ),
    (
        '{"event":"dtmf","streamSid":"MZ1","sequenceNumber":"5","dtmf":{"track":"inbound_track","digit":"1"}}',
        Pressed("1"),
    ),
    ('{"event":"mark","sequenceNumber":"4","streamSid":"MZ1","mark":{"name":"my label"}}', MarkPlayed("my label")),
    ('{"event":"stop","sequenceNumber":"5","stop":{"accountSid":"AC1","callSid":"CA1"}}', Other("stop")),
]


@pytest.mark.parametrize(("message", "signal"), FROM_THE_SERVER)
def test_what_the_server_says(message: str, signal: Signal) -> None:
    assert observed((message, False)) == [signal]


@pytest.mark.parametrize(("message", "signal"), FROM_THE_GATE)
def test_what_the_gate_says(message: str, signal: Signal) -> None:
    assert observed((message, True)) == [signal]


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        ('{"event":"media","streamSid":"MZother","media":{"payload":"//8A"}}', "streamSid is 'MZother'"),
        ('{"event":"media","media":{"payload":"//8A"}}', "streamSid is missing: a media must name its stream"),
        ('{"event":"clear"}', "streamSid is missing"),
        ('{"event":"mark","streamSid":7,"mark":{"name":"x"}}', "streamSid is a number"),
        (MEDIA.replace("//8A", "not base64!"), "media.payload is not base64"),
        (MEDIA.replace('{"payload":"//8A"}', '"//8A"'), "media.payload is missing"),
        (MEDIA.replace('"media":', '"mark":', 1).replace('"event":"media"', '"event":"mark"'), "mark.name is missing"),
        ('{"streamSid":"MZ1"}', "event is missing"),
        ('{"event":1}', "event is a number"),
        ("[]", "an object is due"),
        (b"\x00", "a binary frame"),
    ],
)
def test_what_the_protocol_does_not_allow_is_a_violation(message: str | bytes, wrong: str) -> None:
    *_, found = observed((START, True), (message, False))
    assert isinstance(found, Violation)
    assert wrong in found.what


def test_a_stream_that_start_names_is_the_only_one_that_counts() -> None:
    assert isinstance(observed((START, True), (MEDIA, False))[1], AudioOut)
    renamed = START.replace("MZ18ad", "MZ0000")
    assert isinstance(observed((renamed, True), (MEDIA, False))[1], Violation)


@pytest.mark.parametrize(
    ("encoding", "rate_hz", "name", "payload"),
    [("mulaw", 8000, "audio/x-mulaw", b"\xff" * 4), ("alaw", 8000, "audio/x-alaw", b"\xd5" * 4),
     ("pcm", 24000, "audio/x-l16", bytes(8))],
)  # fmt: skip
def test_a_look_alike_may_send_another_form_of_audio(encoding: str, rate_hz: int, name: str, payload: bytes) -> None:
    _, start, media = sent(acts.Configure(), acts.Hush(4), encoding=encoding, rate_hz=rate_hz)
    assert start["start"]["mediaFormat"] == {"encoding": name, "sampleRate": rate_hz, "channels": 1}
    assert base64.b64decode(media["media"]["payload"]) == payload
    can = TwilioMediaStreams(TwilioOptions(encoding=encoding, rate_hz=rate_hz)).capabilities  # type: ignore[arg-type]
    assert (can.input_rate_hz, can.output_rate_hz) == (rate_hz, rate_hz)
    (heard,) = observed((json.dumps(media), True), encoding=encoding, rate_hz=rate_hz)
    assert isinstance(heard, AudioIn)
    assert (len(heard.pcm), heard.rate_hz) == (8, rate_hz)


def test_the_server_learns_the_stream_and_the_form_of_audio_from_start() -> None:
    agent = TwilioMediaStreams().agent()
    l16 = START.replace("audio/x-mulaw", "audio/x-l16").replace("8000", "16000")
    assert agent.hear(l16) == (acts.Configure({"metadata": {"FirstName": "Jane", "LastName": "Doe"}}),)
    tone = pack((np.sin(np.arange(3200) / 5) * 8000).astype(np.int16))
    said = [json.loads(each) for each in (*agent.say(AudioOut(tone, 16000)), *agent.say(AudioDone()))]
    assert {each["streamSid"] for each in said} == {"MZ18ad3ab5a668481ce02b83e7395059f0"}
    assert b"".join(base64.b64decode(each["media"]["payload"]) for each in said) == tone
    media = json.dumps({"event": "media", "media": {"payload": base64.b64encode(tone).decode()}})
    heard = [act for _ in range(10) for act in agent.hear(media)]
    assert all(isinstance(act, acts.Speak) for act in heard)
    total = sum(len(samples(act.pcm)) for act in heard if isinstance(act, acts.Speak))
    assert 14_400 < total <= 16_000, "the mind hears 8 kHz, whatever the wire carries"


def test_the_server_says_what_twilio_takes() -> None:
    agent = TwilioMediaStreams().agent()
    agent.hear(START)
    sid = "MZ18ad3ab5a668481ce02b83e7395059f0"
    tone = (np.sin(np.arange(800) / 5) * 8000).astype(np.int16)
    (media,) = [json.loads(each) for each in agent.say(AudioOut(pack(tone), 8000))]
    assert media == {"event": "media", "streamSid": sid, "media": {"payload": media["media"]["payload"]}}
    assert base64.b64decode(media["media"]["payload"]) == g711.encode_mulaw(tone)
    assert [json.loads(each) for signal in (Mark("m-1"), Cancelled()) for each in agent.say(signal)] == [
        {"event": "mark", "streamSid": sid, "mark": {"name": "m-1"}},
        {"event": "clear", "streamSid": sid},
    ]


@pytest.mark.parametrize(
    "message",
    ['{"event":"nonsense"}', "{", b"\x00", START.replace("audio/x-mulaw", "audio/opus"), START.replace("8000", '"x"')],
)
def test_the_server_refuses_what_twilio_never_sends(message: str | bytes) -> None:
    with pytest.raises(Illegal):
        TwilioMediaStreams().agent().hear(message)


# What Twilio's own RequestValidator("12345") computes for wss://mycompany.com/myapp and no parameters.
TOKEN = "12345"


def dialled(url: str, *headers: tuple[str, str], query: tuple[tuple[str, str], ...] = (), **options: Any) -> Dial:
    return TwilioMediaStreams(TwilioOptions(**options)).dial(Dial(url, headers, query=query), {}, CALL)


def test_the_signature_is_over_the_address_as_twilio_dials_it() -> None:
    secure = dialled("wss://mycompany.com/myapp", ("X-Twilio-Signature", TOKEN))
    assert secure.headers == (("x-twilio-signature", "J/JKmcbpZKEME3GHV3oonGIlDmM="),)
    assert dialled("ws://mycompany.com/myapp", ("X-Twilio-Signature", TOKEN)).headers == secure.headers
    proxied = dialled("ws://127.0.0.1:1/x", ("X-Twilio-Signature", TOKEN), public_url="wss://mycompany.com/myapp")
    assert proxied.headers == secure.headers
    assert dialled("wss://mycompany.com/other", ("X-Twilio-Signature", TOKEN)).headers != secure.headers
    asked = dialled("wss://mycompany.com/myapp", ("X-Twilio-Signature", TOKEN), query=(("k", "v"),))
    assert asked.headers == dialled("wss://mycompany.com/myapp?k=v", ("X-Twilio-Signature", TOKEN)).headers


def test_without_a_token_nothing_is_signed_and_other_headers_stay() -> None:
    assert dialled("wss://mycompany.com/myapp", ("Authorization", "Bearer x")).headers == (
        ("Authorization", "Bearer x"),
    )


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"public_url": "mycompany.com"}, "an address is due"),
        ({"encoding": "mulaw", "rate_hz": 16000}, "goes with rate_hz 8000"),
        ({"rate_hz": 44100}, "8000, 16000 or 24000"),
        ({"encoding": "mp3"}, "'mulaw', 'alaw' or 'pcm'"),
        ({"call_sid": ""}, "pattern"),
        ({"auth_token": "x"}, "Extra inputs"),
    ],
)
def test_mistakes_in_the_options_are_told(options: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        TwilioOptions.model_validate(options)


def test_an_address_by_name_is_taken_as_it_is() -> None:
    assert TwilioOptions.model_validate({"public_url": "${env.PUBLIC_URL}"}).public_url == "${env.PUBLIC_URL}"


def test_parameters_that_twilio_would_not_carry_are_told() -> None:
    mistakes = TwilioMediaStreams().session_mistakes
    assert mistakes({"metadata": {"a": "x" * 498}}) == ()
    assert mistakes({"metadata": {"a": "x" * 499}}) == (
        "session.metadata.a and its value have 500 characters, at most 499 fit",
    )
    assert Plivo().session_mistakes({"metadata": {"a": "x" * 499}}) == ()
