"""What must hold of everything that reads what others wrote, whatever the bytes: each law is given some, and raises if
it is broken. `make fuzz` looks for bytes that break one; the tests try a few."""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Final

from gate.audio import formats, wav
from gate.cli.captured import read_capture
from gate.cli.outcomes import Usage
from gate.core import jsons
from gate.core.findings import Blame
from gate.core.frames import Direction, Frame, Opcode
from gate.core.mistakes import ManifestError
from gate.core.places import Place
from gate.core.plan import Call, Case, Clip, Dial, Leave, Plan, Play, Target
from gate.core.signals import Signal
from gate.core.vault import Vault
from gate.evidence import bundle, store
from gate.evidence.muting import Muter
from gate.evidence.reader import Unreadable
from gate.fixtures import wavefile
from gate.fixtures.library import home
from gate.report.renderers import RENDERERS
from gate.report.workspace import NOWHERE
from gate.run.judging import judge_case
from gate.tools.templates import filled, malformed, paths
from tests.dialects.test_registry import MADE, a_call
from tests.evidence.folders import SMALL, write
from tests.manifest.fakes import GOOD, plan_of

NEXT: Final = b"\x00\xfe\xff"
"""Between the parts of an input that is made of several."""

MEMORY: Final = Path("/dev/shm") if Path("/dev/shm").is_dir() else None


@dataclass(frozen=True, slots=True)
class Law:
    """`holds` raises for bytes that break it; `seeds` are bytes to begin with."""

    what: str
    holds: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]


def decodes(data: bytes) -> None:
    """Every frame is signals, and never dropped; its words can be changed and its sound taken out of it."""
    which, *pieces = data.split(NEXT)
    dialect = MADE[list(MADE)[sum(which[:1]) % len(MADE)]]
    observer, muter = dialect.observer(), Muter(dialect)
    for number, piece in enumerate(pieces[:20]):
        direction = Direction.SENT if sum(which[1 : number + 2]) % 3 == 0 else Direction.RECEIVED
        opcode, words = Opcode.BINARY, piece
        with suppress(ValueError):
            opcode, words = Opcode.TEXT, piece.decode()  # type: ignore[assignment]
        frame = Frame(direction, opcode, words, number)
        found = observer.observe(frame)
        assert found, "a frame was dropped"
        assert all(isinstance(one, Signal) for one in found)
        dialect.rewrite(words, lambda path, text: text.upper())
        muter.frame(frame)


def of_dialects() -> Iterable[bytes]:
    for number, dialect in enumerate(MADE.values()):
        pieces = [one.data for one in a_call(dialect) if one.opcode in (Opcode.TEXT, Opcode.BINARY)]
        raw = [one.encode("utf-8", "replace") if isinstance(one, str) else one for one in pieces]
        for at in range(0, len(raw), 12):
            yield NEXT.join([bytes([number, 1, 2]), *raw[at : at + 12]])


def is_json(data: bytes) -> None:
    with suppress(ValueError):
        value = jsons.parse(data)
        assert jsons.same(jsons.parse(jsons.canonical(value)), value)


def is_a_wave(data: bytes) -> None:
    for read in (wavefile.read, wav.decode):
        with suppress(ValueError):
            read(data)


def streams(data: bytes) -> None:
    """Audio in pieces: refused at worst, and never more than the bytes can be."""
    which, rest = sum(data[:1]), data[1:]
    decoder = formats.decoder(("pcm", "mulaw", "alaw", "wav", "mp3")[which % 5], 16_000)  # type: ignore[arg-type]
    edges = sorted({0, len(rest), *(len(rest) * byte // 256 for byte in rest[:4])})
    for begin, end in pairwise(edges):
        with suppress(ValueError):
            pcm, rate_hz = decoder.feed(rest[begin:end])
            assert rate_hz > 0
            assert len(pcm) < 400 * len(rest) + 100_000
    decoder.end()


def of_sound() -> Iterable[bytes]:
    values, rate_hz = wav.decode((home() / "audio" / "hello.wav").read_bytes())
    short = values[8_000:9_000]
    yield wav.encode(short, rate_hz)
    yield from ((path).read_bytes()[:4_000] for path in sorted((home() / "audio").rglob("*.wav"))[::12])


def of_streams() -> Iterable[bytes]:
    waves = list(of_sound())
    yield from (bytes([3]) + one for one in waves)
    yield from (bytes([number]) + waves[0][44:] for number in (0, 1, 2))
    with suppress(ImportError):
        import lameenc

        encoder = lameenc.Encoder()
        encoder.set_in_sample_rate(16_000)
        encoder.set_channels(1)
        encoder.silence()
        yield bytes([4]) + bytes(encoder.encode(waves[0][44:] * 4)) + bytes(encoder.flush())


def is_a_manifest(data: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, suppress(ManifestError):
        text = data.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
        assert plan_of(Path(folder), text)[0].cases


def of_manifests() -> Iterable[bytes]:
    yield GOOD.encode()
    yield from (path.read_bytes() for path in sorted((home() / "manifests").glob("*.yaml"))[:4])


def is_a_capture(data: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, suppress(Usage):
        file = Path(folder) / "frames.jsonl"
        file.write_bytes(data)
        assert read_capture(str(file))


def of_captures() -> Iterable[bytes]:
    yield b'{"direction": "sent", "data": {"type": "hello"}, "t_ms": 1}\n{"from": "server", "message": "{}"}\n'
    yield b'[12:03:04.123] -> {"type":"start"}\n<- {"type":"audio","data":"AAAA"}\n'
    entry = {
        "_resourceType": "websocket",
        "_webSocketMessages": [{"type": "send", "time": 1.5, "opcode": 1, "data": "{}"}],
    }
    yield json.dumps({"log": {"entries": [entry]}}).encode()


def is_a_bundle(data: bytes) -> None:
    """Opened or refused, and nothing is left beside it."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(name)
        (folder / "a.zip").write_bytes(data)
        with suppress(Unreadable):
            bundle.extract(folder / "a.zip", folder / "into")
        assert {path.name for path in folder.iterdir()} <= {"a.zip", "into"}


def of_bundles() -> Iterable[bytes]:
    with tempfile.TemporaryDirectory() as name:
        results = Path(name) / "results"
        recorded(results / "evidence")
        bundle.write(results, Path(name) / "a.zip")
        yield (Path(name) / "a.zip").read_bytes()
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as odd:
        odd.writestr("../x", "y")
    yield held.getvalue()


def fills(data: bytes) -> None:
    """A mock's answer, filled with what an agent sent: never more than one level is filled."""
    template, _, arguments = data.partition(NEXT)
    with suppress(ValueError):
        value, given = jsons.parse(template), jsons.parse(arguments or b"{}")
        list(malformed(value)), list(paths(value))
        jsons.canonical(filled(value, given))


def of_templates() -> Iterable[bytes]:
    yield (
        b'{"a":"{{arguments.day}} {{ arguments.slot.hour }}"}'
        + NEXT
        + b'{"day":"{{arguments.slot}}","slot":{"hour":[1]}}'
    )


HERE: Final = Place("voice-tests.yaml", 3, 1)
CLIP: Final = Clip("hi", "0" * 64, 16_000, 100.0, "hi", segments_ms=((10.0, 60.0),))


@cache
def planned() -> Plan:
    from gate.checks import claim
    from gate.checks.events.never import EventNever
    from gate.checks.protocol import ProtocolKept
    from gate.checks.script import ScriptFollowed
    from gate.checks.session import ConfiguredAsAsked, ReadyInTime
    from gate.checks.speech import Answered

    claims = (
        ReadyInTime(1_000),
        ConfiguredAsAsked(1_000),
        EventNever("error"),
        ProtocolKept(),
        ScriptFollowed(),
        Answered(1),
    )
    call = Call("call", Dial("ws://x"), {"language": "en"}, (Play("hi"), Leave()))
    case = Case("a.case", "t", "smoke", "n", HERE, (call,), tuple(claim(one, HERE) for one in claims))
    return Plan("voice-tests.yaml", "0", (Target("t", "canonical", Dial("ws://x"), HERE),), (CLIP,), (case,))


def recorded(folder: Path) -> Path:
    """A run with one recorded case; returns the folder of the attempt."""
    plan = planned()
    store.create(folder, plan, {"run_id": "r", "problems": []}, Vault({}))
    attempt = store.attempt_folder(folder, plan.cases[0].id, 1)
    write(attempt, *SMALL)
    return attempt


def is_judged(data: bytes) -> None:
    """A damaged recording is judged: it may be doubted, and it is never a bug that shows."""
    wire, _, rest = data.partition(NEXT)
    frames, _, opinion = rest.partition(NEXT)
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        attempt = recorded(Path(name) / "evidence")
        (attempt / "wire.jsonl").write_bytes(wire)
        (attempt / "frames.bin").write_bytes(frames)
        if opinion:
            (attempt / "annotations").mkdir()
            (attempt / "annotations" / "words.json").write_bytes(opinion)
        result = judge_case(Path(name) / "evidence", planned(), planned().cases[0], "r")
    bugs = [finding.actual for finding in result.findings if finding.blame is Blame.GATE]
    assert not bugs, bugs


def of_recordings() -> Iterable[bytes]:
    with tempfile.TemporaryDirectory() as name:
        attempt = recorded(Path(name) / "evidence")
        files = [(attempt / file).read_bytes() for file in ("wire.jsonl", "frames.bin")]
    yield NEXT.join(files)
    yield NEXT.join(
        [*files, b'{"format":"voxgate-words/1","calls":[{"call":0,"pieces":[{"from_ms":1,"to_ms":2,"text":"hi"}]}]}']
    )


def is_shown(data: bytes) -> None:
    """Whatever an agent says stands in every document as text: XML stays XML, and the page has no element more."""
    from lxml import etree, html

    from gate.report.html import Exhibit, render
    from tests.report.conftest import make_case, make_finding, make_report

    text = (
        data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")
        if _is_text(data)
        else data.decode("latin-1")
    )
    if not text:
        return
    elements = []
    for said in ("plain", text):
        finding = make_finding(actual=said, expected=said, next_action=said, cause=said)
        report = make_report(make_case(finding, name=said, id="c", trace_id=said[:32]), problems=(said,))
        documents = {name: made(report, NOWHERE) for name, made in RENDERERS.items()}
        etree.fromstring(documents["junit.xml"].encode("utf-8"))
        json.loads(documents["report.json"])
        json.loads(documents["gl-code-quality-report.json"])
        page = render(report, lambda case: Exhibit(), "", "")
        elements.append(
            sum(1 for _ in html.fromstring(page.encode("utf-8")).iter("script", "img", "iframe", "a", "style"))
        )
    assert elements[0] == elements[1], "what was said became an element of the page"


def _is_text(data: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        data.decode("utf-8", "surrogatepass")
        return True
    return False


def of_words() -> Iterable[bytes]:
    yield b"</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    yield "]]>\x00\x1b[2J\u202e\u2028|`*_[a](javascript:x)\ud800".encode("utf-8", "surrogatepass")


LAWS: Final[dict[str, Law]] = {
    "dialects": Law("frames of every dialect, both ways, several in a row", decodes, of_dialects),
    "json": Law("JSON", is_json, lambda: [b'{"a":[1,2.5e3,"x",null,true]}', b"[NaN]", b'"\\ud800"']),
    "wave": Law("WAV files of the user's", is_a_wave, of_sound),
    "streams": Law("audio in pieces: PCM, mu-law, A-law, WAV, MP3", streams, of_streams),
    "manifest": Law("manifests", is_a_manifest, of_manifests),
    "capture": Law("logs for `init --from-log`", is_a_capture, of_captures),
    "bundle": Law("bundles for `judge`", is_a_bundle, of_bundles),
    "evidence": Law("recordings and opinions, read and judged", is_judged, of_recordings),
    "templates": Law("mocks' answers and the arguments that fill them", fills, of_templates),
    "report": Law("words of an agent in every document", is_shown, of_words),
}
