"""What is split over pieces is found however it is split, and what is none is never touched."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gate.core.redaction import Cut, Redaction
from gate.evidence.streams import BROKEN_JSON, Piece, Streams

CARDS = Redaction(patterns=("cards", "emails"))


def find(text: str) -> list[Cut]:
    return CARDS.cuts(text)


def taken(*texts: str, fields: bool = False) -> list[str]:
    streams, pieces = Streams(find, fields=fields), [Piece(None, "text", text) for text in texts]
    for piece in pieces:
        streams.take("one", piece)
    return [piece.shown for piece in pieces]


def test_a_number_in_two_pieces_is_starred_in_the_first_and_named_in_the_second() -> None:
    assert taken("my card is 4111 1111", " 1111 1111, ok") == ["my card is *********", "[redacted:cards], ok"]


def test_one_in_a_single_piece_is_named() -> None:
    assert taken("it is ", "4111111111111111", " ok") == ["it is ", "[redacted:cards]", " ok"]


def test_each_stream_is_by_itself() -> None:
    streams, one, other = Streams(find, fields=False), Piece(None, "t", "4111 1111 "), Piece(None, "t", "1111 1111")
    assert streams.take("a", one) == streams.take("b", other) == []
    assert (one.shown, other.shown) == (one.text, other.text)


def test_the_earlier_pieces_that_change_are_told_once_each() -> None:
    streams = Streams(find, fields=False)
    pieces = [Piece(None, "t", text) for text in ("4111", "1111", "1111", "1111", " and")]
    late = [streams.take("a", piece) for piece in pieces]
    assert late == [[], [], [], pieces[:3], []]
    assert [piece.shown for piece in pieces] == ["****", "****", "****", "[redacted:cards]", " and"]


def test_a_longer_match_hides_what_a_shorter_one_left() -> None:
    assert taken("bob@ex", "ample.co", "m or") == ["******", "[redacted:emails]", "[redacted:emails] or"]


def test_json_in_pieces_is_hidden_as_a_whole_where_fields_are() -> None:
    pieces = ('{"pho', 'ne": "030', '1"}', "then words")
    assert taken(*pieces, fields=True) == [BROKEN_JSON] * 3 + ["then words"]
    assert taken(*pieces) == list(pieces)


@given(st.lists(st.integers(0, 60), max_size=12), st.sampled_from(["4111 1111 1111 1111", "bob.b@mail.example.com"]))
def test_however_it_is_cut_up_nothing_of_it_is_left(cuts: list[int], secret: str) -> None:
    text = f"I have {secret} here"
    at = sorted({0, len(text), *(cut % len(text) for cut in cuts)})
    pieces = [text[one:other] for one, other in pairwise(at)]
    shown = "".join(taken(*pieces))
    assert shown.startswith("I have ")
    assert shown.endswith(" here")
    middle = re.sub(r"\[redacted:\w+\]|\*", "", shown[7:-5])
    assert middle == ""


@given(st.lists(st.text(alphabet="abc 123.", max_size=6), max_size=20))
def test_what_holds_nothing_stays(pieces: list[str]) -> None:
    if not find("".join(pieces)):
        assert taken(*pieces) == pieces
