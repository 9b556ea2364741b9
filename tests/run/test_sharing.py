"""A run in parts, and the parts as one run again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gate.cli.main import main
from gate.cli.selection import with_cases
from gate.cli.sharding import part_of
from gate.core.jsons import Json
from gate.core.places import Place
from gate.core.plan import Case, Lane, Plan
from gate.core.vault import Vault
from gate.evidence import store
from gate.run.judging import judge_evidence
from gate.run.merging import Unmergeable, merge
from gate.run.sharing import Shard, shared
from tests.rehearsal import demo_plan, rehearse

HERE = Place("m.yaml", 1, 1)
FEW = ("no token is refused", "malformed token is refused", "expired token is refused")


def case(name: str, lane: Lane = Lane.PARALLEL) -> Case:
    return Case(name, "t", "smoke", name, HERE, lane=lane)


def names(parts: tuple[tuple[Case, ...], ...]) -> list[list[str]]:
    return [[case.id for case in part] for part in parts]


def test_every_case_is_in_exactly_one_part_in_the_order_of_the_plan() -> None:
    plan, _ = demo_plan("canonical")
    for total in (1, 2, 3, 7):
        parts = shared(plan.cases, plan.clips, total, {}, 8)
        assert sorted(case.id for part in parts for case in part) == sorted(case.id for case in plan.cases)
        assert all(list(part) == [case for case in plan.cases if case in part] for part in parts)
        assert parts == shared(plan.cases, plan.clips, total, {}, 8)


def test_the_longest_goes_first_to_whoever_has_least_to_do() -> None:
    cases = [case(name) for name in "abcde"]
    known = {"a": 10.0, "b": 90.0, "c": 30.0, "d": 60.0, "e": 20.0}
    assert names(shared(cases, (), 2, known, 1)) == [["b", "e"], ["a", "c", "d"]]


def test_what_is_driven_alone_costs_its_whole_time() -> None:
    cases = [case("a", Lane.ALONE), case("b"), case("c"), case("d")]
    known = dict.fromkeys("abcd", 80.0)
    assert names(shared(cases, (), 2, known, 8)) == [["a"], ["b", "c", "d"]]


@pytest.fixture(scope="module")
def whole() -> tuple[Plan, Vault]:
    plan, vault = demo_plan("canonical")
    return with_cases(plan, [one for one in plan.cases if "is refused" in one.name]), vault


def part(whole: tuple[Plan, Vault], number: int, folder: Path, run_id: str = "rehearsal") -> Path:
    plan, vault = whole
    shard = Shard(number, 3)
    own = shared(plan.cases, plan.clips, 3, {}, 8)[number - 1]
    rehearse(with_cases(plan, own), vault, folder)
    told = shard.told(plan.cases, [target.name for target in plan.targets])
    run: dict[str, Json] = {"run_id": run_id, "problems": ["slow disk"] if number == 2 else []}
    store.write_run(folder, run | told, vault)
    (folder / "gate.log").write_text(f"log of {number}")
    return folder


@pytest.fixture(scope="module")
def parts(whole: tuple[Plan, Vault], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    home = tmp_path_factory.mktemp("parts")
    return [part(whole, number, home / str(number) / "evidence") for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("which", "faults", "code"),
    [
        pytest.param(FEW, ("accepts-expired-token",), 1, id="a-few"),
        pytest.param((), ("tool-twice",), 1, id="the-whole-demo", marks=pytest.mark.long),
        pytest.param((), (), 0, id="the-whole-demo-without-a-fault", marks=pytest.mark.long),
    ],
)
def test_three_shards_merged_are_the_unsharded_run(
    which: tuple[str, ...], faults: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `--shard` divides them and `voxgate merge` joins them; what no virtual run has, its id and its time, apart."""
    plan, vault = demo_plan("canonical")
    plan = with_cases(plan, [one for one in plan.cases if not which or one.name in which])
    for number in (1, 2, 3):
        own, told = part_of(plan, Shard(number, 3), None, 8)
        driven(own, vault, tmp_path / f"part-{number}", told, faults)
    driven(plan, vault, tmp_path / "whole" / "voxgate-results", {}, faults)
    (tmp_path / "merged").mkdir()
    monkeypatch.chdir(tmp_path / "merged")
    assert main(["merge", "../part-3", "../part-1", "../part-2"]) == code
    monkeypatch.chdir(tmp_path / "whole")
    assert main(["judge", "voxgate-results"]) == code
    merged, unsharded = (
        json.loads((tmp_path / name / "voxgate-results" / "report.json").read_text()) for name in ("merged", "whole")
    )
    assert merged.pop("run_id") == "rehearsal-rehearsal-rehearsal"
    assert unsharded.pop("run_id") == "rehearsal"
    assert merged == unsharded
    assert {case["verdict"] for case in merged["cases"]} >= ({"pass", "fail"} if faults else {"pass"})


def driven(plan: Plan, vault: Vault, results: Path, told: dict[str, Json], faults: tuple[str, ...]) -> None:
    rehearse(plan, vault, results / "evidence", faults)
    run: dict[str, Json] = {"run_id": "rehearsal", "problems": [], "duration_ms": 0.0}
    store.write_run(results / "evidence", run | told, vault)


def test_problems_and_logs_of_the_shards_are_kept(parts: list[Path], tmp_path: Path) -> None:
    merge([parts[2], parts[0], parts[1]], tmp_path / "merged" / "evidence")
    assert judge_evidence(tmp_path / "merged" / "evidence").problems == ("shard 2/3: slow disk",)
    assert (tmp_path / "merged" / "evidence" / "parts" / "1" / "gate.log").read_text() == "log of 3"


def test_a_shard_that_is_missing_or_given_twice_is_named(parts: list[Path], tmp_path: Path) -> None:
    with pytest.raises(Unmergeable, match="of 3 shards 2/3 is missing"):
        merge([parts[0], parts[2]], tmp_path / "out")
    with pytest.raises(Unmergeable, match=r"shard 1/3 is given twice"):
        merge([parts[0], parts[0], parts[1], parts[2]], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_cases_that_no_shard_has_are_named(parts: list[Path], tmp_path: Path) -> None:
    plan = store.read_plan(parts[1])
    other = tmp_path / "evidence"
    store.create(other, with_cases(plan, plan.cases[1:]), store.read_run(parts[1]), Vault({}))
    with pytest.raises(Unmergeable, match=f"1 of \\d+ cases are in no shard: {plan.cases[0].id}"):
        merge([parts[0], other, parts[2]], tmp_path / "out")


def test_two_runs_that_share_a_case_are_no_parts(parts: list[Path], tmp_path: Path) -> None:
    first, second = (_unsharded(parts[0], tmp_path / name) for name in ("one", "two"))
    with pytest.raises(Unmergeable, match=r"the case .* is in .*one and again in .*two"):
        merge([first, second], tmp_path / "out")
    with pytest.raises(Unmergeable, match="some of these runs are shards of a run, and some are whole"):
        merge([first, parts[1]], tmp_path / "out")


def test_runs_of_different_suites_may_be_joined(parts: list[Path], tmp_path: Path) -> None:
    merge([_unsharded(path, tmp_path / str(number)) for number, path in enumerate(parts)], tmp_path / "out")
    assert len(judge_evidence(tmp_path / "out").cases) == sum(len(store.read_plan(path).cases) for path in parts)


def test_another_target_of_the_same_name_is_refused(parts: list[Path], tmp_path: Path) -> None:
    plan = store.read_plan(parts[1])
    moved = tuple(replace(target, dial=replace(target.dial, url="wss://elsewhere.example")) for target in plan.targets)
    other = tmp_path / "evidence"
    store.create(other, replace(plan, targets=moved), store.read_run(parts[1]), Vault({}))
    with pytest.raises(Unmergeable, match="is not the same in"):
        merge([parts[0], other, parts[2]], tmp_path / "out")


def _unsharded(folder: Path, into: Path) -> Path:
    import shutil

    shutil.copytree(folder, into)
    run = {key: value for key, value in store.read_run(folder).items() if key != "shard"}
    store.write_run(into, run, Vault({}))
    return into
