"""The evidence folder of a run: where things lie, and the plan and the clips that judging needs."""

import json
import shutil
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from gate.core.jsons import Json
from gate.core.plan import Clip, File, Plan
from gate.core.vault import Vault
from gate.evidence.reader import Unreadable

FORMAT = "voxgate-evidence/1"
RUN, PLAN, CASES, CLIPS = "run.json", "plan.json", "cases", "fixtures"

_PLAN = TypeAdapter(Plan)


def create(folder: Path, plan: Plan, run: dict[str, Json], vault: Vault) -> None:
    """A new evidence folder. An older one of ours in its place is removed; anything else there is left alone."""
    if folder.exists():
        if not (folder / RUN).is_file() and any(folder.iterdir()):
            raise FileExistsError(f"{folder} holds something that is no evidence of Voxgate: choose another --out")
        shutil.rmtree(folder)
    (folder / CASES).mkdir(parents=True)
    (folder / CLIPS).mkdir()
    write_run(folder, run, vault)
    (folder / PLAN).write_text(vault.mask(_PLAN.dump_json(plan, indent=1).decode()), "utf-8")


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


def attempt_folder(folder: Path, case_id: str, attempt: int) -> Path:
    return folder / CASES / case_id / str(attempt)


def attempts(folder: Path, case_id: str) -> list[Path]:
    """The attempts at a case, first to last."""
    home = folder / CASES / case_id
    found = [path for path in home.iterdir() if path.name.isdecimal()] if home.is_dir() else []
    return sorted(found, key=lambda path: int(path.name))


def read_run(folder: Path) -> dict[str, Any]:
    return _object(folder, RUN, FORMAT)


def read_plan(folder: Path) -> Plan:
    if not (folder / PLAN).is_file():
        raise Unreadable(f"{folder / PLAN}: no such file; is {folder} the evidence folder of a run?")
    try:
        return _PLAN.validate_json((folder / PLAN).read_bytes())
    except ValidationError as error:
        raise Unreadable(f"{folder / PLAN}: not a plan of this version ({error.error_count()} places differ)") from None


def _object(folder: Path, name: str, form: str) -> dict[str, Any]:
    path = folder / name
    if not path.is_file():
        raise Unreadable(f"{path}: no such file; give the evidence folder of a run, such as voxgate-results/evidence")
    try:
        value = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise Unreadable(f"{path}: not JSON ({error})") from None
    if not isinstance(value, dict) or value.get("format") != form:
        found = value.get("format") if isinstance(value, dict) else None
        raise Unreadable(f"{path}: format {found!r}, this version reads {form!r}: please update voxgate")
    return value
