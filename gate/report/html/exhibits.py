"""What of the evidence stands in the page itself, and how the page leads to the rest. Pure.

A page of more than 20 MB is one that nobody's CI shows. So room is given in the order in which cases are read: first to
what is drawn of each, then to what is heard of each. What finds no room is linked into the evidence."""

import gzip
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from gate.core.findings import CaseResult, Verdict
from gate.report.escape import trace_address, visible

MOST_BYTES: Final = 20_000_000
FOR_THE_PAGE: Final = 3_000_000
FOR_PICTURES: Final = 9_000_000
"""What is told in HTML is bounded by what findings may say; what is left of all that goes to the audio."""

PLAIN = {"wire.jsonl": "frames, as they crossed the wire", "frames.bin": "their bytes",
         "derived/call.wav": "the call: caller left, agent right", "derived/caller.wav": "the caller",
         "derived/agent.wav": "the agent, as heard", "derived/events.jsonl": "event log",
         "derived/transcript.txt": "transcript", "derived/tools.json": "tool calls",
         "derived/trace.json": "trace"}  # fmt: skip
CALL = "derived/call.wav"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What lies in the folder of the attempt that was judged: its picture (`picture.json`), its sound (MP3), and the
    names of its files, relative to that folder."""

    picture: bytes = b""
    sound: bytes = b""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """Where the page's links go. `home` is a relative path, `trace_url` has a place for the id."""

    home: str
    trace_url: str

    def file(self, *parts: str) -> str:
        """Relative, and never anything but a path: no part of it is taken for a scheme or a host."""
        path = "/".join(part.strip("/") for part in (self.home, *parts) if part.strip("/"))
        return "./" + quote(path, safe="/", errors="replace")

    def trace(self, trace_id: str) -> str:
        return trace_address(self.trace_url, trace_id)

    def files(self, case: CaseResult, exhibit: Exhibit) -> list[dict[str, str]]:
        """Those that a person may want, in that order; then the rest."""
        known = [name for name in PLAIN if name in exhibit.files]
        return [{"name": name, "href": self.file(case.evidence or "", name), "what": PLAIN[name]} for name in known]

    def call(self, case: CaseResult, exhibit: Exhibit) -> str:
        return self.file(case.evidence or "", CALL) if CALL in exhibit.files else ""


@dataclass(frozen=True, slots=True)
class Block:
    """Something packed, by the number of its case; `kind` is picture or sound. Base64."""

    kind: str
    number: int
    packed: str


def embedded(shown: Sequence[tuple[CaseResult, Exhibit]]) -> list[Block]:
    """As many blocks as there is room for."""
    blocks: list[Block] = []
    left = FOR_PICTURES
    for number, (case, exhibit) in enumerate(shown):
        if exhibit.picture and len(packed := _packed(case, exhibit.picture)) <= left:
            left -= len(packed)
            blocks.append(Block("picture", number, packed))
    left += MOST_BYTES - FOR_PICTURES - FOR_THE_PAGE
    for number, (_, exhibit) in enumerate(shown):
        size = -(-len(exhibit.sound) // 3) * 4
        if exhibit.sound and size <= left:
            left -= size
            blocks.append(Block("sound", number, b64encode(exhibit.sound).decode()))
    return blocks


def _packed(case: CaseResult, picture: bytes) -> str:
    """The picture, with what nobody needs to read before the case is opened: gzip in base64."""
    beside = json.dumps({"passed": _passed(case), "numbers": _numbers(case)})[1:]
    data = b'{"picture":' + picture + b"," + beside.encode("ascii")
    return b64encode(gzip.compress(data, 6, mtime=0)).decode()


def _passed(case: CaseResult) -> list[dict[str, Any]]:
    """What was claimed and holds, and what was left out."""
    quiet = (finding for finding in case.findings if finding.verdict in (Verdict.PASS, Verdict.SKIP))
    return [{"verdict": one.verdict.value, "check": visible(one.check), "expected": visible(one.expected[:600]),
             "actual": visible(one.actual[:600]), "call": one.call, "place": visible(str(one.place))}
            for one in quiet]  # fmt: skip


def _numbers(case: CaseResult) -> list[dict[str, Any]]:
    return [{"name": one.name, "told": visible(str(one)), "basis": visible(one.basis), "call": one.call,
             "turn": one.turn} for one in case.measurements]  # fmt: skip
