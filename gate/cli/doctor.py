"""`voxgate doctor`: what is missing on this machine and in this folder before a run can say anything. It calls no
agent: it only asks whether somebody listens where the manifest says."""

import argparse
import os
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from platform import python_version

from gate import __version__
from gate.core.plan import Plan, Target

WAIT_S = 3.0


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at: `wrong` is what to do about it, empty where it is well; `needed`: without it there
    is no run."""

    what: str
    wrong: str = ""
    needed: bool = True

    def __str__(self) -> str:
        mark = "ok     " if not self.wrong else "MISSING" if self.needed else "note   "
        return f"{mark}  {self.what}" + (f"\n         {self.wrong}" if self.wrong else "")


def doctor(arguments: argparse.Namespace) -> int:
    looks = list(examined(Path(arguments.manifest), os.environ))
    for look in looks:
        print(look)
    missing = sum(bool(look.wrong) and look.needed for look in looks)
    print("nothing is missing" if not missing else f"{missing} of {len(looks)} are missing")
    return 2 if missing else 0


def examined(manifest: Path, environ: Mapping[str, str]) -> Iterator[Look]:
    yield Look(f"voxgate {__version__}, Python {python_version()}")
    has_agent = find_spec("pocketsphinx") is not None
    extra = "" if has_agent else "pip install 'voxgate[agent]'"
    yield Look("the reference agent of `voxgate demo`", extra, needed=False)
    yield _results(Path("voxgate-results"))
    if not manifest.is_file():
        yield Look(f"a manifest, {manifest}", "`voxgate init` writes a first one")
        return
    text = manifest.read_text("utf-8", "replace")
    for name in dict.fromkeys(re.findall(r"\$\{env\.([A-Za-z_][A-Za-z0-9_]*)\}", _without_comments(text))):
        yield Look(f"the variable {name}", "" if environ.get(name) else f"export {name}=…, or a CI secret")
    if "PLACEHOLDER" in text:
        lines = [str(number) for number, line in enumerate(text.splitlines(), 1) if "PLACEHOLDER" in line]
        yield Look("no PLACEHOLDER is left", f"{manifest}: line {', '.join(lines)}")
    plan, mistakes = _read(manifest, environ)
    yield Look(f"{manifest} is a manifest", mistakes.replace("\n", "\n         "))
    for target in plan.targets if plan else ():
        yield from _target(target, environ)


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def _results(results: Path) -> Look:
    there = results if results.exists() else Path()
    is_well = os.access(there, os.W_OK)
    return Look("results can be written here", "" if is_well else f"{there.resolve()} cannot be written to: give --out")


def _read(manifest: Path, environ: Mapping[str, str]) -> tuple[Plan | None, str]:
    from gate.cli.running import read
    from gate.core.mistakes import ManifestError

    try:
        return read(str(manifest), environ)[0], ""
    except ManifestError as error:
        return None, str(error)


def _target(target: Target, environ: Mapping[str, str]) -> Iterator[Look]:
    from gate.core.addresses import host_and_port
    from gate.world.program import is_there

    url = target.dial.http.url if target.dial.http else target.dial.url
    host, port = host_and_port(url)
    where = f"target {target.name}: {host}:{port}"
    if target.start is None:
        yield Look(f"{where} is listened on", _unheard(host, port))
        return
    program, path = target.start.command[0], environ.get("PATH", os.defpath)
    wrong = "" if is_there(target.start, environ) else f"it is not on this machine; PATH is {path}"
    yield Look(f"target {target.name}: its program {program}", wrong)
    if target.start.port is not None:
        taken = not _unheard("127.0.0.1", target.start.port)
        wrong = "something listens there already: stop it, or give the agent another" if taken else ""
        yield Look(f"target {target.name}: port {target.start.port} is free for it", wrong)


def _unheard(host: str, port: int) -> str:
    """Why nobody answers there; empty if somebody does."""
    try:
        socket.create_connection((host, port), timeout=WAIT_S).close()
    except socket.gaierror:
        return f"the name {host} cannot be resolved from here"
    except OSError as error:
        return f"{error.strerror or 'no answer'}: start your agent, or let the gate do so with `start:`"
    return ""
