"""The hint beside an event that a dialect cannot show."""

from pathlib import Path

import pytest

from gate.core.signals import EVENT_NAMES
from gate.suites.nearest import INSTEAD, NEAREST, nearest
from tests.suites.test_plan_time_rules import told

TELEPHONE = frozenset({"output_audio.delta", "mark", "response.cancelled", "session.closed"})


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("response.done", "the nearest that it shows is mark"),
        ("speech.started", "the nearest that it shows is response.cancelled"),
        ("output_transcript.final", "the nearest that it shows is output_audio.delta"),
        ("error", "the nearest that it shows is session.closed"),
        ("tool.call", "tools do not cross this wire"),
        ("session.started", "begins with the open socket"),
        ("metadata", "it shows mark, output_audio.delta, response.cancelled, session.closed"),
    ],
)
def test_over_a_telephone(event: str, said: str) -> None:
    assert said in nearest(event, TELEPHONE)


def test_only_events_are_named() -> None:
    named = {*NEAREST, *INSTEAD, *(other for others in NEAREST.values() for other in others)}
    assert named <= set(EVENT_NAMES)
    assert all(event not in others for event, others in NEAREST.items())


def test_a_manifest_that_asks_for_one_is_told(tmp_path: Path) -> None:
    said = told(tmp_path, claims="expect: [{event: transcript.final}]", dialect="template")
    assert "the dialect template does not show the event transcript.final; it shows output_audio.delta" in said
