"""The gate's own log: JSON lines, to `evidence/gate.log` and (from a level on) to standard error; secrets masked. A
log that cannot be written stops no run."""

import contextlib
import sys
from io import FileIO
from pathlib import Path

from gate.core.vault import Vault

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "exception": 40, "critical": 50}


class _Tee:
    """Where finished lines go. The method called is the level of the line."""

    def __init__(self, file: FileIO, shown_from: int, vault: Vault) -> None:
        self._file = file
        self._shown_from = shown_from
        self._vault = vault

    def _write(self, level: str, line: str) -> None:
        text = self._vault.mask(line) + "\n"
        with contextlib.suppress(OSError):
            self._file.write(text.encode("utf-8", "replace"))
        if LEVELS[level] >= self._shown_from:
            sys.stderr.write(_harmless(text))

    def debug(self, line: str) -> None:
        self._write("debug", line)

    def info(self, line: str) -> None:
        self._write("info", line)

    def warning(self, line: str) -> None:
        self._write("warning", line)

    def error(self, line: str) -> None:
        self._write("error", line)

    exception = critical = error


def _harmless(line: str) -> str:
    """JSON in which no `##[` or `##vso[` stands, which some pipelines act upon wherever it does: one of its letters is
    written as a code. What else could act, JSON escapes."""
    return line.replace("##", "#\\u0023")


def open_log(path: Path, shown_from: str, vault: Vault) -> FileIO:
    """Starts the log. The caller closes the file when the run is over."""
    import structlog

    file = path.open("ab", buffering=0)
    lowest = min(LEVELS["info"], LEVELS[shown_from])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=lambda *_: _Tee(file, LEVELS[shown_from], vault),
        cache_logger_on_first_use=False,
    )
    return file
