"""What git knows of the repository around a folder. Asks the `git` of the user's PATH, and changes nothing."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from gate.cli.outcomes import Usage

NOTHING = "0" * 40
"""How git's hooks write a commit that is not there (`githooks(5)`)."""


def ask(*arguments: str) -> str | None:
    """What git says, without the line break at its end; None where it says no."""
    try:
        done = subprocess.run(  # noqa: S603 (no shell reads it)
            ("git", *arguments),  # noqa: S607 (the user's own git)
            capture_output=True, text=True, errors="surrogateescape", check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise Usage("git is not on the PATH, and alone knows which files have changed") from None
    return done.stdout.removesuffix("\n") if done.returncode == 0 else None


def told(*arguments: str) -> str:
    """The same where a no is a mistake of the user."""
    answer = ask(*arguments)
    if answer is None:
        raise Usage(f"`git {' '.join(arguments)}` failed in {Path.cwd()}: is this a git repository, with that commit?")
    return answer


def changed_since(ref: str) -> list[str]:
    """The files that differ between the merge base with `ref` and the working tree, which is what a run tests, from the
    top of the repository; untracked ones too. Raises Usage where there is no such commit or no common history."""
    if ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}") is None:
        hint = "in CI, fetch it first (actions/checkout: fetch-depth: 0)"
        raise Usage(f"--changed-since {ref!r} is no commit that this repository has; {hint}")
    base = ask("merge-base", ref, "HEAD")
    if base is None:
        raise Usage(f"--changed-since {ref!r} has no history in common with HEAD; in CI, fetch all of it")
    top = told("rev-parse", "--show-toplevel")
    tracked = told("-C", top, "diff", "--name-only", "-z", "--no-renames", base, "--")
    untracked = told("-C", top, "ls-files", "-z", "--others", "--exclude-standard")
    return [name for name in (tracked + "\0" + untracked).split("\0") if name]


def base_of_push(pushed: str, remote: str) -> str | None:
    """What the lines on a pre-push hook's standard input are to be compared with: the commit that the remote has, or
    for a new branch the remote's main one. Empty where all is to be taken as new, None where nothing is pushed."""
    lines = [line.split() for line in pushed.splitlines()]
    coming = [line for line in lines if len(line) == 4 and line[1] != NOTHING]
    if not coming:
        return None
    known = [
        line[3] for line in coming if line[3] != NOTHING and ask("cat-file", "-e", f"{line[3]}^{{commit}}") is not None
    ]
    return known[0] if len(coming) == 1 and known else main_of(remote)


def main_of(remote: str) -> str:
    for name in ("HEAD", "main", "master"):
        ref = f"refs/remotes/{remote}/{name}"
        if ask("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}") is not None:
            return ref
    return ""


def without_hook(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what git tells its hooks of their repository (`git rev-parse --local-env-vars`): an agent
    that is started from a hook lives as it does without."""
    local = (ask("rev-parse", "--local-env-vars") or "").split()
    return {name: value for name, value in environ.items() if name not in local}
