"""`voxgate hook`: the gate before a push. It runs the fast suites of what changed, with the user's own PATH, and leaves
its results in the repository's git folder, where nobody commits them."""

import argparse
import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from gate.cli import git
from gate.cli.outcomes import Usage
from gate.core.plan import Plan

FAST = ("handshake", "smoke")
"""What is run unless the user says otherwise, as far as the manifest has it: together within about a minute."""

MARK = "# written by voxgate hook install"
SCRIPT = """\
#!/bin/sh
{mark}
exec {command} hook run {arguments}--remote "$1"
"""


def hook(arguments: argparse.Namespace) -> int:
    return {"install": install, "run": run}[arguments.action](arguments)


def install(arguments: argparse.Namespace) -> int:
    """Writes the pre-push hook, unless somebody else's is there."""
    file = Path(git.told("rev-parse", "--git-path", "hooks")) / "pre-push"
    command = " ".join(map(shlex.quote, (sys.executable, "-P", "-m", "gate")))
    given = [f"--suite={name}" for name in arguments.suite or ()]
    given += [arguments.manifest] if arguments.manifest != arguments.usual else []
    words = "".join(f"{shlex.quote(word)} " for word in given)
    if file.exists() and MARK not in file.read_text("utf-8", "replace"):
        line = f'{command} hook run {words}--remote "$1" || exit $?'
        raise Usage(
            f"{file} is there already, and not of Voxgate; add this line to it, where it still has its standard input:"
            f"\n\n{line}"
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SCRIPT.format(mark=MARK, command=command, arguments=words), "utf-8")
    file.chmod(0o755)
    print(f"{file}: a push waits for the gate from now on; `git push --no-verify` passes it by")
    return 0


def run(arguments: argparse.Namespace) -> int:
    """The hook itself. What is pushed is told by git on standard input, or by pre-commit in the environment."""
    from gate.cli.main import parser
    from gate.cli.running import run_manifest

    base = _base(arguments, os.environ)
    if base is None:
        return 0
    if not Path(arguments.manifest).is_file():
        raise Usage(f"{arguments.manifest}: no such file, seen from {Path.cwd()}; `voxgate init` writes one")
    options = [f"--suite={name}" for name in arguments.suite or ()]
    options += [f"--changed-since={base}"] if base else []
    options += [f"--out={git.told('rev-parse', '--git-path', 'voxgate')}", f"--log-level={arguments.log_level}"]
    as_run = parser().parse_args(["run", *options, "--", arguments.manifest])
    return run_manifest(as_run.manifest, as_run, own(git.without_hook(os.environ), sys.prefix), fast)


def fast(plan: Plan, arguments: argparse.Namespace) -> None:
    """Names the fast suites where the user named none and there are some."""
    if not arguments.suite:
        arguments.suite = [name for name in FAST if any(case.suite == name for case in plan.cases)] or None


def _base(arguments: argparse.Namespace, environ: Mapping[str, str]) -> str | None:
    if environ.get("PRE_COMMIT") == "1":
        remote = environ.get("PRE_COMMIT_REMOTE_NAME", "")
        return environ.get("PRE_COMMIT_FROM_REF") or git.main_of(remote)
    pushed = "" if sys.stdin.isatty() else sys.stdin.read()
    return git.base_of_push(pushed, arguments.remote or "origin")


def own(environ: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The user's environment: without that of the hook itself, which pre-commit puts before theirs."""
    if environ.get("PRE_COMMIT") != "1" or environ.get("VIRTUAL_ENV") != prefix:
        return dict(environ)
    ours = os.path.join(prefix, "bin")  # noqa: PTH118 (compared with text)
    path = [folder for folder in environ.get("PATH", "").split(os.pathsep) if folder != ours]
    kept = {name: value for name, value in environ.items() if name != "VIRTUAL_ENV"}
    return {**kept, "PATH": os.pathsep.join(path)}
