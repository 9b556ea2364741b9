"""`voxgate fixtures`: the clips that travel with the gate, listed, verified, or rendered anew. It calls no agent."""

import argparse
import json
from pathlib import Path
from typing import Any

from gate.cli.outcomes import Usage

WORDS_SHOWN = 70


def fixtures(arguments: argparse.Namespace) -> int:
    code: int = ACTIONS[arguments.action](arguments)
    return code


def list_clips(arguments: argparse.Namespace) -> int:
    from gate.fixtures.library import entries, home

    clips, bad = entries(home() / "audio"), entries(home() / "audio", "bad")
    if arguments.json:
        print(json.dumps({"clips": clips, "bad": bad}, indent=2))
        return 0
    rows = [(clip["name"], clip["class"], f"{clip['duration_ms'] / 1000:.1f}", clip["words"]) for clip in clips]
    _print_table(("clip", "class", "seconds", "words"), rows)
    print()
    _print_table(("wrong on purpose", "how"), [(entry["file"], entry["what"]) for entry in bad])
    seconds = sum(clip["duration_ms"] for clip in clips) / 1000
    print(f"\n{len(clips)} clips, {seconds:.0f} s; {len(bad)} files that are wrong on purpose")
    return 0


def verify(arguments: argparse.Namespace) -> int:
    from gate.fixtures.library import entries, home
    from gate.fixtures.verifying import mistakes

    audio = home() / "audio"
    wrong = mistakes(audio)
    if wrong:
        print("\n".join(wrong))
        print(f"\n{audio}: {len(wrong)} {'mistake' if len(wrong) == 1 else 'mistakes'}; install Voxgate anew")
        return 1
    clips, bad = entries(audio), entries(audio, "bad")
    print(f"{audio}: {len(clips)} clips and {len(bad)} files that are wrong on purpose")
    print("every hash, length and speech segment is what the index says")
    return 0


def render(arguments: argparse.Namespace) -> int:
    from gate.fixtures.library import INDEX
    from gate.fixtures.rendering import write_library
    from gate.fixtures.speaking import NoVoice

    out = Path(arguments.out)
    if out.exists() and not (out.is_dir() and ((out / INDEX).is_file() or not any(out.iterdir()))):
        raise Usage(f"--out {arguments.out!r} holds something that is no clip library: choose another folder")
    try:
        count = write_library(out)
    except NoVoice as missing:
        raise Usage(str(missing)) from None
    except FileNotFoundError as missing:
        raise Usage(f"{missing.filename} is not there: render in a checkout of Voxgate") from None
    print(f"{out}: {count} files and {INDEX}")
    return 0


ACTIONS = {"list": list_clips, "verify": verify, "render": render}


def _print_table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Columns as wide as what stands in them, numbers to the right; the last is cut where it is too long."""
    from gate.report.escape import one_line

    table = [head, *([*row[:-1], one_line(row[-1], WORDS_SHOWN)] for row in rows)]
    widths = [max(len(str(row[i])) for row in table) for i in range(len(head) - 1)]
    for row in table:
        cells = [_cell(str(row[i]), width, right=head[i] == "seconds") for i, width in enumerate(widths)]
        print("  ".join([*cells, str(row[-1])]).rstrip())


def _cell(text: str, width: int, *, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)
