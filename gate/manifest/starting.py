"""`start:` to the program that the gate is to run. Nothing is run here."""

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

from gate.core.plan import Start
from gate.manifest import words
from gate.manifest.document import Loc
from gate.manifest.faults import Fault, Faults
from gate.manifest.models import Readiness, StartSettings

_SHELL = {"&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1", "2>"}
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*")


def start_of(settings: StartSettings, folder: Path, faults: Faults, loc: Loc) -> Start:
    command = _command(settings.command, faults, (*loc, "command"))
    cwd = folder / settings.cwd if settings.cwd is not None else None
    if settings.cwd is not None and not (folder / settings.cwd).is_dir():
        fault = Fault("is no folder", "a folder, seen from the manifest's own")
        faults.tell((*loc, "cwd"), fault, words.quoted(settings.cwd))
    for name, value in settings.env.items():
        if not name or "=" in name or "\0" in name + value:
            faults.tell((*loc, "env", name), Fault("can be no environment variable", "a name without ="))
    ready = settings.ready or Readiness()
    faults.tell((*loc, "ready", "url"), _no_url(ready.url), words.quoted(ready.url or ""))
    faults.tell((*loc, "ready", "log"), _no_expression(ready.log), words.quoted(ready.log or ""))
    return Start(
        command, dict(settings.env), str(cwd) if cwd else None, ready.port, settings.timeout,
        ready.url, ready.log, settings.stop.signal, settings.stop.grace,
    )  # fmt: skip


def _no_url(url: str | None) -> Fault | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_one = False
    return None if is_one else Fault("is no address", "one such as http://127.0.0.1:8080/health")


def _no_expression(text: str | None) -> Fault | None:
    try:
        re.compile(text or "")
    except re.error as error:
        return Fault(f"is no regular expression: {error.msg}", "a part of a line that the agent writes")
    return None


def _command(command: str | list[str], faults: Faults, loc: Loc) -> tuple[str, ...]:
    if isinstance(command, list):
        if not command[0] or "\0" in "".join(command):
            faults.tell(loc, Fault("names no program"))
        return tuple(command)
    try:
        words_of_it = tuple(shlex.split(command))
    except ValueError:
        faults.tell(loc, Fault("has a quote that is never closed"), words.quoted(command))
        return ()
    faults.tell(loc, _fault(words_of_it), words.quoted(command))
    return words_of_it


def _fault(parts: tuple[str, ...]) -> Fault | None:
    if not parts or "\0" in "".join(parts):
        return Fault("names no program")
    if _ASSIGNMENT.fullmatch(parts[0]):
        return Fault("begins with a variable, and no shell reads it", "", "put the variable under env:")
    meant_for_shell = [part for part in parts if part in _SHELL or (part.endswith(";") and len(part) > 1)]
    if meant_for_shell:
        hint = 'use cwd: and env:, or write [sh, -c, "…"]'
        return Fault(f"has {meant_for_shell[0]!r}, but no shell reads it", "one program and its arguments", hint)
    return None
