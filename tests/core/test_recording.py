import dataclasses

import pytest

from gate.core.capabilities import Capabilities
from gate.core.ends import CallEnd
from gate.core.frames import Direction, Frame, Opcode
from gate.core.recording import Ending, Heard, Note, Recording
from gate.core.signals import EVENT_NAMES, Closed, Ready, Transcript

RECORDING = Recording(
    "case", 1, "1.0", "trace",
    frames=(
        Frame(Direction.SENT, Opcode.TEXT, "{}", 2_000_000, 0),
        Frame(Direction.RECEIVED, Opcode.TEXT, "{}", 5_500_000, 1),
    ),
    notes=(Note(0, 1_000_000, 0, "play"), Note(3, 3_000_000, 1, "play"), Note(4, 4_000_000, 1, "end")),
    heard=(Heard(Ready(), 1, Direction.RECEIVED, 0, 0), Heard(Closed(1000), 2, Direction.SENT, 1, 1)),
    events=(),
    ending=Ending("driven", True, 9_000_000),
)  # fmt: skip


def test_a_recording_is_asked_by_call_and_kind() -> None:
    assert [heard.signal for heard in RECORDING.signals(1)] == [Closed(1000)]
    assert [note.index for note in RECORDING.notes_of(1, "play")] == [3]
    assert [heard.received for heard in RECORDING.heard] == [True, False]


def test_it_lasts_from_its_first_line_to_its_last() -> None:
    assert RECORDING.duration_ms == 8.0
    assert dataclasses.replace(RECORDING, ending=None).duration_ms == 4.5
    assert dataclasses.replace(RECORDING, frames=(), notes=(), ending=None).duration_ms == 0.0


@pytest.mark.parametrize(
    ("changes", "complete"),
    [
        ({}, True),
        ({"ending": None}, False),
        ({"ending": Ending("broken", False, 1)}, False),
        ({"problems": ("a line is torn",)}, False),
    ],
)
def test_only_a_whole_and_sound_recording_is_complete(changes: dict[str, object], complete: bool) -> None:
    assert dataclasses.replace(RECORDING, **changes).complete is complete  # type: ignore[arg-type]


def test_absence_is_proven_only_where_nothing_more_could_come() -> None:
    assert {end for end in CallEnd if end.whole} == {CallEnd.FINISHED, CallEnd.REFUSED}


def test_a_frame_knows_its_side() -> None:
    assert [frame.sent for frame in RECORDING.frames] == [True, False]


@pytest.mark.parametrize(
    ("role", "final", "name"),
    [
        ("caller", False, "transcript.delta"),
        ("caller", True, "transcript.final"),
        ("agent", False, "output_transcript.delta"),
        ("agent", True, "output_transcript.final"),
    ],
)
def test_a_transcript_is_named_by_who_spoke_and_whether_it_is_final(role: str, final: bool, name: str) -> None:
    assert name == Transcript(role, "words", final).EVENT  # type: ignore[arg-type]
    assert name in EVENT_NAMES


def test_a_dialect_marks_the_end_of_a_turn_only_by_response_done() -> None:
    assert Capabilities(frozenset({"response.done"}), 8000, 8000).ends_turns
    assert not Capabilities(frozenset({"output_audio.done"}), 8000, 8000).ends_turns
