"""The evidence folder of a run: where things lie, and the plan and the clips that judging needs."""

import json
import shutil
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from gate.core.jsons import Json
from gate.core.plan import Clip, File, Plan
from gate.core.vault import Vault
from gate.evidence.reader import Unreadable
from gate.evidence.upgrades import FORMAT, upgraded, version_of

BACKEND_TRACE = "backend-trace.json"
RUN, PLAN, CASES, CLIPS = "run.json", "plan.json", "cases", "fixtures"
PICTURE = "picture.json"
FOR_LINES, FOR_REPORTS = "room.lines", "room.reports"
HELD_BYTES = {FOR_LINES: 500_000, FOR_REPORTS: 4_000_000}

_PLAN = TypeAdapter(Plan)


def create(folder: Path, plan: Plan, run: dict[str, Json], vault: Vault) -> None:
    """A new evidence folder. An older one of ours in its place is removed; anything else there is left alone. What
    says that it is ours is there first and goes last, so that a run that is killed here keeps no other out."""
    if folder.exists():
        if not _is_ours(folder):
            raise FileExistsError(f"{folder} holds something that is no evidence of Voxgate: choose another --out")
        for path in folder.iterdir():
            if path.name != RUN:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    write_run(folder, run, vault)
    (folder / CASES).mkdir()
    (folder / CLIPS).mkdir()
    stored = {"format": FORMAT, **_PLAN.dump_python(plan, mode="json")}
    (folder / PLAN).write_text(vault.mask(to_json(stored, indent=1).decode()), "utf-8")


def _is_ours(folder: Path) -> bool:
    return (folder / RUN).is_file() or all(path.name == f"{RUN}.part" for path in folder.iterdir())


def keep_room(folder: Path) -> None:
    """So much of the disk is held for the last lines of recordings, and apart from that for the reports, so that no
    sound that is derived meanwhile takes it."""
    for name, held_bytes in HELD_BYTES.items():
        try:
            (folder / name).write_bytes(bytes(held_bytes))
        except OSError:
            give_room(folder, name)


def give_room(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)


def write_run(folder: Path, run: dict[str, Json], vault: Vault) -> None:
    """`run.json`, replaced as a whole: a reader sees the old or the new, never half of one."""
    text = json.dumps({"format": FORMAT, **run}, indent=1, ensure_ascii=False)
    part = folder / (RUN + ".part")
    part.write_text(vault.mask(text), "utf-8", errors="surrogatepass")
    part.replace(folder / RUN)


def keep_clip(folder: Path, clip: Clip, data: bytes) -> None:
    (folder / CLIPS / f"{clip.sha256}.wav").write_bytes(data)


def keep_file(folder: Path, file: File, data: bytes) -> None:
    """What was sent as it is, beside the clips."""
    (folder / CLIPS / f"{file.sha256}.bin").write_bytes(data)


def write_picture(derived: Path, picture: dict[str, Json]) -> None:
    """What `report.html` draws of an attempt. ASCII, so that half a surrogate pair of the agent's survives."""
    (derived / PICTURE).write_text(json.dumps(picture, separators=(",", ":"), allow_nan=False), "ascii")


def keep_trace(attempt: Path, trace: Json) -> None:
    """What the agent's backend shows of the trace of this attempt, beside the recording."""
    (attempt / BACKEND_TRACE).write_text(json.dumps(trace, indent=1), "utf-8")


def attempt_folder(folder: Path, case_id: str, attempt: int) -> Path:
    return folder / CASES / case_id / str(attempt)


def attempts(folder: Path, case_id: str) -> list[Path]:
    """The attempts at a case, first to last."""
    home = folder / CASES / case_id
    found = [path for path in home.iterdir() if path.name.isdecimal()] if home.is_dir() else []
    return sorted(found, key=lambda path: int(path.name))


def read_run(folder: Path) -> dict[str, Any]:
    run, _ = _read_run(folder)
    return run


def read_plan(folder: Path) -> Plan:
    """The plan, brought up to this version where it is of an earlier one."""
    if not (folder / PLAN).is_file():
        raise Unreadable(f"{folder / PLAN}: no such file; is {folder} the evidence folder of a run?")
    stored = _object(folder / PLAN)
    version = _read_run(folder)[1] if "format" not in stored else _version(folder / PLAN, stored)
    try:
        return _PLAN.validate_json(to_json(upgraded(stored, version)))
    except (ValidationError, KeyError, TypeError) as error:
        places = error.error_count() if isinstance(error, ValidationError) else 1
        raise Unreadable(f"{folder / PLAN}: not a plan of this version ({places} places differ)") from None


def _read_run(folder: Path) -> tuple[dict[str, Any], int]:
    path = folder / RUN
    if not path.is_file():
        raise Unreadable(f"{path}: no such file; give the evidence folder of a run, such as voxgate-results/evidence")
    run = _object(path)
    return {**run, "format": FORMAT}, _version(path, run)


def _version(path: Path, found: dict[str, Any]) -> int:
    try:
        return version_of(found.get("format"))
    except ValueError as error:
        raise Unreadable(f"{path}: {error}") from None


def _object(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise Unreadable(f"{path}: not JSON ({error})") from None
    if not isinstance(value, dict):
        raise Unreadable(f"{path}: no JSON object")
    return value
