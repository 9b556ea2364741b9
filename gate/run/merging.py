"""The evidence of several runs, joined as that of one. Nothing is judged here, and nothing is taken twice."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gate.core.jsons import Json
from gate.core.plan import Case, Plan, Target
from gate.core.vault import Vault
from gate.evidence import store

PARTS = "parts"
NOT_TOLD = 3


class Unmergeable(Exception):
    """Why these runs are not the parts of one."""


@dataclass(frozen=True, slots=True)
class Part:
    folder: Path
    plan: Plan
    run: dict[str, Any]

    @property
    def shard(self) -> dict[str, Any] | None:
        shard = self.run.get("shard")
        return shard if isinstance(shard, dict) else None

    @property
    def name(self) -> str:
        return f"shard {self.shard['number']}/{self.shard['total']}" if self.shard else str(self.folder)


def merge(folders: Sequence[Path], into: Path) -> None:
    """Writes the evidence folder `into`. Raises Unmergeable, Unreadable, FileExistsError."""
    parts = [Part(folder, store.read_plan(folder), store.read_run(folder)) for folder in folders]
    _check_plans(parts)
    order = _order(parts)
    whole = _joined(parts, order)
    store.create(into, whole, _facts(parts), Vault({}))
    for number, part in enumerate(parts, 1):
        _copy(part, into, number)


def _check_plans(parts: Sequence[Part]) -> None:
    first = parts[0]
    for part in parts[1:]:
        if part.plan.gate_version != first.plan.gate_version:
            versions = f"{first.plan.gate_version} and {part.plan.gate_version}"
            raise Unmergeable(f"{first.folder} and {part.folder} were recorded by two versions: {versions}")
        for what in ("clips", "files"):
            known = {one.name: one.sha256 for one in getattr(first.plan, what)}
            for one in getattr(part.plan, what):
                if known.get(one.name, one.sha256) != one.sha256:
                    raise Unmergeable(f"{one.name} is not the same in {first.folder} and in {part.folder}")
    targets: dict[str, tuple[Path, Target]] = {}
    for part in parts:
        for target in part.plan.targets:
            folder, known_target = targets.setdefault(target.name, (part.folder, target))
            if (known_target.dialect, known_target.dial.url) != (target.dialect, target.dial.url):
                raise Unmergeable(f"the target {target.name} is not the same in {folder} and in {part.folder}")


def _order(parts: Sequence[Part]) -> list[str]:
    """The ids of all cases, in the order of the run that was divided. Raises Unmergeable for what is there twice, or is
    not there."""
    seen: dict[str, Part] = {}
    shards = [part.shard for part in parts if part.shard]
    if shards and len(shards) != len(parts):
        raise Unmergeable("some of these runs are shards of a run, and some are whole: give those of one kind")
    _check_numbers(parts)
    for part in parts:
        for case in part.plan.cases:
            if case.id in seen:
                raise Unmergeable(f"the case {case.id} is in {seen[case.id].folder} and again in {part.folder}")
            seen[case.id] = part
    if not shards:
        return list(seen)
    order: list[str] = shards[0]["cases"]
    missing = [case for case in order if case not in seen]
    if missing:
        shown = ", ".join(missing[:NOT_TOLD]) + (" …" if len(missing) > NOT_TOLD else "")
        raise Unmergeable(f"{len(missing)} of {len(order)} cases are in no shard: {shown}")
    return order


def _check_numbers(parts: Sequence[Part]) -> None:
    taken: dict[int, Part] = {}
    for part in parts:
        shard = part.shard
        if shard is None:
            return
        first = parts[0].shard
        assert first is not None
        if (shard["total"], shard["cases"]) != (first["total"], first["cases"]):
            raise Unmergeable(f"{parts[0].folder} and {part.folder} are shards of two different runs")
        if shard["number"] in taken:
            raise Unmergeable(f"{part.name} is given twice: {taken[shard['number']].folder} and {part.folder}")
        taken[shard["number"]] = part
    total = parts[0].shard["total"] if parts[0].shard else 0
    gone = [f"{number}/{total}" for number in range(1, total + 1) if number not in taken]
    if gone:
        raise Unmergeable(f"of {total} shards {', '.join(gone)} {'is' if len(gone) == 1 else 'are'} missing")


def _joined(parts: Sequence[Part], order: Sequence[str]) -> Plan:
    cases: dict[str, Case] = {case.id: case for part in parts for case in part.plan.cases}
    targets = {target.name: target for part in parts for target in part.plan.targets}
    names = parts[0].shard["targets"] if parts[0].shard else list(targets)
    first = parts[0].plan
    return replace(
        first,
        cases=tuple(cases[case] for case in order),
        targets=tuple(targets[name] for name in names),
        clips=_named(part.plan.clips for part in parts),
        files=_named(part.plan.files for part in parts),
        secrets=tuple(dict.fromkeys(name for part in parts for name in part.plan.secrets)),
        remarks=tuple(dict.fromkeys(remark for part in parts for remark in part.plan.remarks)),
    )


def _named(groups: Iterable[Sequence[Any]]) -> tuple[Any, ...]:
    named = {one.name: one for group in groups for one in group}
    return tuple(named[name] for name in sorted(named))


def _facts(parts: Sequence[Part]) -> dict[str, Json]:
    """They ran beside one another, so that the longest is how long all of it took."""
    problems: list[Json] = [f"{part.name}: {problem}" for part in parts for problem in part.run.get("problems", [])]
    merged: list[Json] = [str(part.run["run_id"]) for part in parts]
    return {
        "run_id": "-".join(str(one)[:12] for one in merged), "merged": merged, "manifest": parts[0].plan.manifest,
        "started_at": min(str(part.run.get("started_at", "")) for part in parts),
        "duration_ms": max(float(part.run.get("duration_ms", 0.0)) for part in parts),
        "voxgate": parts[0].run.get("voxgate"), "problems": problems,
    }  # fmt: skip


def _copy(part: Part, into: Path, number: int) -> None:
    """Cases and clips to where they lie in all evidence; what else a run has left, into a folder of its own."""
    shutil.copytree(part.folder / store.CASES, into / store.CASES, dirs_exist_ok=True)
    shutil.copytree(part.folder / store.CLIPS, into / store.CLIPS, dirs_exist_ok=True)
    for path in sorted(part.folder.iterdir()):
        if path.name in (store.RUN, store.PLAN, store.CASES, store.CLIPS, PARTS):
            continue
        there = into / PARTS / str(number) / path.name
        there.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, there)
        else:
            shutil.copyfile(path, there)
