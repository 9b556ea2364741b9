"""`voxgate judge`: the same verdicts again, from evidence alone."""

import argparse
import os
import sys
from pathlib import Path

from gate.cli.outcomes import Usage
from gate.cli.running import exit_code, write_reports


def judge(arguments: argparse.Namespace) -> int:
    from gate.cli.console import Console
    from gate.run.judging import judge_evidence

    given = Path(arguments.evidence)
    if given.is_file():
        given = _opened(given, Path(arguments.out or given.with_name(f"{given.stem}-judged")))
    folder = given / "evidence" if (given / "evidence" / "run.json").is_file() else given
    report = judge_evidence(folder)
    results = Path(arguments.out) if arguments.out else folder.parent
    results.mkdir(parents=True, exist_ok=True)
    broken = write_reports(report, folder, results)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    with Console(sys.stdout, colour=colour, live=False) as console:
        for case in report.cases:
            console.finished(case)
        console.closing(report, str(results))
    for problem in broken:
        print(f"voxgate: {problem}", file=sys.stderr)
    return exit_code(report, [], bool(broken))


def _opened(archive: Path, into: Path) -> Path:
    """The folder in which a bundle was opened."""
    from gate.evidence.bundle import extract

    try:
        extract(archive, into)
    except FileExistsError as error:
        raise Usage(str(error)) from None
    return into
