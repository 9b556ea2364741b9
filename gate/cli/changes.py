"""`--changed-since`: what of a plan has to do with the files that changed."""

from pathlib import Path

from gate.cli.selection import concerned
from gate.core.plan import Plan


def changed_since(plan: Plan, manifest: str, since: str) -> Plan:
    """What is to be run of it. A manifest that changed concerns every suite."""
    from gate.cli import git

    changed, top = git.changed_since(since), Path(git.told("rev-parse", "--show-toplevel"))
    own = Path(manifest).resolve()
    return plan if any((top / name).resolve() == own for name in changed) else concerned(plan, changed)
