"""What the caller heard live is what the judge hears at load, signal for signal, in every dialect."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gate.core.frames import Frame
from gate.core.places import Place
from gate.core.plan import BargeIn, Call, Case, Clip, Dial, Pause, Press, SendFile, Show, Wait
from gate.core.recording import Heard
from gate.core.signals import FileIn, Mark, MarkPlayed, Pressed, Shown, Signal
from gate.core.sound import Attachment
from gate.core.vault import Vault
from gate.dialects import dialect_of
from gate.dialects.canonical.dialect import Canonical
from gate.evidence.reader import read
from gate.evidence.writer import Writer
from gate.fixtures.sounds import sounds_of
from gate.reference.faults import Faults
from gate.reference.house import House
from gate.reference.virtual import VirtualDriver
from gate.reference.voice import load
from tests.rehearsal import KEY, demo_plan, ears, library


class Overheard:
    """A dialect that remembers what its observers said."""

    def __init__(self, dialect: Any) -> None:
        self._dialect = dialect
        self.heard: list[Heard] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dialect, name)

    def observer(self) -> Any:
        inner, heard = self._dialect.observer(), self.heard

        class Spy:
            def observe(self, frame: Frame) -> tuple[Signal, ...]:
                signals: tuple[Signal, ...] = inner.observe(frame)
                heard.extend(Heard(one, frame.t_ns, frame.direction, frame.call, frame.index) for one in signals)
                return signals

        return Spy()


def some_cases(dialect: str) -> Iterator[str]:
    plan, _ = demo_plan(dialect)
    for wanted in ("Caller reschedules", "an interruption", "garbage"):
        yield next(case.id for case in plan.cases if wanted in case.name)


@pytest.mark.parametrize("name", [pytest.param("canonical", marks=pytest.mark.long), "template"])
def test_live_signals_equal_loaded_signals(tmp_path: Path, name: str) -> None:
    plan, vault = demo_plan(name)
    for case in (case for case in plan.cases if case.id in set(some_cases(name))):
        dialect = dialect_of(plan.target(case.target))
        overheard = Overheard(dialect)
        house = House(dialect.agent, dialect.capabilities, ears(), load(), Faults(), KEY)  # type: ignore[attr-defined]
        sounds = sounds_of(case, plan.clips, library(), dialect)
        folder = tmp_path / case.id
        with Writer(folder, dialect, vault, {"case": case.id}, 0) as writer:
            VirtualDriver(overheard, sounds, vault, house).drive(case, writer)
        loaded = read(folder, dialect, plan.clips).heard
        assert len(loaded) > 10
        assert list(loaded) == overheard.heard


def test_so_are_files_images_keys_and_marks(tmp_path: Path) -> None:
    dialect, files = Canonical(), {"a.wav": Attachment(b"no", "audio/wav"), "a.png": Attachment(b"png", "image/png")}
    steps = (Show("a.png"), Press("1"), Wait("turn_done"), Press("2"), BargeIn("stop"), SendFile("a.wav"), Pause(500))
    case = Case("c", "t", "s", "n", Place("m", 1, 1), (Call("call", Dial("ws://x"), steps=steps),))
    overheard, vault = Overheard(dialect), Vault({})
    house = House(dialect.agent, dialect.capabilities, ears(), load(), Faults())
    stop = library().find("stop")
    assert isinstance(stop, Clip)
    sounds = sounds_of(case, (stop,), library(), dialect)
    with Writer(tmp_path / "a", dialect, vault, {"case": "c"}, 0) as writer:
        (end,) = VirtualDriver(overheard, sounds, vault, house, files).drive(case, writer)
    loaded = read(tmp_path / "a", dialect, (stop,)).heard
    assert end.whole
    assert list(loaded) == overheard.heard
    kinds = FileIn | Shown | Pressed | Mark | MarkPlayed
    assert {item.signal for item in loaded if isinstance(item.signal, kinds)} == {
        FileIn("audio/wav", 2), Shown("a.png", "image/png", 3), Pressed("1"), Pressed("2"), Mark("r1"),
        MarkPlayed("r1"), Mark("r3"), MarkPlayed("r3"),
    }  # fmt: skip
