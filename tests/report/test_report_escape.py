import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gate.report.escape import code_span, markdown_safe, one_line, shortened, terminal_safe, xml_safe

ANY_TEXT = st.text(st.characters(codec=None, categories=None)) | st.text(
    alphabet="`|<>&:#[]\\*_@\x1b\ud800\u202e\r\n \t"
)


@given(ANY_TEXT)
def test_xml_safe_text_always_parses(text: str) -> None:
    document = ElementTree.Element("a", {"b": xml_safe(text)})
    document.text = xml_safe(text)
    assert ElementTree.fromstring(ElementTree.tostring(document, "utf-8")).tag == "a"


@given(ANY_TEXT)
def test_terminal_safe_text_only_shows(text: str) -> None:
    shown = terminal_safe(text)
    shown.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", shown)
    assert not any(line.strip().startswith("::") for line in shown.splitlines())
    assert "##[" not in shown
    assert terminal_safe(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1b[31m", r"a\x00b\x1b[31m"),
        ("half \ud83d", r"half \ud83d"),
        ("\u202eabc", r"\u202eabc"),
        ("a\r\nb\rc", "a\nb\\x0dc"),
        ("::set-output name=a::b", r"\x3a:set-output name=a::b"),
        ("fine\n \t::error::b", "fine\n \t\\x3a:error::b"),
        ("std::string and a::b", "std::string and a::b"),
        ("so ##[error] and ##vso[x] and ##teamcity[x]", r"so \x23#[error] and \x23#vso[x] and \x23#teamcity[x]"),
        ("Ünïcödé 日本語 👩‍⚕️ 100 %", "Ünïcödé 日本語 👩‍⚕️ 100 %"),
    ],
)
def test_what_a_terminal_would_act_on_becomes_visible(text: str, shown: str) -> None:
    assert terminal_safe(text) == shown


def test_shortening_says_that_it_cut() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
    assert one_line("one\n two\t three", 9) == "one two…"
    assert one_line("\x1b" * 10, 10) == r"\x1b\x1b\…"


@given(ANY_TEXT, st.booleans())
def test_markdown_shows_text_as_it_is(text: str, as_code: bool) -> None:
    made = code_span(text) if as_code else markdown_safe(text)
    assert "\n" not in made
    tokens = [
        token
        for block in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(f"x {made} y")
        for token in block.children or ()
    ]
    assert {token.type for token in tokens} <= {"text", "text_special", "code_inline"}
    limit = 600 if as_code else 160
    plain = "".join(token.content for token in tokens)
    assert plain.removeprefix("x ").removesuffix(" y").strip() == one_line(text, limit).strip()


def test_code_fence_is_longer_than_any_inside() -> None:
    assert code_span("a `b` ``c``") == "``` a `b` ``c`` ```"
    assert code_span("a `b` c") == "``a `b` c``"
    assert code_span(" \n") == ""
