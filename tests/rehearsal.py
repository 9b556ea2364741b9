"""The demo in memory: the bundled manifest, the reference agent's mind, the real evidence and the real judge."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from gate.annotate import annotate_case
from gate.audio.pcm import Samples
from gate.core.findings import Report
from gate.core.plan import Case, Plan
from gate.core.tooling import Via
from gate.core.vault import Vault
from gate.dialects import DIALECTS, dialect_of
from gate.evidence import store
from gate.evidence.writer import Writer
from gate.fixtures.demos import demo
from gate.fixtures.library import Library, home
from gate.fixtures.sounds import attachments_of, sounds_of
from gate.manifest import read_plan
from gate.reference.faults import Faults
from gate.reference.gatekeeper import mint
from gate.reference.house import House
from gate.reference.mind import Ears
from gate.reference.recogniser import Recogniser
from gate.reference.slow import AnswerDelay
from gate.reference.transcribing import transcribe
from gate.reference.virtual import EPOCH_S, VirtualDriver
from gate.reference.voice import load
from gate.reference.waiting import BUDGET_MS, Work
from gate.run.judging import judge_evidence

KEY = "a-key-for-the-rehearsal-of-the-demo-0123456789"


def demo_environ() -> dict[str, str]:
    return {
        "VOXGATE_DEMO_KEY": KEY,
        "VOXGATE_DEMO_TOKEN": mint(KEY, EPOCH_S),
        "VOXGATE_DEMO_EXPIRED": mint(KEY, EPOCH_S, -60.0),
        "VOXGATE_DEMO_WRONG_TENANT": mint(KEY, EPOCH_S, workspace="globex"),
    }


def library() -> Library:
    return Library(home() / "audio", Path())


class Remembering:
    """Ears that hear nothing twice: the same samples are the same words, which test_recogniser shows."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self._known: dict[bytes, str | None] = {}

    def words(self, samples: Samples) -> str | None:
        key = sha256(samples.tobytes()).digest()
        if key not in self._known:
            self._known[key] = self._ears.words(samples)
        return self._known[key]


@cache
def ears() -> Ears:
    return Remembering(Recogniser())


@cache
def heard(wav: bytes) -> str:
    return transcribe(wav)


def listener(wav: bytes, *_: object) -> str:
    """The recogniser of the demos, without a process for each passage."""
    return heard(wav)


def demo_plan(dialect: str) -> tuple[Plan, Vault]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{dialect}.yaml"
        file.write_text(demo(dialect), "utf-8")
        return read_plan(file, demo_environ(), library())


def work_of(command: tuple[str, ...]) -> tuple[Via, Work]:
    """Who runs the tools of an agent that is started so, and which way it then calls them."""
    ways: dict[str, Via] = {"--tools": "http", "--tools-mcp": "mcp"}
    via = next((ways[word] for word in command if word in ways), "socket")
    budget = command[command.index("--tool-budget") + 1] if "--tool-budget" in command else BUDGET_MS
    return via, Work(via != "socket", int(budget))


def rehearse(
    plan: Plan, vault: Vault, folder: Path, faults: tuple[str, ...] = (), suites: tuple[str, ...] = (),
    beside: Library | None = None, delay: AnswerDelay | None = None, one_house: bool = False,
    habits: tuple[str, ...] = (),
) -> Report:  # fmt: skip
    """Every case against a house of its own, so that no order of cases matters; judged from the folder. `beside` finds
    the files that stand beside the manifest; `delay`: how slow the agent is; `one_house`: one for each target, as when
    an agent is not started anew; `habits`: what it does in another way than most."""
    begun(folder, plan, vault)
    houses: dict[str, House] = {}
    for case in plan.cases:
        if case.skip is not None or (suites and case.suite not in suites):
            continue
        house = house_for(plan, case, Faults(faults, habits), delay)
        drive(plan, vault, folder, case, houses.setdefault(case.target, house) if one_house else house, beside)
    return judge_evidence(folder)


def begun(folder: Path, plan: Plan, vault: Vault) -> None:
    store.create(folder, plan, {"run_id": "rehearsal", "problems": []}, vault)


def house_for(
    plan: Plan, case: Case, faults: Faults, delay: AnswerDelay | None = None,
    kind: Callable[..., House] = House,
) -> House:  # fmt: skip
    """The agent that this case calls, as its manifest starts it."""
    target = plan.target(case.target)
    dialect = DIALECTS[target.dialect]
    half = dialect(dialect.Options.model_validate(target.options), http_first=target.dial.http is not None).agent
    key = KEY if target.start and "VOXGATE_AGENT_KEY" in target.start.env else None
    _, work = work_of(target.start.command if target.start else ())
    can = dialect_of(target).capabilities
    return kind(half, can, ears(), load(), faults, key, delay, work)


def drive(
    plan: Plan, vault: Vault, folder: Path, case: Case, house: House, beside: Library | None = None
) -> None:  # fmt: skip
    """Drives one case and writes its evidence."""
    target, beside = plan.target(case.target), beside or library()
    dialect = dialect_of(target)
    via, _ = work_of(target.start.command if target.start else ())
    sounds, files = sounds_of(case, plan.clips, beside, dialect), attachments_of(case, plan.files, beside)
    own = vault.knowing({})
    driver = VirtualDriver(dialect, sounds, own, house, files, via)
    header = {"case": case.id, "attempt": 1, "dialect": target.dialect, "trace_id": "0" * 32}
    attempt = store.attempt_folder(folder, case.id, 1)
    with Writer(attempt, dialect, own, header, driver.now_ns, plan.redact, b"key") as writer:
        ends = driver.drive(case, writer)
        writer.end("driven", all(end.whole for end in ends), driver.now_ns)
    annotate_case(attempt, plan, case, {}, listener)
