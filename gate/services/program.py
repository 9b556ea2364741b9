"""A program of the user's. No shell reads its arguments, and it is ended with its children when its time is over."""

import os
import signal
import subprocess
from collections.abc import Mapping

from gate.services.failing import Failed, TooSlow, last_said


def output(argv: list[str], given: bytes, timeout_ms: float, environ: Mapping[str, str]) -> bytes:
    """What it writes to its standard output; `given` comes on its standard input. Raises Failed."""
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(  # noqa: S603 (the user's own command, no shell)
            argv, stdin=pipe, stdout=pipe, stderr=pipe, env=dict(environ), start_new_session=True
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise Failed(f"cannot be run: {why}; install it, or give its path") from None
    with process:
        try:
            out, told = process.communicate(given, timeout_ms / 1000)
        except subprocess.TimeoutExpired:
            raise TooSlow(f"did not end within {timeout_ms / 1000:g} s") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        how = f"exit code {process.returncode}" if process.returncode > 0 else f"signal {-process.returncode}"
        raise Failed(f"ended with {how}; it said: {last_said(told)}")
    return out
