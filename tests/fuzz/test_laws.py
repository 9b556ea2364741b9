"""The laws that `make fuzz` looks for exceptions from, tried with what is damaged a little; and that the looking finds
what is planted."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import run
from tests.fuzz.laws import LAWS, NEXT

PUT = st.binary(max_size=6) | st.sampled_from([NEXT, b'"', b"{}", b"-1", b"null"])
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), PUT), max_size=5)
SEEDS = {name: list(law.seeds()) for name, law in LAWS.items()}


def damaged(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for share, taken, put in changes:
        at = int(share * len(data))
        data = data[:at] + put + data[at + taken :]
    return data


@pytest.mark.parametrize("name", LAWS)
def test_it_holds_of_what_is_whole(name: str) -> None:
    assert SEEDS[name]
    for seed in SEEDS[name]:
        LAWS[name].holds(seed)


@pytest.mark.parametrize("name", LAWS)
@given(data=st.data())
@settings(max_examples=15)
def test_it_holds_of_what_is_damaged(name: str, data: st.DataObject) -> None:
    LAWS[name].holds(damaged(data.draw(st.sampled_from(SEEDS[name])), data.draw(CHANGES)))


@pytest.mark.parametrize("name", LAWS)
@given(data=st.binary(max_size=200))
@settings(max_examples=10)
def test_it_holds_of_anything(name: str, data: bytes) -> None:
    LAWS[name].holds(data)


@pytest.mark.long
def test_what_breaks_a_law_is_found_and_kept(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("atheris", reason="NOT TESTED: atheris is not installed; make fuzz brings it")
    found = run.hunted("planted", 30, tmp_path)
    assert found.broken is not None
    assert b"!" in found.broken
    assert "planted" in found.told
    assert subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", "--try", "planted", str(found.kept)], check=False
    ).returncode
