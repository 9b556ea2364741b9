"""Reading and rewriting a provider's JSON."""

import binascii
import json
from base64 import b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gate.core.jsons import DEEPEST, Json
from gate.core.paths import ABSENT
from gate.dialects import fields
from gate.dialects.fields import Illegal

SECRET = "s3cr3t-value"


def mask(_path: str, text: str) -> str:
    return text.replace(SECRET, "[x]")


def rewritten(data: str | bytes, *opaque: str) -> str | bytes:
    return fields.rewrite(data, mask, set(opaque).__contains__)


@pytest.mark.parametrize(
    ("found", "arguments"),
    [
        ({"b": 1, "a": 2}, ({"b": 1, "a": 2}, '{"a":2,"b":1}')),
        ('{"a": 1}', ({"a": 1}, '{"a": 1}')),
        ("[1]", (None, "[1]")),
        ("{broken", (None, "{broken")),
        ('{"a": NaN}', (None, '{"a": NaN}')),
        ("", ({}, "")),
        (" ", ({}, " ")),
        (None, (None, "null")),
        (7, (None, "7")),
        (ABSENT, (None, "")),
    ],
)
def test_arguments_are_an_object_or_the_text_of_one(found: Json, arguments: tuple[Json, str]) -> None:
    assert fields.arguments(found) == arguments


def test_a_number_counts_as_the_text_of_an_id_and_a_truth_value_does_not() -> None:
    assert fields.maybe_text({"id": 7}, "id") == "7"
    assert fields.maybe_text({"id": None}, "id") is fields.maybe_text({}, "id") is None
    for wrong in (True, 1.5, [], {}):
        with pytest.raises(Illegal, match="id is"):
            fields.maybe_text({"id": wrong}, "id")


def test_a_whole_number_is_no_text_no_fraction_and_no_truth_value() -> None:
    assert fields.number({"a": {"n": 7}}, "a.n") == 7
    for wrong in ({}, {"n": "7"}, {"n": 7.0}, {"n": True}, {"n": None}):
        with pytest.raises(Illegal, match="n is no whole number"):
            fields.number(wrong, "n")  # type: ignore[arg-type]


def test_a_frame_that_is_too_deep_is_illegal_and_not_a_crash() -> None:
    with pytest.raises(Illegal, match="not JSON: nested too deep"):
        fields.payload('{"a":' * 50_000)


def test_the_reason_does_not_move_with_what_was_masked() -> None:
    def reason(frame: str) -> str:
        with pytest.raises(Illegal) as illegal:
            fields.payload(frame)
        return str(illegal.value)

    assert reason(f'{{"a":"{SECRET}" oops') == reason('{"a":"[x]" oops')


def test_half_a_surrogate_pair_stays_an_escape_that_can_be_sent() -> None:
    assert fields.dump({"a": "\ud800ä"}).encode() == b'{"a":"\\ud800\\u00e4"}'
    assert fields.dump({"a": "ä😀"}) == '{"a":"ä😀"}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f'{{"a":"{SECRET}"}}', '{"a":"[x]"}'),
        (f'["{SECRET}",{{"b":["y {SECRET}"]}},1,null,true]', '["[x]",{"b":["y [x]"]},1,null,true]'),
        (f'"{SECRET}"', '"[x]"'),
        (f"no json {SECRET}", "no json [x]"),
        (f'{{"{SECRET}":1}}', f'{{"{SECRET}":1}}'),
        ('{"n": 1.50, "e": 1e2}', '{"n":1.5,"e":100.0}'),
    ],
)
def test_every_text_leaf_is_rewritten_and_nothing_else(before: str, after: str) -> None:
    assert rewritten(before) == after


def test_json_inside_json_is_rewritten_as_json() -> None:
    quoted = 's3"cr3t\\value'
    arguments = json.dumps({"day": quoted, "n": 1})
    frame = json.dumps({"arguments": arguments})
    after = fields.rewrite(frame, lambda _path, text: text.replace(quoted, '"'), lambda _path: False)
    assert json.loads(json.loads(after)["arguments"]) == {"day": '"', "n": 1}


def test_json_inside_json_inside_json_too() -> None:
    frame = json.dumps({"a": json.dumps({"b": json.dumps({"c": 'q"' + SECRET})})})
    assert json.loads(json.loads(json.loads(rewritten(frame))["a"])["b"]) == {"c": 'q"[x]'}


def test_a_text_of_json_without_a_secret_keeps_its_spaces() -> None:
    frame = json.dumps({"a": '  { "b" :  1 }', "c": SECRET})
    assert json.loads(rewritten(frame)) == {"a": '  { "b" :  1 }', "c": "[x]"}


@pytest.mark.parametrize("text", [f"{{not json, {SECRET}", f"[laughs] {SECRET}", f"[1] {SECRET}"])
def test_a_text_that_only_looks_like_json_is_a_text(text: str) -> None:
    assert json.loads(rewritten(json.dumps({"t": text}))) == {"t": text.replace(SECRET, "[x]")}


def test_what_is_opaque_stays() -> None:
    frame = json.dumps({"id": SECRET, "a": {"b.c": SECRET, "id": SECRET}, "l": [SECRET, SECRET]})
    after = json.loads(rewritten(frame, "id", "a.b\\.c", "l.1"))
    assert after == {"id": SECRET, "a": {"b.c": SECRET, "id": "[x]"}, "l": ["[x]", SECRET]}


def test_bytes_stay_bytes_and_never_fail() -> None:
    assert rewritten(f'{{"a":"{SECRET}"}}'.encode()) == b'{"a":"[x]"}'
    assert rewritten(b'{"a":"\\ud800' + SECRET.encode() + b'"}') == b'{"a":"\\ud800[x]"}'
    assert rewritten(b"\xff" + SECRET.encode()) == b"\xff" + SECRET.encode()


def test_the_deepest_nesting_is_rewritten_through_all_its_layers() -> None:
    inner = "[" * DEEPEST + f'"{SECRET}"' + "]" * DEEPEST
    middle = "[" * DEEPEST + json.dumps(inner) + "]" * DEEPEST
    outer = "[" * DEEPEST + json.dumps(middle) + "]" * DEEPEST
    assert SECRET not in rewritten(outer)  # type: ignore[operator]


@given(st.text() | st.binary())
def test_rewriting_never_raises(data: str | bytes) -> None:
    assert type(rewritten(data)) is type(data)


def test_what_lies_deeper_than_any_real_frame_is_one_text_and_no_crash() -> None:
    nested = f'"{SECRET}"'
    for _ in range(6):
        nested = "[" * DEEPEST + json.dumps(nested) + "]" * DEEPEST
    assert SECRET not in rewritten(nested)  # type: ignore[operator]


def test_what_is_laid_over_wins_object_by_object_and_null_takes_away() -> None:
    base: dict[str, Json] = {"a": {"b": 1, "c": [1, 2]}, "d": None, "e": 1, "f": {"g": 1}}
    more: dict[str, Json] = {"a": {"b": 2, "c": [3], "h": {"i": None, "j": 1}}, "e": None, "f": 3}
    assert fields.merged(base, more) == {"a": {"b": 2, "c": [3], "h": {"j": 1}}, "d": None, "f": 3}
    assert base["a"] == {"b": 1, "c": [1, 2]}


@given(
    st.one_of(st.text("AQz9+/= \n-_é", max_size=14), st.binary(max_size=12).map(lambda raw: b64encode(raw).decode()))
)
@example("QQ=Q")
@example("=QQQ")
@example("QQ==QQ==")
@example("QQQ=QQQQ")
def test_audio_is_base64_exactly_where_the_strict_reader_says_so(encoded: str) -> None:
    try:
        expected: bytes | None = binascii.a2b_base64(encoded, strict_mode=True)
    except ValueError:
        expected = None
    try:
        found: bytes | None = fields.audio({"audio": encoded}, "audio")
    except fields.Illegal:
        found = None
    assert found == expected
