"""Strict YAML: what is read, what is refused, and where it is said to stand."""

# Texts that are compared whole stay on one line.
# ruff: noqa: E501

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.mistakes import ManifestError
from gate.core.places import Place
from gate.manifest import source
from gate.manifest.document import Document


def read(text: str | bytes) -> Document:
    return source.parse(text if isinstance(text, bytes) else text.encode(), "f")


def refusal(text: str | bytes) -> str:
    with pytest.raises(ManifestError) as caught:
        read(text)
    return str(caught.value)


def complaints(text: str) -> list[str]:
    return [str(mistake) for mistake in read(text).mistakes]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("y", "y"), ("1:30", "1:30"), ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"), ("0b11", "0b11"), ("=", "="), ("true", True), ("True", True), ("FALSE", False),
        ("null", None), ("~", None), ("", None), ("12", 12), ("-7", -7), ("0", 0), ("-0", 0), ("0o14", 12),
        ("0x1F", 31), ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("'12'", "12"), ('"true"', "true"),
        ("nUll", "nUll"), ("$5", "$5"), ("a#b", "a#b"), ("| \n  x\n", "x\n"), ('"\\u00e9"', "é"),
    ],
)  # fmt: skip
def test_words_are_read_as_yaml_1_2_reads_them(word: str, value: object) -> None:
    found = read(f"a: {word}").data
    assert found == {"a": value}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(value)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("012", 'f:1:4: a is a number with a leading zero, found 012; write 12 for the number, "012" for the text'),
        ("-007", 'f:1:4: a is a number with a leading zero, found -007; write -7 for the number, "-007" for the text'),
        (
            "+15550100",
            'f:1:4: a is a number with a plus sign, found +15550100; write 15550100 for the number, "+15550100" for the text',
        ),
        (".inf", 'f:1:4: a is a number that JSON does not have, found .inf; put quotes around it, ".inf", if a text is meant'),
        (".NaN", 'f:1:4: a is a number that JSON does not have, found .NaN; put quotes around it, ".NaN", if a text is meant'),
        ("1e999", "f:1:4: a is a number too large to hold, found 1e999; write it in quotes"),
        ('"\\ud800"', "f:1:4: a holds half of a surrogate pair; write the character itself"),
        ("!foo x", "f:1:4: the tag !foo on a; delete it: types are read as they are written"),
        ("!<%0Ax> y", "f:1:4: the tag \\nx on a; delete it: types are read as they are written"),
        ("!!python/name:os.system", "f:1:4: the tag !!python/name:os.system on a; delete it: types are read as they are written"),
    ],
)  # fmt: skip
def test_doubtful_scalars_are_told_and_reading_goes_on(word: str, said: str) -> None:
    document = read(f"a: {word}\nb: 1")
    assert [str(mistake) for mistake in document.mistakes] == [said]
    assert document.data == {"a": None, "b": 1}


def test_a_number_of_five_thousand_digits_is_no_crash() -> None:
    assert "a number of more than 40 digits" in complaints(f"a: {'9' * 5000}")[0]
    assert "a number of more than 40 digits" in complaints(f"a: 0x{'9' * 5000}")[0]


def test_every_duplicate_key_names_the_first() -> None:
    assert complaints("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n") == [
        "f:4:3: the key 'c' stands twice in b; the first is at line 3, column 3",
        "f:5:1: the key 'a' stands twice in the manifest; the first is at line 1, column 1",
    ]
    assert read("a: 1\na: 3").data == {"a": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("true: 1", 'f:1:1: a key that is no text, found true; write "true" in quotes'),
        ("8: 1", 'f:1:1: a key that is no text, found 8; write "8" in quotes'),
        ("012: 1", 'f:1:1: a key that is no text, found 012; write "012" in quotes'),
        ("~: 1", 'f:1:1: a key that is no text, found ~; write "~" in quotes'),
        ("? [a]\n: 1", "f:1:3: a key that is no text; a key is one word, or a text in quotes"),
        ("!!str a: 1", "f:1:1: a key that is no text; a key is one word, or a text in quotes"),
        ('"\\udc00": 1', "f:1:1: a key that holds half of a surrogate pair; write the character itself"),
        ("<<: {a: 1}", "f:1:1: a merge key <<; write the keys out, or use an alias for a whole value"),
    ],
)
def test_keys_are_texts(text: str, said: str) -> None:
    assert complaints(text) == [said]


def test_words_that_yaml_1_1_took_for_booleans_are_good_keys() -> None:
    document = read("no: 1\non: 2\n'8': 3\n'<<': 4")
    assert document.data == {"no": 1, "on": 2, "8": 3, "<<": 4}
    assert not document.mistakes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "f:1:1: the file is empty, expected version, target and suites"),
        ("# only a comment\n", "f:1:1: the file is empty, expected version, target and suites"),
        ("--- \n...\n", "f:1:1: the file is empty, expected version, target and suites"),
        ("--- {a: 1}\n--- {b: 2}", "f:2:1: a second document begins; keep one, and delete the line ---"),
        ("a:\n\t- b", "f:2:1: a tab where YAML wants spaces; indent with spaces only"),
        ('a: "x\n', "f:1:4: a quote that is never closed; close it"),
        ("a: [1, 2", "f:1:4: a comma or a closing ] is missing; close it, or put quotes around texts in it"),
        (
            "a: {b: ${env.X}}",
            'f:1:9: a reference inside [ ] or { } without quotes; write "${env.NAME}" in double quotes',
        ),
        ("a: @x", "f:1:4: a text that begins with @; put quotes around the text"),
        ("a: *x", "f:1:4: the alias *x has no anchor &x before it; add it, or put quotes around the text"),
        ("a: &x 1\nb: &x 2", "f:2:4: the anchor &x is set twice; give each anchor a name of its own"),
        ("a:\n  b: 1\n c: 2", "f:3:2: a line that does not fit the indentation above it; line it up"),
        ("a: 1\nb\nc: 2", "f:2:1: a line that is no 'key: value'; add the colon, and a space after it"),
        ("a: - b", "f:1:4: a list item that cannot stand here; begin it on a line of its own"),
        ("a: [b]]", "f:1:7: a stray ]; delete it, or put quotes around the text"),
        ('a: "\\q"', "f:1:6: the unknown escape \\q in double quotes; use single quotes"),
        ('a: "\\U99999999"', "f:1:7: an escape or a directive that means no character; use single quotes"),
        (
            "%YAML " + "9" * 5000 + ".1\n--- a",
            "f:1:7: an escape or a directive that means no character; use single quotes",
        ),
        ("a: x\x07", "f:1:5: a character that YAML does not allow, found U+0007; delete it"),
        (b"a: 1\nb: \xff", "f:2:4: not UTF-8, found byte 0xFF at offset 8; save the file as UTF-8"),
        ("é: 1\nb: ".encode() + b"\xe9", "f:2:4: not UTF-8, found byte 0xE9 at offset 9; save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "f:1:1: not UTF-8, found byte 0xFF at offset 0; save the file as UTF-8"),
        ("&a [*a]", "f:1:1: [0] is an alias of something that holds it; write the value out"),
        ("a: &a {b: *a}", "f:1:8: a.b is an alias of something that holds it; write the value out"),
        ("[" * 5000, "f:1:61: nested deeper than 60 levels; no manifest needs that"),
        ("[" + "1," * 50_001 + "]", "f:1:100000: more than 50,000 values; no manifest needs that"),
        (b"a" * 1_000_001, "f:1:1: the file is too large, expected at most 1,000,000 bytes"),
    ],
)
def test_what_is_no_document_is_refused_in_plain_words(text: str | bytes, said: str) -> None:
    assert refusal(text) == said


def test_a_byte_order_mark_moves_nothing() -> None:
    document = read(b"\xef\xbb\xbfa: 1")
    assert document.data == {"a": 1}
    assert document.key_place(("a",)) == Place("f", 1, 1)


def test_alias_bombs_are_refused_before_they_unfold() -> None:
    wide = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    deep = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 200))
    for text in (wide, deep):
        assert "the aliases of this file unfold to too much, expected at most 50,000 values, 60 levels" in refusal(text)


def test_small_aliases_are_read() -> None:
    document = read("a: &x {b: [1]}\nc: *x")
    assert document.data == {"a": {"b": [1]}, "c": {"b": [1]}}
    assert document.place(("c", "b", 0)) == Place("f", 1, 12)
    assert document.key_place(("c",)) == Place("f", 2, 1)


def test_places() -> None:
    document = read("a:\n  b: hello\n  c:\n    - x\n    - {d: 1, e: }\nf:\n")
    expected = {
        (): (1, 1), ("a",): (1, 1), ("a", "b"): (2, 6), ("a", "c"): (3, 3), ("a", "c", 0): (4, 7),
        ("a", "c", 1): (5, 7), ("a", "c", 1, "d"): (5, 11), ("a", "c", 1, "e"): (5, 14), ("f",): (6, 1),
        ("a", "nothing", "here"): (1, 1), ("a", "b", "deeper"): (2, 6),
    }  # fmt: skip
    assert {loc: (document.place(loc).line, document.place(loc).column) for loc in expected} == expected
    assert document.key_place(("a", "b")) == Place("f", 2, 3)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    def said(path: Path) -> str:
        with pytest.raises(ManifestError) as caught:
            source.load(path)
        return str(caught.value).replace(str(tmp_path), "")

    missing = "/x.yaml:1:1: there is no such manifest; give its path, or write one: `voxgate demo` shows a whole one"
    assert said(tmp_path / "x.yaml") == missing
    assert said(tmp_path) == ":1:1: a folder, expected a manifest file; add its name"
    (tmp_path / "file").write_text("a: 1")
    assert "the manifest cannot be read: Not a directory" in said(tmp_path / "file" / "below")
    assert "the manifest cannot be read: " in said(tmp_path / "a\0b")


def outcome(data: bytes) -> None:
    """Reads it, or refuses it with a reason; anything else is raised through."""
    try:
        document = source.parse(data, "f")
        is_told = document.data is not None or bool(document.mistakes)
    except ManifestError as error:
        is_told = bool(error.mistakes)
    assert is_told


@given(st.one_of(st.text(max_size=200), st.text("ab:-[]{},&*!|>'\"%@`#?\\ \n\t\r$~0.+<=\ufeff\x85", max_size=60)))
def test_any_text_is_read_or_refused(text: str) -> None:
    outcome(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    outcome(data)
