import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core import jsons
from gate.core.jsons import DEEPEST, Json, canonical, digest, parse, same

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "text",
    ["NaN", "[Infinity]", '{"a":-Infinity}', "1e999", "-1e999", "", "{", "{'a':1}", "[1,]", "01", '"a\nb"', "tru"],
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_the_refusal_names_the_constant() -> None:
    with pytest.raises(ValueError, match="NaN is not JSON"):
        parse('{"level": NaN}')


@pytest.mark.parametrize("data", [b'"\xff"', b'"\xed\xa0\x80"', '{"a":1}'.encode("utf-16")])
def test_bytes_that_are_not_utf8_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="utf-8"):
        parse(data)


def test_a_byte_order_mark_before_bytes_is_passed_over() -> None:
    assert parse(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


def test_nesting_is_bounded_by_a_number_of_ours() -> None:
    assert parse("[" * DEEPEST + "]" * DEEPEST)
    for deep in (DEEPEST + 1, 5_000, 100_000):
        with pytest.raises(ValueError, match="nested too deep"):
            parse("[" * deep + "]" * deep)
        with pytest.raises(ValueError, match="nested too deep"):
            parse('{"a":' * deep + "1" + "}" * deep)


def test_many_brackets_beside_one_another_are_not_deep() -> None:
    assert parse("[" + ",".join(["{}"] * 500) + "]") == [{}] * 500
    assert parse('"' + "[" * 500 + '"') == "[" * 500


def test_the_bound_does_not_depend_on_the_stack() -> None:
    text = "[" * DEEPEST + "]" * DEEPEST

    def deep(levels: int) -> object:
        return deep(levels - 1) if levels else parse(text)

    assert deep(500) == parse(text)


def test_huge_whole_numbers_survive_and_absurd_ones_are_refused() -> None:
    assert parse("9" * 400) == int("9" * 400)
    with pytest.raises(ValueError, match="limit"):
        parse("9" * 5_000)


def test_canonical_sorts_and_does_not_escape() -> None:
    assert canonical({"b": [1, 2.5, None], "a": "ä/\n"}) == '{"a":"ä/\\n","b":[1,2.5,null]}'
    assert canonical(1.0) != canonical(1), "canonical shows a number as it was written"


def test_half_a_surrogate_pair_has_a_digest() -> None:
    assert digest("\ud800").startswith("sha256:")
    assert digest("\ud800") != digest("\udc00")


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, True),
        ({"n": [1.0, {"m": -0.0}]}, {"n": [1, {"m": 0}]}, True),
        (10**22, 1e22, True),
        (1, 1.5, False),
        (1, True, False),
        (0, False, False),
        (1.0, True, False),
        (None, False, False),
        (None, 0, False),
        ("1", 1, False),
        ("", None, False),
        ([], {}, False),
        ([1, 2], [2, 1], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": None}, {}, False),
        (2**53 + 1, float(2**53), False),
    ],
)
def test_equality_is_that_of_json(one: jsons.Json, other: jsons.Json, equal: bool) -> None:
    assert same(one, other) is same(other, one) is equal
    assert (digest(one) == digest(other)) is equal


@given(VALUES)
def test_every_value_survives_its_own_canonical_text(value: jsons.Json) -> None:
    assert same(parse(canonical(value)), value)


@given(st.text() | st.binary())
def test_parse_raises_nothing_but_value_errors(data: str | bytes) -> None:
    try:
        value = parse(data)
    except ValueError:
        return
    assert not isinstance(value, float) or math.isfinite(value)


def by_pythons_own_reader(text: str) -> object:
    """The value, or that it is none."""
    try:
        return repr(json.loads(text))
    except ValueError:
        return "no JSON"


PLACES = st.integers(0, 200)


@given(
    VALUES,
    st.booleans(),
    st.lists(st.tuples(PLACES, st.sampled_from(list('{}[]",:\\0-.eE \n\u0001\ud800u'))), max_size=3),
)
def test_the_fast_reader_reads_what_pythons_own_does(value: Json, escaped: bool, spoilt: list[tuple[int, str]]) -> None:
    text = json.dumps(value, ensure_ascii=escaped)
    for at, sign in spoilt:
        text = text[: at % (len(text) + 1)] + sign + text[at % (len(text) + 1) :]
    expected = by_pythons_own_reader(text)
    if expected != "no JSON" and any(word in str(expected) for word in ("nan", "inf")):
        return
    try:
        read = repr(jsons.read(text))
    except ValueError:
        read = "no JSON"
    assert read == expected


@given(st.lists(VALUES, max_size=4))
def test_lines_are_read_back_as_they_were(values: list[Json]) -> None:
    written = jsons.lines(values)
    assert written.count(b"\n") == len(values)
    assert all(same(parse(line), value) for line, value in zip(written.splitlines(), values, strict=True))


def test_what_no_utf8_can_carry_breaks_no_line() -> None:
    assert jsons.lines([{"a": "x\ud800"}, 1]) == b'{"a":"x?"}\n1\n'
