"""`report:` of a manifest: the address of a trace, and every mistake in one."""

from pathlib import Path

import pytest

from gate.core.mistakes import ManifestError
from gate.fixtures.library import Library, home
from gate.manifest import read_plan

BASE = "version: 1\ntarget: {url: 'ws://127.0.0.1:1/', dialect: canonical}\nsuites: {handshake: {}}\n"


def plan_with(folder: Path, report: str):  # type: ignore[no-untyped-def]
    path = folder / "voice-tests.yaml"
    path.write_text(BASE + report, "utf-8")
    return read_plan(path, {}, Library(home() / "audio", folder))[0]


def test_the_address_of_a_trace_is_in_the_plan(tmp_path: Path) -> None:
    plan = plan_with(tmp_path, 'report: {trace_url: "https://traces.example/t/{trace_id}?tab=1"}\n')
    assert plan.trace_url == "https://traces.example/t/{trace_id}?tab=1"
    assert plan_with(tmp_path, "").trace_url == ""


def test_the_plan_holds_the_text_that_places_point_into(tmp_path: Path) -> None:
    plan = plan_with(tmp_path, "")
    assert plan.text == BASE
    assert plan.text.splitlines()[plan.cases[0].place.line - 1].lstrip().startswith("suites")


def test_the_text_is_left_out_where_something_is_kept_out_of_the_evidence(tmp_path: Path) -> None:
    assert plan_with(tmp_path, "redact: {fields: [arguments.phone]}\n").text == ""
    assert plan_with(tmp_path, "redact: {patterns: {cards: true}}\n").text == ""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("javascript:alert({trace_id})", "is no address of a page"),
        ("traces.example/{trace_id}", "is no address of a page"),
        ("https:///{trace_id}", "is no address of a page"),
        ("https://traces.example/a b/{trace_id}", "is no address of a page"),
        ("https://[::1/{trace_id}", "is no address of a page"),
        ("https://traces.example/latest", "is the same for every case"),
        ("https://traces.example/{trace_id}/{session_id}", "holds {session_id}, which nothing stands for here"),
    ],
)
def test_every_mistake_is_told_at_its_place(tmp_path: Path, given: str, told: str) -> None:
    with pytest.raises(ManifestError) as caught:
        plan_with(tmp_path, f'report: {{trace_url: "{given}"}}\n')
    (mistake,) = caught.value.mistakes
    assert told in mistake.what
    assert "report.trace_url" in mistake.what
    assert mistake.place.line == 4
