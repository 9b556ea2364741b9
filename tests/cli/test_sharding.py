import argparse
import json
from pathlib import Path

import pytest

from gate.cli.outcomes import Usage
from gate.cli.sharding import asked, part_of, read_durations, shard_of
from gate.run.sharing import Shard
from tests.cli.test_selection import PLAN


@pytest.mark.parametrize(
    ("text", "environ", "expected"),
    [
        ("2/3", {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "9"}, Shard(2, 3)),
        ("auto", {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "3"}, Shard(1, 3)),
        ("auto", {"BUILDKITE_PARALLEL_JOB": "0", "BUILDKITE_PARALLEL_JOB_COUNT": "3"}, Shard(1, 3)),
        ("auto", {"CIRCLE_NODE_INDEX": "2", "CIRCLE_NODE_TOTAL": "3"}, Shard(3, 3)),
        ("auto/3", {"JOB_COMPLETION_INDEX": "1"}, Shard(2, 3)),
        ("auto", {"JOB_COMPLETION_INDEX": "1", "JOB_COMPLETIONS": "3"}, Shard(2, 3)),
    ],
)
def test_which_part_this_is(text: str, environ: dict[str, str], expected: Shard) -> None:
    assert shard_of(asked(text), environ) == expected


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "1/0", "-1/3", "one/3", "1/3/2", "auto/0", ""])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no shard"):
        asked(text)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, r"none of CI_NODE_INDEX \(GitLab\), .* is set"),
        ({"JOB_COMPLETION_INDEX": "1"}, "write --shard auto/3 for three jobs"),
        ({"CI_NODE_INDEX": "x", "CI_NODE_TOTAL": "3"}, "are no numbers"),
        ({"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "3"}, "is none of 3 shards"),
    ],
)
def test_an_environment_that_does_not_say(environ: dict[str, str], told: str) -> None:
    with pytest.raises(Usage, match=told):
        shard_of(asked("auto"), environ)


def test_a_part_knows_the_whole_and_drops_targets_that_it_does_not_call() -> None:
    plans = [part_of(PLAN, Shard(number, 3), None, 8) for number in (1, 2, 3)]
    assert [len(plan.cases) for plan, _ in plans] == [1, 1, 1]
    assert all({target.name for target in plan.targets} == {case.target for case in plan.cases} for plan, _ in plans)
    shard = plans[1][1]["shard"]
    assert shard == {"number": 2, "total": 3, "cases": [case.id for case in PLAN.cases], "targets": ["one", "two"]}


def test_a_part_without_a_case_is_no_green_run() -> None:
    with pytest.raises(Usage, match="3 cases are not enough for 5 shards"):
        part_of(PLAN, Shard(5, 5), None, 8)


def test_durations_of_an_earlier_run(tmp_path: Path) -> None:
    cases = [{"id": "a", "duration_ms": 5.0}, {"id": "b.r1", "repeats": "b", "duration_ms": 10.0},
             {"id": "b.r2", "repeats": "b", "duration_ms": 20.0}]  # fmt: skip
    (tmp_path / "report.json").write_text(json.dumps({"cases": cases}))
    assert read_durations(tmp_path) == {"a": 5.0, "b": 15.0, "b.r1": 10.0, "b.r2": 20.0}
    with pytest.raises(Usage, match="cannot be read"):
        read_durations(tmp_path / "nowhere")
    (tmp_path / "report.json").write_text("[]")
    with pytest.raises(Usage, match=r"is no report.json of a run"):
        read_durations(tmp_path)
