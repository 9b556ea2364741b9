"""`voxgate diff`: what a later run does worse than an earlier one."""

import argparse
import json
from pathlib import Path

from gate.cli.outcomes import Usage
from gate.cli.places import evidence_in


def diff(arguments: argparse.Namespace) -> int:
    from pydantic import TypeAdapter

    from gate.compare.latency import Tolerance
    from gate.core.comparison import Comparison
    from gate.report.comparison import comparison_lines
    from gate.run.comparing import Past, Unlike, compare_runs

    old, new = (Past.read(evidence_in(Path(given))) for given in (arguments.old, arguments.new))
    tolerance = Tolerance(arguments.latency_percent, arguments.latency_floor)
    try:
        comparison = compare_runs(old, new, tolerance, whole=True)
    except Unlike as why:
        raise Usage(f"{arguments.old} and {arguments.new} cannot be compared:\n{why}") from None
    if arguments.json:
        print(json.dumps(TypeAdapter(Comparison).dump_python(comparison, mode="json"), indent=2))
    else:
        print("\n".join(comparison_lines(comparison)))
    return 1 if comparison.regressions else 0
