"""`voxgate judge`: the same verdicts again, from evidence alone."""

import argparse
import os
from contextlib import nullcontext
from pathlib import Path

from gate.cli.closing import close
from gate.cli.console import console_of
from gate.cli.github import GitHub
from gate.cli.outcomes import Usage
from gate.cli.places import evidence_in
from gate.cli.streams import stream_of


def judge(arguments: argparse.Namespace) -> int:
    given = Path(arguments.evidence)
    if given.is_file():
        given = _opened(given, Path(arguments.out or given.with_name(f"{given.stem}-judged")))
    folder = evidence_in(given)
    return judge_folder(folder, Path(arguments.out) if arguments.out else folder.parent, arguments)


def judge_folder(folder: Path, results: Path, arguments: argparse.Namespace) -> int:
    """Judges the evidence in `folder`, and writes its reports to `results`."""
    from gate.run.judging import judge_evidence

    report = judge_evidence(folder)
    results.mkdir(parents=True, exist_ok=True)
    runner = GitHub.around(os.environ, stream_of(arguments))
    with console_of(arguments, os.environ, live=False) as console:
        with runner.quoting("Cases") if runner else nullcontext():
            for case in report.cases:
                console.finished(case)
        return close(report, folder, results, arguments, console, runner, [])


def _opened(archive: Path, into: Path) -> Path:
    """The folder in which a bundle was opened."""
    from gate.evidence.bundle import extract

    try:
        extract(archive, into)
    except FileExistsError as error:
        raise Usage(str(error)) from None
    return into
