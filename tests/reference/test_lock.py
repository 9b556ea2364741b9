"""The lock that nobody cleans up."""

from pathlib import Path

import pytest

from gate.reference import lock


def test_a_second_start_on_the_same_port_is_told_from_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "gettempdir", lambda: str(tmp_path))
    assert [lock.started_before(port) for port in (8765, 8766, 8765)] == [False, False, True]
    assert len(list(tmp_path.iterdir())) == 1
