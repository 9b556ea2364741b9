"""The evidence folder: laid out before the first socket, and never at the cost of somebody else's files."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.core.places import Place
from gate.core.plan import (
    BargeIn,
    Call,
    Case,
    Claim,
    Clip,
    Dial,
    File,
    Inject,
    Leave,
    Plan,
    Play,
    Press,
    SendFile,
    Show,
    Target,
    Wait,
)
from gate.core.vault import Vault
from gate.evidence import store
from gate.evidence.reader import Unreadable

PLACE = Place("voice-tests.yaml", 3, 1)
CLIP = Clip("hi", "ab" * 32, 16_000, 900.0, "hi", segments_ms=((100.0, 700.0),))
STEPS = (
    Play("hi"), Wait("audible", ms=5.0), Inject(hexed="ff"), BargeIn("hi", 5.0), SendFile("a"), Show("a"), Press("1"),
    Leave(None),
)  # fmt: skip
CASE = Case("c", "t", "smoke", "n", PLACE, (Call("call", Dial("ws://x"), {"a": [1]}, STEPS),), (Claim("ready", PLACE),))
PLAN = Plan(
    "voice-tests.yaml", "0.1.0", (Target("t", "canonical", Dial("ws://x"), PLACE),), (CLIP,), (CASE,), ("TOKEN",)
)
NOTHING = Vault({})


def test_the_plan_and_the_facts_of_the_run_are_read_back(tmp_path: Path) -> None:
    store.create(tmp_path / "e", PLAN, {"run_id": "r"}, NOTHING)
    assert store.read_plan(tmp_path / "e") == PLAN
    assert store.read_run(tmp_path / "e") == {"format": "voxgate-evidence/2", "run_id": "r"}


def test_evidence_of_ours_is_replaced_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    store.create(tmp_path / "e", PLAN, {"run_id": "r"}, NOTHING)
    (tmp_path / "e" / "cases" / "old").mkdir()
    store.create(tmp_path / "e", PLAN, {"run_id": "s"}, NOTHING)
    assert store.read_run(tmp_path / "e")["run_id"] == "s"
    assert list((tmp_path / "e" / "cases").iterdir()) == []


def test_a_folder_of_somebody_elses_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="no evidence of Voxgate"):
        store.create(tmp_path, PLAN, {}, NOTHING)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


class Killed(BaseException):
    """Stands for a kill: nobody catches it."""


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize("step", range(12))
def test_a_run_that_is_killed_while_it_lays_out_its_evidence_keeps_no_other_out(
    old: bool, step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if old:
        store.create(tmp_path / "e", PLAN, {"run_id": "old"}, NOTHING)
    steps = iter(range(100))

    def killing(deed: Callable[..., Any]) -> Callable[..., Any]:
        def do(*given: Any, **named: Any) -> Any:
            if next(steps) == step:
                raise Killed
            return deed(*given, **named)

        return do

    with monkeypatch.context() as kill:
        kill.setattr(shutil, "rmtree", killing(shutil.rmtree))
        for name in ("mkdir", "unlink", "write_text", "replace"):
            kill.setattr(Path, name, killing(getattr(Path, name)))
        with suppress(Killed):
            store.create(tmp_path / "e", PLAN, {"run_id": "killed"}, NOTHING)
    store.create(tmp_path / "e", PLAN, {"run_id": "next"}, NOTHING)
    assert (store.read_run(tmp_path / "e")["run_id"], store.read_plan(tmp_path / "e")) == ("next", PLAN)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    store.create(tmp_path, PLAN, {"run_id": "r"}, NOTHING)
    assert store.read_plan(tmp_path) == PLAN


def test_run_json_is_replaced_as_a_whole(tmp_path: Path) -> None:
    store.create(tmp_path / "e", PLAN, {"run_id": "r"}, NOTHING)
    store.write_run(tmp_path / "e", {"run_id": "r", "problems": ["x"]}, NOTHING)
    assert store.read_run(tmp_path / "e")["problems"] == ["x"]
    assert sorted(path.name for path in (tmp_path / "e").iterdir()) == ["cases", "fixtures", "plan.json", "run.json"]


def test_attempts_are_counted_and_not_spelled(tmp_path: Path) -> None:
    for attempt in (1, 2, 10):
        store.attempt_folder(tmp_path, "c", attempt).mkdir(parents=True)
    (tmp_path / "cases" / "c" / "notes").mkdir()
    assert [path.name for path in store.attempts(tmp_path, "c")] == ["1", "2", "10"]
    assert store.attempts(tmp_path, "other") == []


def test_a_clip_is_kept_under_its_hash(tmp_path: Path) -> None:
    store.create(tmp_path / "e", PLAN, {"run_id": "r"}, NOTHING)
    store.keep_clip(tmp_path / "e", CLIP, b"RIFF")
    assert (tmp_path / "e" / "fixtures" / f"{CLIP.sha256}.wav").read_bytes() == b"RIFF"


def test_a_file_is_kept_under_its_hash_and_the_plan_knows_it(tmp_path: Path) -> None:
    file = File("a.png", "ab" * 32, "image/png", 3)
    plan = replace(PLAN, files=(file,))
    store.create(tmp_path / "e", plan, {"run_id": "r"}, NOTHING)
    store.keep_file(tmp_path / "e", file, b"png")
    assert (tmp_path / "e" / "fixtures" / f"{file.sha256}.bin").read_bytes() == b"png"
    assert store.read_plan(tmp_path / "e").files == (file,)


def test_what_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="give the evidence folder of a run"):
        store.read_run(tmp_path)
    with pytest.raises(Unreadable, match=r"plan\.json: no such file"):
        store.read_plan(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(Unreadable, match="not JSON"):
        store.read_run(tmp_path)
    (tmp_path / "run.json").write_text(json.dumps({"format": "voxgate-evidence/3"}))
    with pytest.raises(Unreadable, match="please update voxgate"):
        store.read_run(tmp_path)
    (tmp_path / "run.json").write_text(json.dumps({"format": "somebody-elses/1"}))
    with pytest.raises(Unreadable, match="is none of Voxgate's evidence"):
        store.read_run(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps({"format": "voxgate-evidence/3"}))
    with pytest.raises(Unreadable, match="please update voxgate"):
        store.read_plan(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps({"format": "voxgate-evidence/2"}))
    with pytest.raises(Unreadable, match="not a plan of this version"):
        store.read_plan(tmp_path)
