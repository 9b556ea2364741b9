"""The demo's manifest shows what there is."""

from gate.core.plan import BargeIn, Play, SendFile
from gate.fixtures.library import entries, home
from tests.rehearsal import demo_plan


def test_the_demo_uses_every_class_of_clip() -> None:
    plan, _ = demo_plan("canonical")
    steps = [step for case in plan.cases if not case.skip for call in case.calls for step in call.steps]
    played = {step.clip for step in steps if isinstance(step, Play | BargeIn)}
    sent = {step.file for step in steps if isinstance(step, SendFile)}
    clips, bad = entries(home() / "audio"), entries(home() / "audio", "bad")
    used = {entry["class"] for entry in clips if entry["name"] in played}
    used |= {entry["class"] for entry in bad if entry["name"] in sent}
    assert used == {entry["class"] for entry in (*clips, *bad)}
