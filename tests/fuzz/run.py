"""`make fuzz`: atheris (libFuzzer, led by the branches that the gate takes) looks for bytes that break one of the laws
of `laws.py`, each in a process of its own, for so long. The table goes to docs/robustness.md; what breaks a law is
kept, and named.

`--try LAW FILE` gives a law the bytes of a file."""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.runs import HERE, ROOT, machine
from tests.matrix.pages import ROBUSTNESS, written

SECONDS: Final = 60
LONGEST_S: Final = 5
MOST_MB: Final = 2_000


@dataclass(frozen=True, slots=True)
class Hunt:
    """What came of one law: how many inputs it was given, how many edges of the gate's code they took; the bytes that
    broke it, and where they are kept."""

    law: str
    inputs: int
    edges: int
    told: str
    broken: bytes | None = None
    kept: Path | None = None


def hunted(law: str, seconds: int, keep: Path) -> Hunt:
    """Looks for so long, or until the law is broken."""
    with tempfile.TemporaryDirectory() as corpus:
        limits = [
            f"-max_total_time={seconds}",
            f"-timeout={LONGEST_S}",
            f"-rss_limit_mb={MOST_MB}",
            "-print_final_stats=1",
        ]
        command = [
            sys.executable,
            "-m",
            "tests.fuzz.run",
            "--hunt",
            law,
            corpus,
            f"-artifact_prefix={keep}/{law}-",
            *limits,
        ]
        done = subprocess.run(
            command, cwd=ROOT, env=HERE, capture_output=True, text=True, errors="replace", check=False
        )
    told = done.stdout + done.stderr
    counted = re.findall(r"stat::number_of_executed_units: (\d+)|^#(\d+)", told, re.MULTILINE)
    inputs = max((int(number) for pair in counted for number in pair if number), default=0)
    edges = max(map(int, re.findall(r" cov: (\d+)", told)), default=0)
    kept = next(iter(sorted(keep.glob(f"{law}-*"))), None)
    if done.returncode and kept is None:
        raise RuntimeError(f"the hunt itself broke:\n{told[-3000:]}")
    return Hunt(law, inputs, edges, told, kept.read_bytes() if kept else None, kept)


def hunt(law: str, corpus: Path, options: Sequence[str]) -> None:
    """In the process of its own: never returns."""
    import atheris

    with atheris.instrument_imports(include=["gate"]):
        from tests.fuzz.laws import LAWS
    holds, seeds = (planted, [b"a"]) if law == PLANTED else (LAWS[law].holds, LAWS[law].seeds())
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)
    atheris.Setup([sys.argv[0], *options, "-max_len=65536", str(corpus)], holds)
    atheris.Fuzz()


PLANTED: Final = "planted"


def planted(data: bytes) -> None:
    """A law that bytes do break, to see them found."""
    if b"!" in data:
        raise RuntimeError("planted")


def tried(law: str, file: Path) -> None:
    from tests.fuzz.laws import LAWS

    (planted if law == PLANTED else LAWS[law].holds)(file.read_bytes())


def table(hunts: Sequence[Hunt], seconds: int) -> str:
    from tests.fuzz.laws import LAWS

    about = machine()
    lines = [
        f"{seconds} s each, one core ({about['date']}, {about['cpu']}, Python {about['python']}, atheris).",
        "",
        "| what is read | inputs | branches of the gate that they took | broken |",
        "| --- | ---: | ---: | ---: |",
    ]
    for one in hunts:
        lines.append(f"| {LAWS[one.law].what} | {one.inputs:,} | {one.edges:,} | {int(one.broken is not None)} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--hunt"]:
        hunt(arguments[1], Path(arguments[2]), arguments[3:])
    if arguments[:1] == ["--try"]:
        tried(arguments[1], Path(arguments[2]))
        return 0
    from tests.fuzz.laws import LAWS

    reader = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    reader.add_argument("--law", action="append", choices=LAWS, help="instead of all")
    reader.add_argument("--seconds", type=int, default=SECONDS, help=f"for each law (default: {SECONDS})")
    reader.add_argument(
        "--keep", type=Path, default=ROOT / ".fuzz", help="where what breaks a law is kept (default: .fuzz)"
    )
    options = reader.parse_args(arguments)
    options.keep.mkdir(exist_ok=True)
    hunts = list[Hunt]()
    for law in options.law or LAWS:
        hunts.append(hunted(law, options.seconds, options.keep))
        sys.stderr.write(f"{law}: {hunts[-1].inputs} inputs, {hunts[-1].edges} branches\n")
        if hunts[-1].broken is not None:
            sys.stderr.write(f"BROKEN  {law}: {hunts[-1].kept}\n{hunts[-1].told[-4000:]}\n")
    made = table(hunts, options.seconds)
    sys.stdout.write(made)
    red = any(one.broken is not None for one in hunts)
    if not red and not arguments:
        written(ROBUSTNESS, "fuzz", made)
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
