from typing import Any

import pytest
from pydantic import ValidationError

from gate.dialects.template import options as template_options
from gate.dialects.template.dialect import Template
from gate.dialects.template.options import EVENTS, TemplateOptions


def options(**given: Any) -> TemplateOptions:
    return TemplateOptions.model_validate(given)


def test_the_defaults_are_those_of_the_providers_page() -> None:
    defaults = options()
    assert defaults.send_audio == '{"type":"audio_chunk","data":"{{audio_data}}"}'
    assert (defaults.type_path, defaults.audio_type, defaults.audio_path) == ("type", "audio_chunk", "data")
    assert (defaults.send_rate_hz, defaults.receive_rate_hz, defaults.encoding) == (16000, 48000, "pcm")
    assert defaults.init is None
    assert defaults.events == {}


def test_a_direct_call_waits_for_session_ready_with_an_id_and_http_first_does_not() -> None:
    direct, http_first = Template(), Template(http_first=True)
    assert direct.ready is not None
    assert (direct.ready.type, direct.ready.session_id) == ("session_ready", "session_id")
    assert direct.capabilities.announces_ready
    assert http_first.ready is None
    assert not http_first.capabilities.announces_ready
    assert "session.started" not in http_first.capabilities.shows


def test_readiness_can_be_asked_for_and_not() -> None:
    asked = Template(options(ready={"type": "hello", "session_id": None}), http_first=True)
    assert asked.ready is not None
    assert (asked.ready.type, asked.ready.session_id) == ("hello", None)
    assert Template(options(ready=False)).ready is None
    with pytest.raises(ValidationError):
        options(ready=True)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"send_audio": {"type": "audio"}}, "it must hold {{audio_data}}, which is where the audio goes"),
        ({"send_audio": {"{{audio_data}}": 1}}, "it must hold {{audio_data}}"),
        ({"send_audio": "audio {{audio_data}}"}, "it is neither JSON nor one placeholder alone"),
        ({"send_audio": {"d": "{{audio_data}}", "n": "{{seq}}"}}, "{{seq}} is no placeholder that is filled here"),
        ({"send": {"text": {"t": "{{txt}}"}}}, "{{txt}} is no placeholder that is filled here; did you mean 'text'?"),
        ({"send": {"text": {"type": "text"}}}, "it must hold {{text}}, which is where the text goes"),
        ({"send": {"cancel": {"id": "{{call_id}}"}}}, "{{call_id}} is no placeholder that is filled here; this"),
        ({"send": {"tool_result": "result {{result}}"}}, "it is neither JSON nor one placeholder alone"),
        ({"events": {"tool.call": {"name": "x"}}}, "an event needs `type:` or `where:` to be told from other messages"),
        ({"events": {"tool.cal": {"type": "x"}}}, "Input should be 'session.configured'"),
        ({"events": {"session.started": {"type": "x"}}}, "Input should be"),
        ({"events": {"tool.call": {"type": "x", "nmae": "y"}}}, "Extra inputs are not permitted"),
        ({"encoding": "opus"}, "Input should be 'pcm', 'mulaw', 'alaw', 'wav' or 'mp3'"),
        ({"send_encoding": "mp3"}, "Input should be 'pcm', 'mulaw', 'alaw' or 'wav'"),
        ({"send_rate_hz": 44100}, "Input should be 8000, 16000, 24000 or 48000"),
        ({"receive_rate_hz": 0}, "Input should be 8000, 16000, 24000 or 48000"),
        ({"init": "hello"}, "it is a text, and not of JSON"),
        ({"audio": "x"}, "Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_bad_options_are_refused_in_clear_words(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        options(**given)
    assert any(sentence in error["msg"] for error in refused.value.errors()), str(refused.value)


def test_mp3_without_its_decoder_is_refused_before_any_call(monkeypatch: pytest.MonkeyPatch) -> None:
    assert options(encoding="mp3").encoding == "mp3"
    monkeypatch.setattr(template_options, "find_spec", lambda name: None)
    with pytest.raises(ValidationError, match="a package that is not installed here: pip install miniaudio"):
        options(encoding="mp3")
    assert options(encoding="wav").encoding == "wav"


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"send": {"text": {"type": "audio_chunk", "data": "{{text}}"}}}, "send.text and send_audio"),
        ({"send_audio": '["{{audio_data}}"]', "send": {"text": '["{{text}}"]'}}, "send.text and send_audio"),
        ({"send": {"text": {"t": "m", "b": "{{text}}"}, "tool_result": {"t": "m", "b": "{{result}}"}}},
         "send.text and send.tool_result"),
        ({"send": {"configure": {"type": "x"}, "cancel": {"type": "x"}}}, "send.cancel and send.configure"),
    ],
)  # fmt: skip
def test_messages_that_cannot_be_told_apart_are_refused(given: dict[str, Any], names: str) -> None:
    with pytest.raises(ValidationError, match=f"{names} cannot be told apart"):
        options(**given)


@pytest.mark.parametrize(
    "send",
    [
        {"cancel": {"type": "stop"}, "goodbye": {"type": "stop"}},
        {"tool_result": {"t": "r", "o": "{{result}}"}, "tool_error": {"t": "r", "o": "{{error}}"}},
        {"tool_result": {"t": "r", "o": "{{result}}"}, "cancel": {"t": "r"}},
        {"configure": {"t": "m", "b": "{{session}}"}, "text": {"t": "m", "b": "{{text}}"}},
    ],
)
def test_messages_that_mean_the_same_or_differ_enough_are_not(send: dict[str, Any]) -> None:
    assert options(send=send).send


def test_init_may_be_pasted_as_a_text() -> None:
    assert options(init='{"agent": 7}').init == options(init={"agent": 7}).init == {"agent": 7}


def test_every_event_name_can_be_mapped() -> None:
    mapped = options(events={name: {"type": name} for name in EVENTS})
    assert Template(mapped).capabilities.shows == {
        *EVENTS, "session.started", "session.closed", "output_audio.delta",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("send", "answers", "cancels", "types", "shows_results"),
    [
        ({}, False, False, False, False),
        ({"tool_result": {"r": "{{result}}"}}, True, False, False, True),
        ({"cancel": {"type": "c"}}, False, True, False, False),
        ({"text": {"t": "{{text}}"}}, False, False, True, False),
    ],
)
def test_capabilities_follow_what_can_be_sent(
    send: Any, answers: bool, cancels: bool, types: bool, shows_results: bool
) -> None:
    can = Template(options(send=send)).capabilities
    assert (can.answers_tools, can.cancels, can.types, "tool.result" in can.shows) == (
        answers, cancels, types, shows_results,
    )  # fmt: skip


def test_capabilities_carry_rates_and_what_is_waited_for() -> None:
    can = Template(
        options(send_rate_hz=8000, receive_rate_hz=24000, events={"session.configured": {"type": "c"}})
    ).capabilities
    assert (can.input_rate_hz, can.output_rate_hz) == (8000, 24000)
    assert can.acknowledges_configuration
    assert can.configures_first
    assert not Template().capabilities.acknowledges_configuration
    assert not Template().capabilities.ends_turns
