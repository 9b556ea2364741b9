"""The command line that all benches share: `--json FILE`, a table, an exit code."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.figures import Result, to_json
from bench.runs import machine


def bench(measure: Callable[[], Result]) -> int:
    """Runs one bench and tells what came of it: 0 if every figure is met, else 1."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", metavar="FILE", help="write what was found as JSON")
    arguments = parser.parse_args()
    found_on = machine()
    result = replace(measure(), machine=found_on)
    sys.stdout.write(result.text() + "\n")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(to_json(result), indent=1) + "\n", "utf-8")
    return result.exit_code
