"""Progress while a run goes on, and its end in words. It alone watches a running run; it judges and decides nothing."""

import argparse
import os
from collections.abc import Mapping
from types import TracebackType
from typing import Literal, Self, TextIO

from gate.cli.live import LiveView
from gate.cli.streams import encodable, stream_of
from gate.core.findings import CaseResult, Report
from gate.report.closing import claim_lines, closing_blocks, red_blocks, summary, verdict_line
from gate.report.escape import one_line
from gate.report.text import title

Words = Literal["few", "usual", "many"]

_COLOURS = {
    "PASS": "32", "PASSED": "1;32", "FAIL": "1;31", "FAILED": "1;31", "UNKNOWN": "33", "SKIP": "36", "PROBLEM": "1;31",
    "INCONCLUSIVE": "1;33", "ENVIRONMENT": "1;33", "NO-TESTS": "1;33", "CONFIGURATION": "1;31", "INTERNAL": "1;31",
}  # fmt: skip


def console_of(arguments: argparse.Namespace, environ: Mapping[str, str], *, live: bool) -> "Console":
    """Live on a terminal, if the command has anything to watch; plain lines in a pipeline, which may give its jobs a
    terminal too."""
    stream = stream_of(arguments)
    words: Words = "few" if arguments.quiet else "many" if arguments.verbose else "usual"
    on_terminal = stream.isatty() and environ.get("TERM") != "dumb"
    return Console(
        stream,
        colour=on_terminal and not environ.get("NO_COLOR"),
        live=live and on_terminal and not environ.get("CI") and words != "few",
        words=words,
    )


class Console:
    """Plain: one line per finished case. Live: the running cases as well, drawn in place. In few words: what turned the
    run red, and the verdict. In many: what each case is at, and the answer to every claim.

    Whoever opens one leaves it as a context manager, so that a run that dies gives the terminal back."""

    def __init__(self, stream: TextIO, *, colour: bool, live: bool, words: Words = "usual") -> None:
        self._stream = stream
        self._colour = colour
        self._words = words
        self._several = False
        self._view = LiveView(stream, colour=colour) if live else None
        self._names: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def planned(self, cases: int, targets: tuple[str, ...]) -> None:
        self._several = len(targets) > 1
        against = ", ".join(map(one_line, targets))
        self._say(f"{cases} {'case' if cases == 1 else 'cases'}" + (f" against {against}" if against else ""))
        if self._view:
            self._view.start(cases)

    def started(self, case_id: str, name: str) -> None:
        self._names[case_id] = one_line(name)
        if self._words == "many":
            self._line(f"START  {self._names[case_id]}")
        if self._view:
            self._view.started(case_id, name)

    def doing(self, case_id: str, what: str) -> None:
        if self._words == "many":
            self._line(f"  {self._names.get(case_id, one_line(case_id))}: {one_line(what)}")
        if self._view:
            self._view.doing(case_id, what)

    def finished(self, result: CaseResult) -> None:
        if self._view:
            self._view.finished(result.id, red=result.verdict.is_red)
        where = f"  {one_line(result.target)}" if self._several else ""
        took = f"  {result.duration_ms / 1000:.1f} s" if result.duration_ms else ""
        self._say(f"{result.verdict.upper()}  {title(result)}{where}{took}")
        for line in claim_lines(result) if self._words == "many" else ():
            self._line(line)

    def closing(self, report: Report, results_dir: str) -> None:
        self.stop()
        if self._words == "few":
            blocks = (*red_blocks(report, results_dir), verdict_line(report))
        else:
            blocks = (*closing_blocks(report, results_dir), summary(report, results_dir))
        for number, block in enumerate(blocks):
            if number or self._words != "few":
                self._line("")
            for line in block.split("\n"):
                self._line(line)

    def stop(self) -> None:
        """Takes the live view away. May be called at any time, and again."""
        view, self._view = self._view, None
        if view:
            view.stop()

    def _say(self, line: str) -> None:
        if self._words != "few":
            self._line(line)

    def _line(self, line: str) -> None:
        text = self._painted(encodable(line, self._stream))
        if self._view:
            self._view.line(text)
        else:
            try:
                self._stream.write(text + "\n")
                self._stream.flush()
            except BrokenPipeError:
                self._goes_nowhere()

    def _goes_nowhere(self) -> None:
        """Whoever read has gone (`| head`): what is still to say is said to nobody, and the verdict stays as it is."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)

    def _painted(self, line: str) -> str:
        word = line.partition(" ")[0]
        code = _COLOURS.get(word) if self._colour else None
        return f"\x1b[{code}m{word}\x1b[0m{line[len(word) :]}" if code else line
