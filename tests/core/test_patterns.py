from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.patterns import BUILT_IN, luhn, own, spans


def found(text: str, *names: str) -> list[tuple[str, str]]:
    finds = {name: find for name, find in BUILT_IN.items() if name in names or not names}
    return [(text[start:end], name) for start, end, name in spans(text, finds)]


@pytest.mark.parametrize("text", [
    "4111 1111 1111 1111", "4111111111111111", "5555-5555-5555-4444", "3782 822463 10005", "6011000990139424",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
])  # fmt: skip
def test_card_numbers_are_found_whatever_stands_around_them(text: str) -> None:
    assert found(text) == [(text, "cards")]
    assert found(f"it is {text}, ok") == [(text, "cards")]
    ((shown, name),) = found(f"it is {text} ext 12 30, ok")
    assert (shown, name) == (text, "cards")


def test_digits_behind_a_card_number_are_left_unless_they_could_be_of_it() -> None:
    assert found("4111 1111 1111 1111 12 30") == [("4111 1111 1111 1111", "cards")]
    assert found("3782 822463 10005 12 30") == [("3782 822463 10005 12 30", "cards")], (
        "19 digits, and the last is right"
    )


@pytest.mark.parametrize("text", [
    "4111 1111 1111 1112", "1764400000000123", "9999999999999995", "order 411111111111", "a4111111111111111",
    "0.4111111111111111",
])  # fmt: skip
def test_what_is_no_card_number_is_left_alone(text: str) -> None:
    assert found(text, "cards") == []


@pytest.mark.parametrize("text", [
    "+49 30 1234567", "+1 415 555 0123", "+14155550123", "(415) 555-0123", "415-555-0123", "415.555.0123",
    "1-415-555-0123", "030 12345678", "0151/23456789", "0044 20 7946 0958", "+44 (0)20 7946 0958",
])  # fmt: skip
def test_telephone_numbers_are_found(text: str) -> None:
    assert found(f"call {text} now") == [(text, "phones")]


@pytest.mark.parametrize("text", [
    "2026-11-29 10:00", "01.02.2026 10", "29/11/2026", "A-17", "1764400000", "room 415", "3.14159265358979", "10:30",
    "127.0.0.1:8765", "12 34 56",
])  # fmt: skip
def test_dates_times_and_ids_are_no_telephone_numbers(text: str) -> None:
    assert found(f"it is {text} then", "phones") == []


@pytest.mark.parametrize("text", ["bob@example.com", "a.b+c@mail.example.co.uk", "BOB_1@Example.COM"])
def test_addresses_of_mail_are_found(text: str) -> None:
    assert found(f"write to <{text}>.") == [(text, "emails")]


@pytest.mark.parametrize("text", ["bob@localhost", "@example.com", "bob at example.com", "user:pw"])
def test_what_is_no_address_of_mail_is_left_alone(text: str) -> None:
    assert found(text, "emails") == []


def test_an_expression_of_ones_own_and_where_two_overlap_the_first() -> None:
    finds = {"order": own(r"A-\d+"), "digits": own(r"\d+"), "nothing": own(r"x*")}
    assert [span.name for span in spans("A-17 and 5", finds)] == ["order", "digits"]


@given(st.integers(min_value=0, max_value=10**15))
def test_exactly_one_check_digit_is_right(number: int) -> None:
    assert sum(luhn(f"{number}{check}") for check in range(10)) == 1


@given(st.text(max_size=80))
def test_spans_are_in_order_and_never_overlap(text: str) -> None:
    got = spans(text, BUILT_IN)
    assert all(one.end <= other.start for one, other in pairwise(got))
