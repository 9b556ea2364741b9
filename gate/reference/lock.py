"""For the fault `does-not-come-back`: whether the same gate has started an agent on this port before. A file tells, as
a lock does that nobody cleans up."""

import os
from pathlib import Path
from tempfile import gettempdir


def started_before(port: int) -> bool:
    lock = Path(gettempdir()) / f"voxgate-agent-{os.getppid()}-{port}.lock"
    try:
        lock.touch(exist_ok=False)
    except FileExistsError:
        lock.unlink()
        return True
    return False
