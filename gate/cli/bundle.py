"""`voxgate bundle`: all that a run has left, in one file."""

import argparse
from pathlib import Path


def bundle(arguments: argparse.Namespace) -> int:
    from gate.evidence.bundle import EVIDENCE, write
    from gate.evidence.store import RUN

    results = Path(arguments.results)
    if results.name == EVIDENCE and (results / RUN).is_file():
        results = results.parent
    archive = Path(arguments.out) if arguments.out else Path(f"{results.resolve().name}.zip")
    archive.parent.mkdir(parents=True, exist_ok=True)
    count = write(results, archive)
    print(f"{archive}: {count} files of {results}, {archive.stat().st_size / 1e6:.1f} MB; voxgate judge {archive}")
    return 0
