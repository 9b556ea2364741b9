"""Literal messages after purecloudlabs/audiohook-reference-implementation (protocol/message.ts) and pipecat 1.14.0
(serializers/genesys.py)."""

import json
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gate.audio import g711
from gate.audio.pcm import pack
from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.plan import Dial
from gate.core.signals import (
    Asked,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    HungUp,
    Metadata,
    Other,
    Pressed,
    Ready,
    Signal,
    Violation,
)  # fmt: skip
from gate.dialects.fields import Illegal
from gate.dialects.genesys_audiohook.dialect import GenesysAudioHook, GenesysOptions
from gate.dialects.genesys_audiohook.encoder import Encoder

CALL = "0123456789abcdef0123456789abcdef"
ID = "01234567-89ab-cdef-0123-456789abcdef"
MEDIA = {"type": "audio", "format": "PCMU", "channels": ["external"], "rate": 8000}
OPEN = {"version": "2", "id": ID, "type": "open", "seq": 1, "serverseq": 0, "position": "PT0S", "parameters": {
    "organizationId": "d7934305-0972-4844-938e-9060eef73d05", "conversationId": ID, "language": "en-US",
    "participant": {"id": ID, "ani": "+1", "aniName": "A", "dnis": "+2"}, "media": [MEDIA],
    "inputVariables": {"queue": "x"}}}  # fmt: skip
SECOND = bytes(16_000)
S = 1_000_000_000


def server(kind: str, parameters: Any, seq: int = 1, **more: Any) -> dict[str, Any]:
    message = {"version": "2", "type": kind, "seq": seq, "clientseq": 1, "id": ID, "parameters": parameters}
    return message | more


def opened(**more: Any) -> dict[str, Any]:
    return server("opened", {"startPaused": False, "media": [MEDIA]}, **more)


def seen(*messages: Any) -> list[tuple[Signal, ...]]:
    """What each of the server's frames means, behind the gate's `open`."""
    observer = GenesysAudioHook().observer()
    observer.observe(Frame(Direction.SENT, Opcode.TEXT, json.dumps(OPEN), 0))
    found = []
    for message in messages:
        data = message if isinstance(message, bytes) else json.dumps(message)
        opcode = Opcode.BINARY if isinstance(data, bytes) else Opcode.TEXT
        found.append(observer.observe(Frame(Direction.RECEIVED, opcode, data, 0)))
    return found


def asked(*messages: Any) -> list[tuple[Signal, ...]]:
    """What each of the gate's frames means."""
    observer = GenesysAudioHook().observer()
    frames = [message if isinstance(message, str | bytes) else json.dumps(message) for message in messages]
    opcodes = [Opcode.BINARY if isinstance(data, bytes) else Opcode.TEXT for data in frames]
    return [observer.observe(Frame(Direction.SENT, op, data, 0)) for op, data in zip(opcodes, frames, strict=True)]


def told(encoder: Encoder, act: acts.Act, t_ns: int = 0) -> list[dict[str, Any]]:
    """The messages of an act, its audio left out."""
    return [json.loads(data) for data in encoder.encode(act, t_ns) if isinstance(data, str)]


def encoder(**options: Any) -> Encoder:
    return GenesysAudioHook(GenesysOptions.model_validate(options)).encoder(CALL)


def test_the_first_message_opens_the_session() -> None:
    on = encoder(ani="+49301234", custom_config={"a": 1})
    (message,) = told(on, acts.Configure({"language": "de-DE", "metadata": {"queue": "x", "n": 3}}))
    parameters = message.pop("parameters")
    assert message == {
        "version": "2", "id": ID, "type": "open", "seq": 1, "serverseq": 0, "position": "PT0.000S",
    }  # fmt: skip
    assert set(parameters.pop("participant")) == {"id", "ani", "aniName", "dnis"}
    assert len({parameters.pop("conversationId"), ID, parameters["organizationId"]}) == 3
    assert parameters == {
        "organizationId": "d7934305-0972-4844-938e-9060eef73d05", "media": [MEDIA], "language": "de-DE",
        "customConfig": {"a": 1}, "inputVariables": {"queue": "x", "n": "3"},
    }  # fmt: skip


def test_the_upgrade_names_organization_session_and_correlation() -> None:
    dial = Dial("ws://localhost/", (("X-API-KEY", "k"), ("audiohook-correlation-id", "mine")))
    headers = dict(GenesysAudioHook().dial(dial, {}, CALL).headers)
    assert headers == {
        "X-API-KEY": "k",
        "audiohook-correlation-id": "mine",
        "Audiohook-Organization-Id": "d7934305-0972-4844-938e-9060eef73d05",
        "Audiohook-Session-Id": ID,
    }


def test_audio_is_mu_law_in_binary_frames_both_ways() -> None:
    (frame,) = encoder().encode(acts.Speak(b"\x00\x10" * 4), 0)
    assert frame == g711.encode_mulaw(np.array([4096] * 4, dtype=np.int16))
    assert asked(frame) == [(AudioIn(pack(g711.decode_mulaw(frame)), 8000),)]
    assert seen(opened(), b"\xff\x00")[1] == (AudioOut(b"\x00\x00\x84\x82", 8000),)


def test_messages_are_numbered_and_say_where_in_the_audio_they_stand() -> None:
    on = encoder()
    on.encode(acts.Configure({}), 0)
    on.heard(Ready(ID))
    on.heard(Other("pong"))
    on.heard(Other("upgrade"))
    on.encode(acts.Hush(1200), 0)
    one, hash_key = told(on, acts.Press("1#"))
    assert (one["type"], one["seq"], one["serverseq"], one["position"]) == ("dtmf", 2, 2, "PT0.150S")
    assert (one["parameters"], hash_key["parameters"], hash_key["seq"]) == ({"digit": "1"}, {"digit": "#"}, 3)


def test_it_pings_after_a_second_and_then_every_five() -> None:
    on = encoder()
    kinds = [[message["type"] for message in told(on, acts.Speak(SECOND))] for _ in range(12)]
    assert [second for second, found in enumerate(kinds, start=1) if found == ["ping"]] == [1, 6, 11]


def test_it_tells_when_the_agents_audio_begins_to_play_and_when_it_was_played() -> None:
    on = encoder()
    frame = acts.Hush(160)

    def kinds(t_ns: int) -> list[str]:
        return [message["type"] for message in told(on, frame, t_ns)]

    assert kinds(0) == []
    on.heard(AudioOut(SECOND, 8000))
    on.heard(AudioOut(SECOND, 8000))
    assert kinds(S // 10) == ["playback_started"]
    assert kinds(S) == []
    assert kinds(2 * S) == ["playback_completed"]
    on.heard(AudioOut(SECOND, 8000))
    assert kinds(2 * S + 1) == ["playback_started"]
    on.heard(Cancelled())
    assert kinds(2 * S + 2) == ["playback_completed"]


def test_it_closes_before_it_hangs_up_but_not_where_the_line_is_cut() -> None:
    (message,) = told(encoder(), acts.HangUp())
    assert (message["type"], message["parameters"]) == ("close", {"reason": "end"})
    assert encoder().encode(acts.HangUp(None), 0) == ()


@pytest.mark.parametrize("signal", [Fault("error", "m"), Metadata({"disconnect": {"reason": "completed"}})])
def test_a_server_that_disconnects_is_answered_with_close_once_and_hears_no_more(signal: Signal) -> None:
    on = encoder()
    on.heard(signal)
    (message,) = told(on, acts.Hush(160))
    assert (message["type"], message["parameters"]) == ("close", {"reason": "disconnect"})
    assert on.encode(acts.Hush(160), 0) == on.encode(acts.HangUp(), 0) == ()


def test_while_it_is_paused_no_audio_goes_out_and_what_was_thrown_away_is_told() -> None:
    on = encoder()
    on.encode(acts.Configure({}), 0)
    on.encode(acts.Hush(1600), 0)
    on.heard(Ready(ID))
    on.heard(Other("pause"))
    (paused,) = [json.loads(frame) for frame in on.encode(acts.Hush(1600), 0)]
    assert (paused["type"], paused["parameters"], paused["position"]) == ("paused", {}, "PT0.200S")
    assert paused["serverseq"] == 2
    assert on.encode(acts.Speak(bytes(3200)), 0) == ()
    on.heard(Other("resume"))
    resumed, audio = on.encode(acts.Hush(1600), 0)
    assert json.loads(resumed)["parameters"] == {"start": "PT0.200S", "discarded": "PT0.400S"}
    assert json.loads(resumed)["position"] == "PT0.600S"
    assert audio == b"\xff" * 1600


def test_a_resume_of_what_is_not_paused_is_answered_too() -> None:
    on = encoder()
    on.heard(Other("resume"))
    (resumed,) = told(on, acts.Hush(160))
    assert (resumed["type"], resumed["parameters"]) == ("resumed", {"start": "PT0.000S", "discarded": "PT0.000S"})


def test_a_session_may_be_opened_paused() -> None:
    message = server("opened", {"startPaused": True, "media": [MEDIA]})
    signals = seen(message)[0]
    assert signals == (Ready(ID), Other("startPaused"))
    on = encoder()
    for signal in signals:
        on.heard(signal)
    (paused,) = on.encode(acts.Hush(160), 0)
    assert json.loads(paused)["type"] == "paused"
    assert json.loads(paused)["serverseq"] == 1


def test_opened_is_readiness() -> None:
    assert seen(opened()) == [(Ready(ID),)]
    assert asked(OPEN) == [(Asked({"language": "en-US", "metadata": {"queue": "x"}}),)]
    assert asked({**OPEN, "type": "dtmf", "parameters": {"digit": "5"}}) == [(Pressed("5"),)]


def test_a_barge_in_throws_audio_away_and_other_events_are_metadata() -> None:
    barge_in = {"entities": [{"type": "barge_in", "data": {}}]}
    transcript = {"entities": [{"type": "transcript", "data": {"id": "x"}}]}
    assert seen(opened(), server("event", barge_in, 2), server("event", transcript, 3))[1:] == [
        (Cancelled(),),
        (Metadata({"event": transcript}),),
    ]


def test_how_a_session_ends() -> None:
    done = {"reason": "completed", "outputVariables": {"intent": "billing"}}
    variables = {"outputVariables": {"intent": "billing"}}
    assert seen(opened(), server("disconnect", done, 2), server("closed", variables, 3))[1:] == [
        (Metadata({"disconnect": done}),),
        (Metadata({"closed": variables}), HungUp()),
    ]
    assert seen(server("disconnect", {"reason": "error", "info": "down"})) == [(Fault("error", "down"),)]
    assert seen(server("disconnect", {"reason": "unauthorized"})) == [(Fault("unauthorized", ""),)]
    assert seen(server("closed", {})) == [(HungUp(),)]


def test_pongs_and_the_like_mean_nothing() -> None:
    kinds = ["pong", "pause", "resume", "updated", "from the future"]
    assert seen(*(server(kind, {}, seq) for seq, kind in enumerate(kinds, start=1))) == [
        (Other(kind),) for kind in kinds
    ]


@pytest.mark.parametrize(
    ("message", "what"),
    [
        (opened(seq=2), "seq is 2, expected 1"),
        (opened(seq="1"), "seq is no whole number"),
        (opened(version="1"), "version is not '2'"),
        (opened(clientseq=2), "clientseq is 2, and the client's last message was 1"),
        (opened(clientseq=-1), "clientseq is -1, and the client's last message was 1"),
        (opened(id="another"), "id is not the session's"),
        (server("opened", {"media": [MEDIA, MEDIA]}), "media is not a list of the one that was chosen"),
        (
            server("opened", {"media": [{**MEDIA, "format": "L16"}]}),
            "media is not what was offered: PCMU at 8000 Hz, the external channel alone",
        ),
        (server("event", {"entities": {}}), "entities is no list of objects"),
        (server("disconnect", {}), "reason is missing, a text is due"),
        ({"version": "2"}, "type is missing, a text is due"),
    ],
)
def test_what_genesys_would_not_take_is_a_violation(message: Any, what: str) -> None:
    assert seen(message) == [(Violation(what),)]


def test_after_a_wrong_number_only_a_second_gap_is_another_violation() -> None:
    assert [type(found[0]) for found in seen(opened(seq=5), server("pong", {}, 6), server("pong", {}, 8))] == [
        Violation, Other, Violation
    ]  # fmt: skip


def test_the_agent_opens_what_was_offered_and_answers_pings_and_closes() -> None:
    half = GenesysAudioHook().agent()
    assert half.say(Ready("s")) == ()
    assert half.hear(json.dumps(OPEN)) == (acts.Configure({"language": "en-US", "metadata": {"queue": "x"}}),)
    (answer,) = half.say(Configured({}))
    assert json.loads(answer) == opened()
    (pong,) = half.hear(json.dumps({**OPEN, "type": "ping", "seq": 2, "parameters": {}}))
    assert json.loads(pong.frame) == server("pong", {}, 2, clientseq=2)  # type: ignore[union-attr]
    closed, over = half.hear(json.dumps({**OPEN, "type": "close", "seq": 3, "parameters": {"reason": "end"}}))
    assert json.loads(closed.frame) == server("closed", {}, 3, clientseq=3)  # type: ignore[union-attr]
    assert over == acts.HangUp()
    assert half.hear(b"\xff\xff") == (acts.Speak(bytes(4)),)


def test_the_agent_refuses_a_number_out_of_its_turn() -> None:
    half = GenesysAudioHook().agent()
    with pytest.raises(Illegal, match="seq is 2, expected 1"):
        half.hear(json.dumps({**OPEN, "seq": 2}))
    with pytest.raises(Illegal, match="not JSON"):
        half.hear("hello")


def test_words_are_masked_and_what_the_protocol_needs_is_not() -> None:
    entity = {"type": "transcript", "data": {"type": "t", "id": "words"}}
    event = server("event", {"entities": [entity]})
    after = json.loads(GenesysAudioHook().rewrite(json.dumps(event), lambda _, text: "***"))
    masked = {"type": "transcript", "data": {"type": "***", "id": "***"}}
    assert after == server("event", {"entities": [masked]})
    participant = json.loads(GenesysAudioHook().rewrite(json.dumps(OPEN), lambda _, text: "***"))["parameters"]
    assert participant["participant"] == {"id": ID, "ani": "***", "aniName": "***", "dnis": "***"}
    assert participant["media"] == [MEDIA]


@pytest.mark.parametrize("wrong", [{"organization_id": "acme"}, {"frame_ms": 5}, {"clientSecret": "x"}])
def test_options_that_are_none_are_told(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        GenesysOptions.model_validate(wrong)
