"""The agent's words, written down by the configured recogniser where its wire does not show them.

What is heard in the recording of an attempt goes to the recogniser as WAV files, and its words lie beside the frames,
with the hash of the sound that they are of. It must never change what was recorded, and never fail a run: that the
recogniser failed is written down as well."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from gate import __version__
from gate.annotate.ears import NotHeard, hear
from gate.checks.phrases import READ_SPOKEN
from gate.core.jsons import Json
from gate.core.plan import Case, Plan
from gate.core.recognisers import Recogniser, identity
from gate.core.recording import Recording
from gate.core.redaction import NOTHING, hidden
from gate.core.vault import Vault
from gate.dialects import dialect_of
from gate.evidence.reader import ANNOTATIONS, Unreadable, read
from gate.measures.facts import Facts
from gate.measures.passages import Passage
from gate.measures.spoken import FORMAT

WORDS = "words"

Listener = Callable[[bytes, Recogniser, Vault, Mapping[str, str]], str]
"""Raises NotHeard."""


def annotate_case(folder: Path, plan: Plan, case: Case, environ: Mapping[str, str], listener: Listener = hear) -> None:
    """Writes `annotations/words.json` into an attempt's folder, if a claim of the case reads words, a recogniser is
    configured and the recording has sound without them. An opinion of the same tool on the same sound stays."""
    recogniser = plan.recogniser
    if recogniser is None or not any(claim.check in READ_SPOKEN for claim in case.claims):
        return
    dialect = dialect_of(plan.target(case.target))
    try:
        recording = read(folder, dialect, plan.clips)
    except Unreadable:
        return
    calls = sorted({frame.call for frame in recording.frames})
    views = [Facts(recording, call, dialect.capabilities, {}) for call in calls]
    wanted = [(facts.call, passage) for facts in views if facts.wordless for passage in facts.passages]
    if wanted and not recording.problems:
        vault = Vault({name: environ[name] for name in plan.secrets if name in environ})
        kept = _kept(recording, identity(recogniser))
        rows = list(_rows(wanted, kept, lambda wav: listener(wav, recogniser, vault, environ)))
        opinion: Json = {
            "format": FORMAT, "voxgate": __version__, "tool": identity(recogniser),
            "utterances": hidden(rows, "", NOTHING, b"", plan.redact.masked),
        }  # fmt: skip
        _write(folder / ANNOTATIONS, vault.mask_json(opinion))


def _kept(recording: Recording, tool: str) -> dict[str, str]:
    """The words that stand there already, by the hash of their sound."""
    match recording.annotations.get(WORDS):
        case {"format": format_, "tool": known, "utterances": list(rows)} if (format_, known) == (FORMAT, tool):
            found = ((row.get("sha256"), row.get("text")) for row in rows if isinstance(row, dict))
            return {str(sha256): text for sha256, text in found if isinstance(text, str)}
        case _:
            return {}


def _rows(wanted: list[tuple[int, Passage]], kept: dict[str, str], ask: Callable[[bytes], str]) -> Iterator[Json]:
    """Once it has failed it is not asked again: with one of them missing nobody knows what was said."""
    broken: str | None = None
    for call, passage in wanted:
        sha256 = passage.sha256
        row: dict[str, Json] = {"call": call, "frames": list(passage.frames), "sha256": sha256}
        text = kept.get(sha256)
        if text is None and broken is None:
            try:
                text = ask(passage.wav)
            except NotHeard as failure:
                broken = str(failure)
            except Exception as bug:
                broken = f"asking it broke ({type(bug).__name__}: {bug}); this is a bug of Voxgate, please report it"
        yield row | ({"text": text} if text is not None else {"error": broken})


def _write(home: Path, opinion: Json) -> None:
    """As a whole: a reader sees the old or the new, never half of one."""
    home.mkdir(exist_ok=True)
    part = home / f"{WORDS}.part"
    part.write_text(json.dumps(opinion, indent=1, ensure_ascii=False), "utf-8", errors="replace")
    part.replace(home / f"{WORDS}.json")
