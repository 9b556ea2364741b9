"""Suites and cases that name the targets that they are run against."""

from pathlib import Path

import pytest

from gate.core.mistakes import ManifestError
from gate.core.plan import Plan
from gate.fixtures.library import Library, home
from gate.manifest import read_plan

MANIFEST = """\
version: 1
targets:
  staging: {{url: "ws://127.0.0.1:9/", dialect: canonical}}
  canary: {{url: "ws://127.0.0.1:8/", dialect: canonical}}
suites:
  reconnect: {{{suite}}}
  tools:
    {tools}
    cases:
      - {{name: one, caller: [{{play: hello}}], never: [error]}}
      - {{name: two, caller: [{{play: hello}}], never: [error], {case}}}
"""


def plan_of(folder: Path, suite: str = "", tools: str = "", case: str = "blocks: true") -> Plan:
    path = folder / "m.yaml"
    path.write_text(MANIFEST.format(suite=suite, tools=tools, case=case))
    return read_plan(path, {}, Library(home() / "audio", folder))[0]


def runs(plan: Plan, suite: str) -> list[tuple[str, str]]:
    return [(case.target, case.name) for case in plan.cases if case.suite == suite]


BOTH = [("staging", "one"), ("staging", "two"), ("canary", "one"), ("canary", "two")]


def test_without_a_word_every_suite_is_run_against_all_in_the_order_in_which_they_are_written(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert [target.name for target in plan.targets] == ["staging", "canary"]
    assert runs(plan, "tools") == BOTH
    assert {target for target, _ in runs(plan, "reconnect")} == {"staging", "canary"}


def test_a_suite_is_run_against_those_that_it_names(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, suite="targets: [canary]")
    assert {target for target, _ in runs(plan, "reconnect")} == {"canary"}
    assert runs(plan, "tools") == BOTH


def test_a_case_is_run_against_those_that_it_names(tmp_path: Path) -> None:
    assert runs(plan_of(tmp_path, case="targets: [canary]"), "tools") == [BOTH[0], *BOTH[2:]]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"suite": "targets: [canaries]"}, "6:25: there is no such target, found 'canaries'; did you mean 'canary'?"),
        ({"case": "targets: [prod]"}, "11:72: there is no such target, found 'prod'; known here: canary, staging"),
        (
            {"tools": "targets: [staging]", "case": "targets: [canary]"},
            "11:72: the suite is not run against this target, found 'canary'; known here: staging",
        ),
    ],
)
def test_a_target_that_is_none_is_a_mistake(given: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as told:
        plan_of(tmp_path, **given)
    assert [str(mistake).partition("m.yaml:")[2] for mistake in told.value.mistakes] == [said]


@pytest.mark.parametrize("suite", ["targets: []", "targets:", "targets: canary"])
def test_a_list_of_targets_has_some(suite: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError):
        plan_of(tmp_path, suite=suite)
