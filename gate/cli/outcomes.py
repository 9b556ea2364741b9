"""One place where everything that can go wrong becomes words and an exit code."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from platform import platform, python_version

from gate import __version__
from gate.core.mistakes import ManifestError
from gate.evidence.reader import Unreadable
from gate.reference.extra import ExtraMissing
from gate.report.escape import terminal_safe

CONFIGURATION, INTERNAL, INTERRUPTED = 2, 3, 130


class Usage(Exception):
    """What is wrong with the command line, and what to write instead."""


@contextmanager
def told() -> Iterator[None]:
    """User errors become exit 2 with their text; anything unforeseen becomes exit 3 with a report to paste."""
    try:
        yield
    except ManifestError as error:
        count = len(error.mistakes)
        _fatal(
            f"{error}\n{count} mistake{'s' if count != 1 else ''}; no case was run and no socket opened", CONFIGURATION
        )
    except (Usage, Unreadable, ExtraMissing) as error:
        _fatal(f"voxgate: {error}", CONFIGURATION)
    except KeyboardInterrupt:
        _fatal("voxgate: interrupted", INTERRUPTED)
    except Exception:
        _fatal(_bug(traceback.format_exc()), INTERNAL)


def _fatal(text: str, code: int) -> None:
    print(terminal_safe(text), file=sys.stderr)
    raise SystemExit(code)


def _bug(trace: str) -> str:
    return (
        "voxgate: this is a bug of Voxgate, not of your agent. Please report it with what follows:\n\n"
        f"voxgate {__version__}, Python {python_version()}, {platform()}\n\n{trace}"
    )
