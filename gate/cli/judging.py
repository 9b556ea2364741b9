"""`voxgate judge`: the same verdicts again, from evidence alone."""

import argparse
import os
import sys
from pathlib import Path

from gate.cli.outcomes import Usage
from gate.cli.places import evidence_in
from gate.cli.running import exit_code, write_reports


def judge(arguments: argparse.Namespace) -> int:
    given = Path(arguments.evidence)
    if given.is_file():
        given = _opened(given, Path(arguments.out or given.with_name(f"{given.stem}-judged")))
    folder = evidence_in(given)
    return judge_folder(folder, Path(arguments.out) if arguments.out else folder.parent, arguments)


def judge_folder(folder: Path, results: Path, arguments: argparse.Namespace) -> int:
    """Judges the evidence in `folder`, and writes its reports to `results`."""
    from gate.cli.console import Console
    from gate.run.judging import judge_evidence

    report = judge_evidence(folder)
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
