"""What is seen of a run on a terminal while it goes on: a line for each running case, with its time and what it is at.

Rich draws from a thread of its own. What it draws is never changed, only replaced, so that no lock is needed."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TextIO

from gate.report.escape import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

DRAWN_A_SECOND: Final = 4
"""Each drawing takes time from the calls, whose times are what is measured."""
NAME_LIMIT: Final = 60
TIME_COLUMNS: Final = 5
FIXED_COLUMNS: Final = TIME_COLUMNS + 6
"""Besides the name and what it is at: the spinner, the time, what is between, and the last column of the screen."""
BESIDE_ROWS: Final = 3
"""Lines of the screen that are no case: the last plain line, the total, and what is left out."""


@dataclass(frozen=True, slots=True)
class Row:
    """A running case, and the monotonic time at which it began, in s."""

    name: str
    began_s: float
    what: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    cases: int = 0
    done: int = 0
    red: int = 0
    began_s: float = 0.0


class LiveView:
    """`start` takes the last lines of the terminal, `stop` gives them back."""

    def __init__(self, stream: TextIO, *, colour: bool) -> None:
        from rich.console import Console as Terminal
        from rich.spinner import Spinner

        self._terminal = Terminal(
            file=stream, force_terminal=True, no_color=not colour, highlight=False, markup=False, emoji=False
        )
        self._spinner = Spinner("dots" if self._terminal.encoding.startswith("utf") else "line")
        self._rows: Mapping[str, Row] = {}
        self._total = Total()
        self._live: Live | None = None

    def start(self, cases: int) -> None:
        from rich.live import Live

        self._total = Total(cases, began_s=time.monotonic())
        # The redirection of sys.stdout and sys.stderr is left out: globals are not the console's to change.
        self._live = Live(
            console=self._terminal, get_renderable=self.drawn, refresh_per_second=DRAWN_A_SECOND, transient=True,
            redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
        self._live.start()

    def started(self, case_id: str, name: str) -> None:
        self._rows = {**self._rows, case_id: Row(one_line(name, NAME_LIMIT), time.monotonic())}

    def doing(self, case_id: str, what: str) -> None:
        if row := self._rows.get(case_id):
            self._rows = {**self._rows, case_id: replace(row, what=one_line(what, NAME_LIMIT))}

    def finished(self, case_id: str, *, red: bool) -> None:
        self._rows = {known: row for known, row in self._rows.items() if known != case_id}
        self._total = replace(self._total, done=self._total.done + 1, red=self._total.red + red)

    def line(self, painted: str) -> None:
        """A line that stays, above what is drawn."""
        from rich.text import Text

        self._terminal.print(Text.from_ansi(painted), soft_wrap=True)

    def stop(self) -> None:
        """May be called at any time, and again."""
        live, self._live = self._live, None
        if live:
            live.stop()

    def drawn(self) -> "RenderableType":
        from rich.cells import cell_len
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        rows, total, now_s = list(self._rows.values()), self._total, time.monotonic()
        size = self._terminal.size
        room = max(1, size.height - BESIDE_ROWS)
        left = max(2, size.width - FIXED_COLUMNS)
        name_width = min(max((cell_len(row.name) for row in rows), default=1), left * 3 // 5)
        table = Table.grid(padding=(0, 1, 0, 0))
        for width in (1, name_width, TIME_COLUMNS, left - name_width):
            table.add_column(width=width, no_wrap=True, overflow="ellipsis")
        for row in rows[:room]:
            took = f"{elapsed(now_s - row.began_s):>{TIME_COLUMNS}}"
            table.add_row(self._spinner, Text(row.name), Text(took), Text(row.what, style="dim"))
        more = [Text(f"  and {len(rows) - room} more")] if len(rows) > room else []
        return Group(table, *more, Text(total_line(total, len(rows), now_s), no_wrap=True, overflow="ellipsis"))


def elapsed(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def total_line(total: Total, running: int, now_s: float) -> str:
    left = max(0, total.cases - total.done - running)
    red = f", {total.red} not passed" if total.red else ""
    under_way = f"{running} running, {left} to come" if running or total.done else "getting ready"
    return f"{total.done} of {total.cases} done{red}; {under_way}; {elapsed(now_s - total.began_s)}"
