"""What the agent said, in pieces: told apart by ids, by marks, and by silence; cut where it was cancelled."""

from pathlib import Path

import pytest

from gate.measures.pieces import Piece, Speech
from tests.checks.notation import BASE_MS, Line, audio, cancelled, done, note, recording, started

MS = 1_000_000


def pieces(folder: Path, *lines: Line | tuple[Line, ...]) -> list[Piece]:
    recorded = recording(folder, note(0, "x"), *lines)
    return Speech.of(heard for heard in recorded.heard if heard.received).pieces()


def spans(found: list[Piece]) -> list[tuple[int, int]]:
    return [(piece.start_ns // MS - BASE_MS, piece.end_ns // MS - BASE_MS) for piece in found]


PIECES = {
    "two chunks of one response": ((*audio(100, 300, "a"), *audio(110, 300, "a")), [(100, 700)]),
    "two responses, one behind the other": ((*audio(100, 300, "a"), *audio(110, 300, "b")), [(100, 400), (400, 700)]),
    "a mark between": ((*audio(100, 300), done(105), *audio(110, 300)), [(100, 400), (400, 700)]),
    "a start between": ((*audio(100, 300), started(105), *audio(110, 300)), [(100, 400), (400, 700)]),
    "a mark of another response": ((*audio(100, 300, "a"), done(105, "z"), *audio(110, 300, "a")), [(100, 700)]),
    "less than a second of silence": ((*audio(100, 300), *audio(1399, 300)), [(100, 1699)]),
    "a second of silence": ((*audio(100, 300), *audio(1400, 300)), [(100, 400), (1400, 1700)]),
    "a cancel": ((*audio(100, 3000, "a"), cancelled(600, "a"), *audio(700, 300, "a")), [(100, 600), (700, 1000)]),
    "nothing audible": (audio(100, 300, level=0), []),
}


@pytest.mark.parametrize(("lines", "told"), PIECES.values(), ids=PIECES.keys())
def test_pieces_are_told_apart(tmp_path: Path, lines: tuple[Line, ...], told: list[tuple[int, int]]) -> None:
    assert spans(pieces(tmp_path, lines)) == told


def test_a_piece_knows_when_its_audio_came_and_where_it_went_on(tmp_path: Path) -> None:
    (piece,) = pieces(tmp_path, audio(100, 300), audio(110, 300), audio(1000, 300))
    assert (piece.arrived_ns // MS - BASE_MS, piece.last_arrived_ns // MS - BASE_MS) == (100, 1000)
    assert [at_ns // MS - BASE_MS for at_ns in piece.resumed_ns] == [1000]


def test_only_what_threw_away_sound_is_a_cut(tmp_path: Path) -> None:
    recorded = recording(tmp_path, cancelled(50), *audio(100, 300), cancelled(200), cancelled(900))
    assert [(cut.t_ns // MS - BASE_MS, cut.unheard_ns // MS) for cut in Speech.of(recorded.heard).cuts] == [(200, 200)]
