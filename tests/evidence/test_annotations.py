"""Opinions beside the frames: read with them, and evidence that is damaged where one cannot be."""

from pathlib import Path

import pytest

from gate.evidence import reader
from tests.evidence.folders import SMALL, load, write


def test_what_lies_beside_the_frames_is_read_by_name(tmp_path: Path) -> None:
    write(tmp_path / "a", *SMALL)
    assert load(tmp_path / "a").annotations == {}
    home = tmp_path / "a" / "annotations"
    home.mkdir()
    (home / "words.json").write_text('{"format": "x", "utterances": []}')
    (home / "words.part").write_text("{")
    recorded = load(tmp_path / "a")
    assert recorded.annotations == {"words": {"format": "x", "utterances": []}}
    assert recorded.complete


@pytest.mark.parametrize("text", [b"{", b"", b"\xff", b"[" * 5_000, b'{"a": NaN}', b" " * 2_000])
def test_one_that_is_broken_is_a_problem_of_the_evidence(
    tmp_path: Path, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "LARGEST_OPINION", 1_000)
    write(tmp_path / "a", *SMALL)
    (tmp_path / "a" / "annotations").mkdir()
    (tmp_path / "a" / "annotations" / "words.json").write_bytes(text)
    damaged = load(tmp_path / "a")
    assert (damaged.annotations, damaged.complete) == ({}, False)
    assert damaged.problems[0].startswith("annotations/words.json: ")
