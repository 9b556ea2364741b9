"""One place where everything that can go wrong becomes words and an exit code."""

import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from platform import platform, python_version

from gate import __version__
from gate.core.findings import Outcome
from gate.core.mistakes import ManifestError, Mistake
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
        text = f"{error}\n{count} mistake{'s' if count != 1 else ''}; no case was run and no socket opened"
        _fatal(text, CONFIGURATION, Outcome.CONFIGURATION, error.mistakes)
    except (Usage, Unreadable, ExtraMissing) as error:
        _fatal(f"voxgate: {error}", CONFIGURATION, Outcome.CONFIGURATION)
    except KeyboardInterrupt:
        _fatal("voxgate: interrupted", INTERRUPTED, Outcome.ENVIRONMENT)
    except Exception as error:
        if where := _unwritable(error):
            _fatal(f"voxgate: {where}", CONFIGURATION, Outcome.CONFIGURATION)
        _fatal(_bug(traceback.format_exc()), INTERNAL, Outcome.INTERNAL)


def _unwritable(error: Exception) -> str:
    """What to do about a place that cannot be written to, if it is for that; else nothing."""
    from gate.cli.place_to_run import unwritable

    told = unwritable(error, "a file") if isinstance(error, OSError) else error
    return str(told) if isinstance(told, Usage) else ""


def _fatal(text: str, code: int, reason: Outcome, mistakes: Iterable[Mistake] = ()) -> None:
    from gate.cli.github import refused

    print(terminal_safe(text), file=sys.stderr)
    refused(terminal_safe(text), reason, mistakes)
    raise SystemExit(code)


def _bug(trace: str) -> str:
    return (
        "voxgate: this is a bug of Voxgate, not of your agent. Please report it with what follows:\n\n"
        f"voxgate {__version__}, Python {python_version()}, {platform()}\n\n{trace}"
    )
