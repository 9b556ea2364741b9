"""`make bench`: runs every bench, one after another, and writes docs/benchmarks.md from what they found.
`python -m bench.page` runs them; with names of JSON files it only writes the page. Exits 1 if a figure is missed."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.figures import Figure, Result, from_json
from bench.runs import HERE, ROOT, workspace

BENCHES = ("first_byte", "pacing", "measuring", "speech", "decoding", "matching", "judging", "reporting")
PAGE = ROOT / "docs" / "benchmarks.md"
INTRODUCTION = """# Benchmarks

How true Voxgate's figures are, and how fast it works. `make bench` runs all of this again and writes this page; each
bench is one command, prints a table, and exits 1 if a figure is missed. They want a machine to themselves: whatever
else runs on its cores shows in the tails.
"""


def main(names: Sequence[str]) -> int:
    results = [from_json(json.loads(Path(name).read_text("utf-8"))) for name in names] or run_all()
    PAGE.write_text(page(results), "utf-8")
    return max((result.exit_code for result in results), default=1)


def run_all() -> list[Result]:
    results = []
    with workspace() as folder:
        for bench in BENCHES:
            path = folder / f"{bench}.json"
            subprocess.run([sys.executable, "-m", f"bench.{bench}", "--json", str(path)], cwd=ROOT, env=HERE)  # noqa: S603
            sys.stdout.write("\n")
            if not path.is_file():
                raise SystemExit(f"bench.{bench} broke; docs/benchmarks.md stays as it was")
            results.append(from_json(json.loads(path.read_text("utf-8"))))
    return results


def page(results: Sequence[Result]) -> str:
    return "\n".join([INTRODUCTION, *(section(result) for result in results)])


def section(result: Result) -> str:
    found = result.machine
    machine = (
        f"{found['cores']} cores of {found['cpu']}, {found['system']}, Python {found['python']}, {found['date']}; "
        f"load average before it began: {found['load_before']}."
    )
    parts = (
        f"## {result.title}",
        f"`{result.command}`",
        "\n".join(f"- {sentence}" for sentence in map(told, result.figures)),
        *(table.markdown() for table in result.tables),
        *result.how,
        machine,
    )
    return "\n\n".join(parts) + "\n"


def told(figure: Figure) -> str:
    shown = "not measured" if figure.value is None else f"{figure.value:.3g} {figure.unit}"
    return f"{figure.name}: **{shown}**, at most {figure.limit:g} {figure.unit}{'' if figure.met else ': **missed**'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
