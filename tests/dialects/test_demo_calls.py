"""One good call and one bad one in every dialect, in virtual time. `make dialects` rehearses all of every demo."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gate.core.findings import Verdict
from gate.core.frames import Frame
from gate.core.signals import Signal
from gate.dialects import DIALECTS, dialect_of
from gate.evidence.reader import read
from gate.evidence.store import attempt_folder
from gate.reference.faults import FAULTS
from tests import rehearsal
from tests.matrix.dialects import Outcome, told
from tests.rehearsal import demo_plan, rehearse

QUESTION = "a question is answered"
BOOKING = "Caller reschedules after correcting the day"
KINDS = (
    "canonical",
    "openai-realtime",
    "elevenlabs",
    "gemini-live",
    "twilio-media-streams",
    "template",
    "retell",
    "pipecat",
)
"""One of each kind of wire: the others are for `make long`, and `make dialects` asks more of all."""
MOSTLY = [one if one in KINDS else pytest.param(one, marks=pytest.mark.long) for one in DIALECTS]


def rehearsed(dialect: str, name: str, fault: str | None, folder: Path) -> Outcome:
    plan, vault = demo_plan(dialect)
    only = tuple(case for case in plan.cases if case.name == name)
    assert len(only) == 1
    report = rehearse(replace(plan, cases=only), vault, folder / "evidence", (fault,) if fault else ())
    assert report.cases[0].verdict is not Verdict.SKIP
    return told(dialect, fault, report)


def speaks(dialect: str) -> bool:
    return DIALECTS[dialect]().capabilities.speaks


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_question_and_its_answer(dialect: str, tmp_path: Path) -> None:
    outcome = rehearsed(dialect, QUESTION, None, tmp_path)
    assert outcome.failed == []
    assert outcome.claims["smoke"][0] >= 4


@pytest.mark.parametrize("dialect", MOSTLY)
def test_a_fault_is_found_in_its_layer(dialect: str, tmp_path: Path) -> None:
    fault, name = ("deaf", QUESTION) if speaks(dialect) else ("wrong-day", BOOKING)
    outcome = rehearsed(dialect, name, fault, tmp_path)
    assert outcome.layers[FAULTS[fault].layer.value], outcome.failed


class Spied:
    """A dialect that remembers what its observers said while the call went on."""

    def __init__(self, dialect: Any) -> None:
        self.dialect = dialect
        self.said: list[Signal] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.dialect, name)

    def observer(self) -> Any:
        inner = self.dialect.observer()

        def observe(frame: Frame) -> tuple[Signal, ...]:
            signals: tuple[Signal, ...] = inner.observe(frame)
            self.said += signals
            return signals

        return SimpleNamespace(observe=observe)


@pytest.mark.parametrize("dialect", MOSTLY)
def test_what_was_understood_live_is_understood_at_load(
    dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, vault = demo_plan(dialect)
    only = tuple(case for case in plan.cases if case.name == (QUESTION if speaks(dialect) else BOOKING))
    spied = Spied(dialect_of(plan.targets[0]))
    monkeypatch.setattr(rehearsal, "dialect_of", lambda target: spied)
    rehearse(replace(plan, cases=only), vault, tmp_path / "evidence")
    loaded = read(attempt_folder(tmp_path / "evidence", only[0].id, 1), spied.dialect, plan.clips)
    assert [heard.signal for heard in loaded.heard] == spied.said
    assert len(spied.said) > 4
