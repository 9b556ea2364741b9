"""Progress while a run goes on, and its end in words. It alone watches a running run; it judges and decides nothing."""

from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from gate.core.findings import CaseResult, Report
from gate.report.closing import closing_blocks, summary
from gate.report.escape import one_line
from gate.report.text import title

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_COLOURS = {
    "PASS": "32", "PASSED": "1;32", "FAIL": "1;31", "FAILED": "1;31", "UNKNOWN": "33", "SKIP": "36", "PROBLEM": "1;31",
    "INCONCLUSIVE": "1;33", "ENVIRONMENT": "1;33", "NO-TESTS": "1;33", "CONFIGURATION": "1;31", "INTERNAL": "1;31",
}  # fmt: skip


class Console:
    """Plain: one line per finished case. Live: the running cases with their elapsed time as well, drawn in place.

    Whoever opens one leaves it as a context manager, so that a run that dies gives the terminal back."""

    def __init__(self, stream: TextIO, *, colour: bool, live: bool) -> None:
        self._stream = stream
        self._colour = colour
        self._live = live
        self._several = False
        self._bars: Bars | None = None
        self._running: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def planned(self, cases: int, targets: tuple[str, ...]) -> None:
        self._several = len(targets) > 1
        against = ", ".join(map(one_line, targets))
        self._line(f"{cases} {'case' if cases == 1 else 'cases'}" + (f" against {against}" if against else ""))
        if self._live:
            self._bars = self._draw()
            self._bars.start()

    def started(self, case_id: str, name: str) -> None:
        if self._bars:
            self._forget(case_id)
            self._running[case_id] = self._bars.add_task(one_line(name, 60), total=None)

    def finished(self, result: CaseResult) -> None:
        self._forget(result.id)
        where = f"  {one_line(result.target)}" if self._several else ""
        took = f"  {result.duration_ms / 1000:.1f} s" if result.duration_ms else ""
        self._line(f"{result.verdict.upper()}  {title(result)}{where}{took}")

    def closing(self, report: Report, results_dir: str) -> None:
        self.stop()
        for block in (*closing_blocks(report, results_dir), summary(report, results_dir)):
            self._line("")
            for line in block.split("\n"):
                self._line(line)

    def stop(self) -> None:
        """Takes the live view away. May be called at any time, and again."""
        bars, self._bars = self._bars, None
        self._running.clear()
        if bars:
            bars.stop()

    def _forget(self, case_id: str) -> None:
        task = self._running.pop(case_id, None)
        if self._bars and task is not None:
            self._bars.remove_task(task)

    def _line(self, line: str) -> None:
        text = self._painted(self._encodable(line))
        if self._bars:
            from rich.text import Text

            self._bars.console.print(Text.from_ansi(text), soft_wrap=True)
        else:
            self._stream.write(text + "\n")
            self._stream.flush()

    def _painted(self, line: str) -> str:
        word = line.partition(" ")[0]
        code = _COLOURS.get(word) if self._colour else None
        return f"\x1b[{code}m{word}\x1b[0m{line[len(word) :]}" if code else line

    def _encodable(self, line: str) -> str:
        """What the stream cannot write (a CI log that is ASCII) is written as a code; printing must not fail."""
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        return line.encode(encoding, "backslashreplace").decode(encoding)

    def _draw(self) -> "Bars":
        from rich.console import Console as Terminal
        from rich.progress import Progress as Bars
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        terminal = Terminal(
            file=self._stream, force_terminal=True, no_color=not self._colour,
            highlight=False, markup=False, emoji=False,
        )  # fmt: skip
        # The redirection of sys.stdout and sys.stderr is left out: globals are not the console's to change.
        return Bars(
            SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn(),
            console=terminal, transient=True, redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
