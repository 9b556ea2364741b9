"""How the image begins: with arguments it is the command line; without, under GitHub, the action; otherwise it says
how it is used. It works as whoever owns the folder it works in, never as root beside other people's files."""

import os
import sys
from collections.abc import MutableMapping, Sequence
from contextlib import suppress
from pathlib import Path

from gate.cli.main import main as voxgate
from gate.cli.main import parser
from gate.cli.outcomes import CONFIGURATION, told

FILE_COMMANDS = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
"""Where the runner wants outputs and summary: files that it makes for each step, and reads back."""


def main(arguments: Sequence[str], environ: MutableMapping[str, str]) -> int:
    """Returns the exit code. Without arguments, under GitHub, it works in the workspace."""
    as_action = not arguments and environ.get("GITHUB_ACTIONS") == "true"
    if not arguments and not as_action:
        parser().print_help(sys.stderr)
        return CONFIGURATION
    if as_action:
        os.chdir(environ.get("GITHUB_WORKSPACE", "."))
    step_down(Path.cwd(), environ)
    with told():
        if as_action:
            from gate.cli.inputs import arguments_of

            arguments = arguments_of(environ)
        return voxgate(arguments)
    raise AssertionError("told() exits")


def step_down(folder: Path, environ: MutableMapping[str, str]) -> None:
    """From root to the owner of the folder, for good: what is written there belongs to them, and an agent's bytes are
    read without root. Where the folder is root's, or the container may not change its user, nothing happens."""
    owner = folder.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for name in FILE_COMMANDS:
        with suppress(OSError, KeyError):
            os.chown(environ[name], owner.st_uid, owner.st_gid)
    try:
        os.setgroups([owner.st_gid])
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)
    except PermissionError:
        return
    if not os.access(environ.get("HOME", ""), os.W_OK):
        environ["HOME"] = "/tmp"  # noqa: S108 (the one folder that is there even in a read-only container)
