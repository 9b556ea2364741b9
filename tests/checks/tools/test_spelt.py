"""What is meant by spoken words, and what stands in a text: generous with the first, exact with the second."""

import pytest

from gate.checks.tools.spelt import occurs, stands_in


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("A-17", "it is a seventeen"), ("A-17", "A one seven, please"), ("a17", "alpha seventeen"),
        ("5550142", "five five five oh one four two"), ("5550142", "triple five zero one forty two"),
        ("5550142", "555 0142"), ("42", "forty-two"), ("42", "number four two"), ("40", "forty"),
        ("5501", "double five o one"),
        ("4017", "forty seventeen"), ("117", "one hundred and seventeen"), ("Thursday", "yes thursday please"),
        ("B-2", "bravo dash two"), ("John Smith", "this is john smith"), ("3", "the third of may"),
    ],
)  # fmt: skip
def test_what_was_spoken_is_found(wanted: str, words: str) -> None:
    assert occurs(wanted, [words])


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("A-17", "move it to thursday"), ("A-17", "a seventy"), ("5550142", "five five five"), ("", "anything"),
     ("A-18", "a seventeen"), ("--", "dash dash")],
)  # fmt: skip
def test_what_was_not_spoken_is_not_found(wanted: str, words: str) -> None:
    assert not occurs(wanted, [words])


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("A-17", "A-17", True), ("A17", "a-17", True), ("A-17", "your appointment A-17 is on Tuesday", True),
        ("A-17", "A-171", False), ("7", "A-17", False), ("17", "A-17", True), ("A-17", "AA-17", False),
        ("0142", "5550142", False), ("A-17 Thursday", "{A-17, Thursday}", True), ("x", "", False),
    ],
)  # fmt: skip
def test_an_id_stands_in_a_text_as_whole_words(wanted: str, text: str, found: bool) -> None:
    assert stands_in(wanted, text) is found
