"""`voxgate merge`: the parts of a run as one run, judged anew."""

import argparse
from pathlib import Path

from gate.cli.judging import judge_folder
from gate.cli.outcomes import Usage
from gate.cli.places import evidence_in


def merge(arguments: argparse.Namespace) -> int:
    from gate.run.merging import Unmergeable
    from gate.run.merging import merge as join

    out = Path(arguments.out)
    folders = [evidence_in(Path(given)) for given in arguments.results]
    if any(folder.resolve().is_relative_to(out.resolve()) for folder in folders):
        raise Usage(f"--out {out} is one of the runs that are merged: give another folder")
    try:
        join(folders, out / "evidence")
    except (Unmergeable, FileExistsError) as error:
        raise Usage(str(error)) from None
    return judge_folder(out / "evidence", out, arguments)
