"""What stands on a terminal while a run goes on, looked at on a pseudo-terminal."""

import os
import pty
import re
from collections.abc import Iterator
from io import TextIOWrapper

import pytest
from rich.cells import cell_len
from rich.console import Console as Terminal

from gate.cli.live import LiveView, Total, elapsed, total_line

ROWS, COLUMNS = 8, 80
HOSTILE = "\x1b]0;owned\x07[red]x[/red]\n\x1b[2J"


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, TextIOWrapper]]:
    """The keeper's end of a pseudo-terminal of 8 lines, and what is written to its other end."""
    monkeypatch.setenv("LINES", str(ROWS))
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    keeper, other = pty.openpty()
    with os.fdopen(other, "w", encoding="utf-8") as stream:
        yield keeper, stream
    os.close(keeper)


def read(keeper: int) -> str:
    os.set_blocking(keeper, False)
    data = b""
    while True:
        try:
            data += os.read(keeper, 65_536)
        except (BlockingIOError, OSError):
            return data.decode()


def seen(view: LiveView) -> list[str]:
    """One drawing, as lines of text."""
    terminal = Terminal(width=COLUMNS, height=ROWS, force_terminal=False)
    with terminal.capture() as drawn:
        terminal.print(view.drawn())
    return [line.rstrip() for line in drawn.get().splitlines()]


def test_each_running_case_has_its_time_and_what_it_waits_for(
    ends: tuple[int, TextIOWrapper], monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [100.0]
    monkeypatch.setattr("gate.cli.live.time.monotonic", lambda: now_s[0])
    view = LiveView(ends[1], colour=False)
    view.start(5)
    assert seen(view) == ["0 of 5 done; getting ready; 0:00"]
    view.started("a", "smoke · hello")
    now_s[0] += 65.4
    view.started("b", HOSTILE)
    view.doing("a", "waits for the agent to be heard")
    view.doing("unknown", "is nobody")
    first, second, total = seen(view)
    assert re.fullmatch(r"\S smoke · hello +1:05 waits for the agent to be heard", first)
    assert r"\x1b]0;owned\x07[red]x[/red] \x1b[2J" in second
    assert total == "0 of 5 done; 2 running, 3 to come; 1:05"
    view.finished("a", red=True)
    assert seen(view)[-1] == "1 of 5 done, 1 not passed; 1 running, 3 to come; 1:05"
    view.stop()
    view.stop()


def test_on_a_narrow_screen_names_are_cut_and_times_are_not(
    ends: tuple[int, TextIOWrapper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    view = LiveView(ends[1], colour=False)
    for name in ("reconnect · a line that goes dead in mid-answer", "smoke · 日本語日本語日本語日本語日本語"):
        view.started(name, name)
        view.doing(name, "call 1 of 2 waits for the agent to be heard")
    lines = seen(view)[:2]
    assert all(re.search(r"^\S .*… +0:00 call 1.*…$", line) for line in lines), lines
    assert all(cell_len(line) <= 40 for line in lines)


def test_more_cases_than_lines_are_counted(ends: tuple[int, TextIOWrapper]) -> None:
    view = LiveView(ends[1], colour=False)
    for number in range(20):
        view.started(str(number), f"case {number}")
    lines = seen(view)
    assert len(lines) <= ROWS
    assert lines[-2].strip() == "and 15 more"


def test_the_terminal_is_given_back_clean(ends: tuple[int, TextIOWrapper]) -> None:
    keeper, stream = ends
    view = LiveView(stream, colour=False)
    view.start(1)
    view.started("a", "smoke · hello")
    view.line("PASS  smoke · before  1.0 s")
    view.stop()
    stream.flush()
    shown = read(keeper)
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l"), "the cursor is back"
    assert "PASS  smoke · before  1.0 s" in shown
    assert shown.rindex("\x1b[2K") > shown.rindex("of 1 done"), "what was drawn is wiped away"
    assert "\x1b[3" not in shown, "no colour was asked for"


def test_times_are_minutes_and_seconds() -> None:
    assert [elapsed(seconds) for seconds in (0.4, 59.9, 60.0, 3_599.0)] == ["0:00", "0:59", "1:00", "59:59"]
    assert total_line(Total(41, 12, 0, 10.0), 8, 33.0) == "12 of 41 done; 8 running, 21 to come; 0:23"
