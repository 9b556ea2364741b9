"""Whether this machine has what a run needs before it begins: the programs of the agents, a folder for the results."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from gate.cli.outcomes import Usage
from gate.core.plan import Plan


def startable(plan: Plan, environ: Mapping[str, str]) -> None:
    """Raises Usage for an agent whose program is not on this machine."""
    from gate.world.containers import is_container
    from gate.world.program import is_there

    for target in plan.targets:
        if target.start is None or is_there(target.start, environ):
            continue
        program = target.start.command[0]
        what = f"the target {target.name} is started with {program!r}, which is not on this machine"
        if is_container(environ):
            raise Usage(
                f"{what}: it is a container, and has only what its image brought.\nStart the agent in an earlier step "
                "or as a `services:` container, leave `start:` out, and write the address that it has from here, with "
                "its host in allow_plain_ws:\n\n"
                "target:\n  url: ws://agent:8080/voice\n  allow_plain_ws: [agent]\n\n"
                "or build an image that has both: FROM voxgate, and your agent on top."
            )
        raise Usage(f"{what}: install it, or correct start.command; PATH is {environ.get('PATH', '')}")


UNWRITABLE = (
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOTDIR, errno.EEXIST,
    errno.ENAMETOOLONG,
)  # fmt: skip


def unwritable(error: OSError, results: Path | str) -> Exception:
    """The user's own: a folder that cannot be written to. Anything else is what it is."""
    if error.errno not in UNWRITABLE:
        return error
    return Usage(f"{error.filename or results}: {error.strerror}{what_to_do()}")


def what_to_do() -> str:
    """Where a place cannot be written to: a clause that follows what is wrong with it."""
    return f", as user {os.geteuid()}; choose another --out, or give the folder to that user"
