"""What `make mutants-sockets` takes from the matrix, and what it makes of what it meets."""

import json
import subprocess
from pathlib import Path

import pytest

from gate.core.findings import CaseResult, Layer, Report, Verdict
from gate.reference.faults import FAULTS
from tests.matrix import mutants_sockets, sockets_page
from tests.matrix.found import SAMPLE, Cell, Found, as_text, read
from tests.matrix.mutants_sockets import Control, Met, control, met
from tests.matrix.trial import Told
from tests.report.conftest import make_case, make_finding, make_report

DEAF = Cell("retell", "deaf", "smoke", "short", ("answered", "script"), Layer.INPUT)


def red(dialect: str, fault: str, case: str, call_s: float, *, shown: bool = False) -> Told:
    checks, layer = ("answered", "script"), Layer.INPUT
    return Told(dialect, fault, 1, 1, ("smoke", case), checks, layer, shown=shown, call_s=call_s)


def case(*checks: str, layer: Layer = Layer.INPUT, verdict: Verdict = Verdict.FAIL, name: str = "short") -> CaseResult:
    findings = [make_finding(verdict, check=check, layer=layer) for check in checks]
    return make_case(*findings, suite="smoke", name=name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    runs = [
        red("canonical", "deaf", "long", 9.0),
        red("retell", "deaf", "short", 2.0),
        red("retell", "answers-in-turn", "short", 1.0, shown=True),
        Told("retell", "answers-later", 1, 1, checks=("`--baseline`",), layer=Layer.OUTPUT),
        Told("template", "deaf", 1, 1),
    ]
    (tmp_path / "found.json").write_text(as_text(runs), "utf-8")
    return tmp_path / "found.json"


def test_the_file_holds_every_cell_that_blocks_and_which_is_the_shortest(file: Path) -> None:
    found = read(file)
    assert found.cheapest == (DEAF,)
    assert found.cells == (Cell("canonical", "deaf", "smoke", "long", ("answered", "script"), Layer.INPUT), DEAF)
    assert DEAF.top == ("answered", Layer.INPUT)


def old(told: dict[str, dict[str, object]]) -> object:
    return {"deaf": {"dialect": "retell", "suite": "smoke", "case": "short"}}


def without_checks(told: dict[str, list[dict[str, object]]]) -> object:
    del told["cells"][0]["checks"]
    return told


def of_no_fault(told: dict[str, list[dict[str, object]]]) -> object:
    told["cells"][0]["fault"] = "no-such-fault"
    return told


def of_no_layer(told: dict[str, list[dict[str, object]]]) -> object:
    told["cells"][0]["layer"] = "everywhere"
    return told


def of_no_cell(told: dict[str, dict[str, object]]) -> object:
    told["cheapest"]["deaf"] = "template"
    return told


@pytest.mark.parametrize("change", [old, without_checks, of_no_fault, of_no_layer, of_no_cell, lambda _: []])
def test_a_file_of_another_form_says_what_to_do(change: object, file: Path) -> None:
    told = change(json.loads(file.read_text("utf-8")))  # type: ignore[operator]
    file.write_text(json.dumps(told), "utf-8")
    with pytest.raises(SystemExit, match="run `make mutants` first"):
        read(file)


def test_no_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="run `make mutants` first"):
        read(tmp_path / "found.json")


def test_the_sample_is_always_the_same_of_each_dialect_and_nothing_that_is_driven_anyway() -> None:
    runs = [red(dialect, fault, "short", 2.0) for dialect in ("canonical", "retell") for fault in FAULTS]
    cells = tuple(Cell(one.dialect, one.fault, *one.case, one.checks, Layer.INPUT) for one in runs)
    found = Found(cells[: len(FAULTS)], cells)
    assert found.sample() == found.sample()
    assert {cell.dialect for cell in found.sample()} == {"retell"}
    assert len({*found.sample()}) == SAMPLE
    more = Found(cells[: len(FAULTS) - SAMPLE - 3], cells)
    assert [cell.dialect for cell in more.sample()] == ["canonical"] * SAMPLE + ["retell"] * SAMPLE
    assert not {*more.sample()} & {*more.cheapest}


Demo = tuple[Report | None, bool, str]


def demo(monkeypatch: pytest.MonkeyPatch, *answers: Demo) -> list[tuple[str, ...]]:
    """The command tells this, one after another; with which words it was called besides."""
    left, asked = list(answers), list[tuple[str, ...]]()

    def told(dialect: str, cells: list[Cell], *more: str) -> Demo:
        asked.append(more)
        return left.pop(0)

    monkeypatch.setattr(mutants_sockets, "_demo", told)
    return asked


def report(*cases: CaseResult) -> Demo:
    return make_report(*cases), False, ""


BUSY: Demo = make_report(case("answered")), True, ""


@pytest.mark.parametrize(
    ("told", "found", "differs"),
    [
        (report(case("answered", "script")), True, False),
        (report(case("answered", "level")), True, False),
        (report(case("script", "answered")), True, True),
        (report(case("answered", layer=Layer.OUTPUT)), True, True),
        (report(case("answered", verdict=Verdict.PASS)), False, False),
        (report(case("answered", name="another")), False, False),
        ((None, False, "bug"), False, False),
    ],
)
def test_what_stands_on_top_must_be_what_the_matrix_found(
    told: Demo, found: bool, differs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo(monkeypatch, told)
    one = met(DEAF)
    assert (one.found, one.differs, one.busy, one.tries) == (found, differs, False, 1)


def test_what_was_busy_is_tried_again_and_told_as_busy_and_not_as_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    doubted = report(make_case(make_finding(Verdict.UNKNOWN), suite="smoke", name="short"))
    demo(monkeypatch, BUSY, report(case("answered")), BUSY, doubted, BUSY)
    second, never = met(DEAF), met(DEAF)
    assert (second.found, second.busy, second.tries) == (True, False, 2)
    assert (never.found, never.busy, never.tries) == (False, True, 3)
    rows = sockets_page.table([second, never]).splitlines()[2:]
    assert rows[0].startswith("| `deaf` | `retell` | short | answered | audio input |  | 2 | ")
    assert rows[1].startswith("| `deaf` | `retell` | short | **busy** |  |  | 3 | ")
    assert "missed" not in sockets_page.table([never])


def test_the_clean_agent_is_driven_in_all_these_cases_and_must_be_green(monkeypatch: pytest.MonkeyPatch) -> None:
    green, other = case("answered", verdict=Verdict.PASS), Cell("retell", "deaf", "smoke", "other", ("x",), Layer.INPUT)
    asked = demo(monkeypatch, BUSY, report(green), report(green), report(case("answered")), (None, False, "a bug"),
                 BUSY, BUSY, BUSY)  # fmt: skip
    assert control("retell", [DEAF, DEAF]) == Control("retell", 1, ())
    assert asked == [(), ("--jobs", "2")]
    assert control("retell", [DEAF, other]).problems == ("other: it was not driven",)
    assert control("retell", [DEAF]).problems == ("short: answered: called 2 times",)
    assert control("retell", [DEAF]).problems == ("the run broke: a bug",)
    assert control("retell", [DEAF]).problems[0] == "the machine was too busy for the agent, 3 times"


@pytest.mark.parametrize(
    ("clean", "faulty", "code", "told"),
    [
        (report(case("answered", verdict=Verdict.PASS)), report(case("answered")), 0, "1 of `retell`: all passed"),
        (report(case("answered")), report(case("answered")), 1, "1 of `retell` (problems: **1**): **not all passed**"),
        (report(case("answered", verdict=Verdict.PASS)), report(case("level")), 1, "**answered, audio input**"),
        (report(case("answered", verdict=Verdict.PASS)), report(), 1, "**missed**"),
    ],
)
def test_the_exit_code_says_whether_all_is_as_in_the_matrix(
    clean: Demo, faulty: Demo, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mutants_sockets, "read", lambda: Found((DEAF,), (DEAF,)))
    monkeypatch.setattr(mutants_sockets, "written", lambda *_: pytest.fail("the page was written"))
    demo(monkeypatch, clean, faulty)
    assert mutants_sockets.main(["--fault", "deaf"]) == code
    assert told in capsys.readouterr().out


def test_a_command_that_breaks_is_told_as_such_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mutants_sockets, "read", lambda: Found((DEAF,), (DEAF,)))
    demo(monkeypatch, report(case("answered", verdict=Verdict.PASS)), (None, False, "a bug"))
    assert mutants_sockets.main(["--fault", "deaf"]) == 1
    shown = capsys.readouterr()
    assert "| short | **broke** |" in shown.out
    assert shown.err == "BROKE    deaf retell 'short': a bug\n"


def test_a_command_that_does_not_end_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, timeout: float, **__: object) -> None:
        raise subprocess.TimeoutExpired("demo", timeout)

    monkeypatch.setattr(subprocess, "run", never)
    assert met(DEAF).broke == "it was not over after 1800 s"


def test_the_page_has_both_tables() -> None:
    one = Met(DEAF, ("answered",), Layer.INPUT, 3.0)
    page = sockets_page.page([one], [one, one], [Control("retell", 1, ())], 90.0)
    assert "Every fault once: 1 runs, 1 found, 1 in the right layer, 0 otherwise than in the matrix, 0 busy." in page
    assert "The sample of the matrix: 2 runs, 2 found" in page
    assert page.count("| fault | in | case |") == 2
