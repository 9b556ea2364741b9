"""A call whose sound is not kept is judged like one whose sound is, but for what nobody can hear any more."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from gate.audio import wav
from gate.core.findings import Report
from gate.core.redaction import Redaction
from gate.manifest.redacting import OF_QUALITY, OF_SOUND
from tests.rehearsal import demo_plan, rehearse


def judged(report: Report) -> list[tuple[str, str]]:
    (case,) = report.cases
    return [(one.check, one.verdict.value) for one in case.findings if one.check not in OF_SOUND | OF_QUALITY]


def test_words_tools_and_times_are_judged_without_the_sound(tmp_path: Path) -> None:
    plan, vault = demo_plan("canonical")
    cases = tuple(case for case in plan.cases if case.name.startswith("Caller reschedules") and case.target == "socket")
    plan = replace(plan, cases=cases)
    loud = rehearse(plan, vault, tmp_path / "loud" / "evidence")
    silent = rehearse(replace(plan, redact=Redaction(audio=True)), vault, tmp_path / "silent" / "evidence")
    assert judged(silent) == judged(loud)
    assert len(judged(silent)) > 5

    def sound(home: str, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
        (path,) = (tmp_path / home).rglob(f"{name}.wav")
        return wav.decode(path.read_bytes())[0]

    for name in ("caller", "agent"):
        assert np.abs(sound("loud", name).astype(int)).max() > 1000
        assert np.abs(sound("silent", name).astype(int)).max() <= 8
        assert len(sound("silent", name)) == len(sound("loud", name))
