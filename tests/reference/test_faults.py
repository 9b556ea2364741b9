"""The faults: each a name, a layer and a story, and a name that is none is told."""

import pytest

from gate.core.findings import Layer
from gate.reference.faults import FAULTS, Faults


def test_every_layer_has_a_fault_and_every_fault_a_story() -> None:
    assert {fault.layer for fault in FAULTS.values()} == set(Layer)
    assert all(fault.story for fault in FAULTS.values())


def test_only_what_is_switched_on_is_on() -> None:
    faults = Faults(["deaf"])
    assert [name for name in FAULTS if faults.on(name)] == ["deaf"]


def test_a_name_that_is_none_is_told_with_what_was_meant() -> None:
    with pytest.raises(ValueError, match=r"no fault is called 'def'; did you mean 'deaf'\?"):
        Faults(["def"])


def test_asking_for_a_fault_that_does_not_exist_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        Faults().on("daef")
