import json

import pytest

from gate.core.jsons import Json
from gate.dialects.template.pattern import Pattern, Values

AUDIO = b"\x01\x02\xff\xfe"
AUDIO64 = "AQL//g=="


@pytest.mark.parametrize(
    ("template", "values", "frame"),
    [
        ('{"t":"audio","d":"{{audio_data}}"}', {"audio_data": AUDIO}, f'{{"t":"audio","d":"{AUDIO64}"}}'),
        ({"a": {"b": ["{{audio_data}}"]}}, {"audio_data": AUDIO}, f'{{"a":{{"b":["{AUDIO64}"]}}}}'),
        ({"d": "data:x;base64,{{audio_data}}"}, {"audio_data": AUDIO}, f'{{"d":"data:x;base64,{AUDIO64}"}}'),
        ("{{audio_data}}", {"audio_data": AUDIO}, AUDIO),
        ("{{text}}", {"text": "Hello"}, "Hello"),
        ({"session": "{{session}}"}, {"session": {"a": [1]}}, '{"session":{"a":[1]}}'),
        ({"s": "<{{session}}>"}, {"session": {"b": 1, "a": 2}}, '{"s":"<{\\"a\\":2,\\"b\\":1}>"}'),
        ({"id": "call {{call_id}} of {{name}}"}, {"call_id": "7", "name": "x"}, '{"id":"call 7 of x"}'),
        ({"r": "{{result}}", "e": "{{error}}"}, {"result": None}, '{"r":null,"e":null}'),
        ({"type": "cancel", "n": 1, "t": True}, {}, '{"type":"cancel","n":1,"t":true}'),
        ('["{{text}}"]', {"text": 'a "quote" {{text}}'}, '["a \\"quote\\" {{text}}"]'),
    ],
)  # fmt: skip
def test_a_template_is_filled_and_read_back(template: Json, values: Values, frame: str | bytes) -> None:
    pattern = Pattern.read(template)
    assert pattern.fill(values) == frame
    found = pattern.match(frame)
    assert found is not None
    assert {name: found[name] for name in values} == values | {
        name: AUDIO64 for name in values if name == "audio_data" and isinstance(frame, str)
    }


@pytest.mark.parametrize("template", ["", "hello {{text}}", "{{a}}{{b}}", '{"session": {{session}}}', "{'a': 1}"])
def test_a_text_that_is_no_template_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="neither JSON nor one placeholder alone"):
        Pattern.read(template)


@pytest.mark.parametrize(
    ("template", "frame"),
    [
        ({"type": "a"}, '{"type":"b"}'),
        ({"type": "a"}, "{}"),
        ({"type": "a"}, '["a"]'),
        ({"type": "a"}, "no json"),
        ({"type": "a"}, b'{"type":"a"}'),
        ({"final": True}, '{"final":1}'),
        ({"final": 1}, '{"final":true}'),
        ({"final": False}, '{"final":0}'),
        ({"n": None}, "{}"),
        (["{{text}}"], '["a","b"]'),
        ({"t": "{{text}}"}, '{"t":1}'),
        ({"s": "{{session}}"}, '{"s":"text"}'),
        ({"s": "<{{session}}>"}, '{"s":"<text>"}'),
        ({"d": "{{audio_data}}"}, '{"d":null}'),
        ({"d": "base64,{{audio_data}}"}, '{"d":"AQID"}'),
        ({"a": "{{text}}", "b": "{{text}}"}, '{"a":"x","b":"y"}'),
        ("{{audio_data}}", "text"),
        ("{{text}}", b"bytes"),
    ],
)
def test_a_frame_of_another_shape_does_not_match(template: Json, frame: str | bytes) -> None:
    assert Pattern.read(template).match(frame) is None


def test_what_a_frame_has_beside_the_template_is_passed_over() -> None:
    pattern = Pattern.read({"type": "t", "n": 1, "text": "{{text}}"})
    assert pattern.match('{"text":"x","n":1.0,"more":2,"type":"t"}') == {"text": "x"}


def test_text_over_lines_is_read_out_of_a_larger_one() -> None:
    assert Pattern.read({"t": "({{text}})"}).match(json.dumps({"t": "(a\nb)c)"})) == {"text": "a\nb)c"}


def test_signs_of_regular_expressions_stand_for_themselves() -> None:
    pattern = Pattern.read({"t": "a.*[{{text}}]+"})
    assert pattern.match('{"t":"a.*[x]+"}') == {"text": "x"}
    assert pattern.match('{"t":"abc[x]"}') is None


def test_a_reference_to_the_environment_stands_for_its_mask() -> None:
    pattern = Pattern.read({"key": "${env.KEY}", "d": "{{audio_data}}", "k": "k=${env.KEY};{{text}}"})
    frame = {"key": "[secret:KEY]", "d": AUDIO64, "k": "k=[secret:KEY];words"}
    assert pattern.match(json.dumps(frame)) == {"audio_data": AUDIO64, "text": "words"}
    assert pattern.match(json.dumps(frame | {"key": ""})) is None


def test_placeholders_are_those_that_are_filled() -> None:
    assert Pattern.read({"a": ["x {{text}} {{name}}"], "{{session}}": 1}).placeholders == {"text", "name"}
    assert Pattern.read("{{audio_data}}").placeholders == {"audio_data"}


def test_what_is_no_words_is_fixed() -> None:
    template = {
        "type": "t",
        "a.b": ["{{audio_data}}", "{{text}}"],
        "c": {"id": "x{{call_id}}", "r": "{{result}}"},
        "n": 1,
    }
    assert Pattern.read(template).fixed == {"type", "a\\.b.0", "c.id", "n"}


def test_a_template_that_asks_for_more_weighs_more() -> None:
    richer_first: list[Json] = [
        {"t": "m", "k": "stop", "text": "{{text}}"}, {"t": "m", "k": "stop"}, {"t": "m", "k": "a {{text}}"},
        {"t": "m", "k": "{{text}}"}, {"t": "m", "k": "{{result}}"}, {"t": "m"}, {}, "{{text}}",
    ]  # fmt: skip
    weights = [Pattern.read(template).weight for template in richer_first]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == len(weights)
