"""`voxgate fixtures`: the clips that travel with the gate and those of a manifest, listed, verified, or rendered. It
calls no agent."""

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gate.cli.outcomes import Usage
from gate.cli.running import read
from gate.core.plan import Plan

if TYPE_CHECKING:
    from gate.fixtures.making import Kitchen

WORDS_SHOWN = 70


def fixtures(arguments: argparse.Namespace) -> int:
    code: int = ACTIONS[arguments.action](arguments)
    return code


def list_clips(arguments: argparse.Namespace) -> int:
    from gate.fixtures.library import entries, home

    clips, bad = entries(home() / "audio"), entries(home() / "audio", "bad")
    made = _made(*_kitchen(arguments.manifest)) if arguments.manifest else []
    if arguments.json:
        own = {"manifest": made} if arguments.manifest else {}
        print(json.dumps({"clips": clips, "bad": bad, **own}, indent=2))
        return 0
    rows = [(clip["name"], clip["class"], f"{clip['duration_ms'] / 1000:.1f}", clip["words"]) for clip in clips]
    _print_table(("clip", "class", "seconds", "words"), rows)
    print()
    _print_table(("wrong on purpose", "how"), [(entry["file"], entry["what"]) for entry in bad])
    seconds = sum(clip["duration_ms"] for clip in clips) / 1000
    print(f"\n{len(clips)} clips, {seconds:.0f} s; {len(bad)} files that are wrong on purpose")
    if arguments.manifest:
        print()
        _print_table(("made for the manifest", "state", "words"), [tuple(one.values()) for one in made])
    return 0


def _kitchen(manifest: str) -> tuple[Plan, "Kitchen"]:
    from gate.fixtures.library import Library, home
    from gate.fixtures.making import Kitchen

    plan, vault = read(manifest, os.environ)
    return plan, Kitchen.of(plan, Library(home() / "audio", Path(manifest).parent), vault, os.environ)


def _made(plan: Plan, kitchen: "Kitchen") -> list[dict[str, str]]:
    """The clips of a manifest's own, each with its state, and what a voice says in it."""
    found = []
    for made in plan.made:
        says = made.recipe.says
        state = "no voice needed" if not says else "committed" if all(say.sha256 for say in says) else "cached"
        state = state if kitchen.is_at_hand(made.recipe) else "still to be said"
        found.append({"name": made.name, "state": state, "words": " ".join(say.words for say in says)})
    return found


def verify(arguments: argparse.Namespace) -> int:
    return _verify_voices(arguments.manifest) if arguments.manifest else _verify_library()


def _verify_voices(manifest: str) -> int:
    """Whether `voices/` beside a manifest is whole, so that no voice is needed where it is run."""
    from gate.fixtures import committed

    beside = Path(manifest).parent
    wrong = committed.mistakes(beside)
    plan, _ = (None, None) if wrong else read(manifest, os.environ)
    missing = {say.words for made in plan.made for say in made.recipe.says if not say.sha256} if plan else set()
    wrong += [f"{committed.FOLDER}/: lacks {words!r}" for words in sorted(missing)]
    if wrong:
        print("\n".join(wrong))
        remedy = f"`voxgate fixtures render --manifest {manifest}` renders what is missing"
        print(f"\n{beside / committed.FOLDER}: {len(wrong)} {'mistake' if len(wrong) == 1 else 'mistakes'}; {remedy}")
        return 1
    print(f"{beside / committed.FOLDER}: {len(committed.entries(beside))} files, each as the index says")
    print(f"{manifest} needs no voice")
    return 0


def _verify_library() -> int:
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
    return _render_voices(arguments.manifest) if arguments.manifest else _render_library(arguments.out)


def _render_voices(manifest: str) -> int:
    from gate.fixtures import committed
    from gate.fixtures.making import commit
    from gate.fixtures.voice import NotMade

    beside = Path(manifest).parent
    try:
        written = commit(*_kitchen(manifest), beside)
    except NotMade as error:
        raise Usage(str(error)) from None
    except OSError as error:
        raise Usage(f"{beside / committed.FOLDER} cannot be written: {error.strerror or error}") from None
    for entry in written:
        print(f"{committed.FOLDER}/{entry.file}  {entry.words}")
    print(f"{beside / committed.FOLDER}: {len(written)} files written, the others were there; commit the folder")
    return 0


def _render_library(folder: str) -> int:
    from gate.fixtures.library import INDEX
    from gate.fixtures.rendering import write_library
    from gate.fixtures.speaking import NoVoice

    out = Path(folder)
    if out.exists() and not (out.is_dir() and ((out / INDEX).is_file() or not any(out.iterdir()))):
        raise Usage(f"--out {folder!r} holds something that is no clip library: choose another folder")
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
