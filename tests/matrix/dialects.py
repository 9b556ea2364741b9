"""`make dialects`: the demo of every dialect in virtual time, clean and with faults, and the table in docs/dialects.md.

Green without a fault, and with each of its faults red in the layer where the fault is: else the run fails and says what
was not so. A fault is asked only of a dialect that can show it."""

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from gate.core.capabilities import INVARIANTS
from gate.core.findings import Layer, Report, Verdict
from gate.dialects import DIALECTS, dialect_of
from gate.dialects.session import FIELDS
from gate.fixtures.demos import demos
from gate.reference.faults import FAULTS
from tests.matrix.pages import DOCS, written
from tests.rehearsal import demo_plan, rehearse

PAGE = DOCS / "dialects.md"
SUITES = ("handshake", "smoke", "tools", "reconnect")

SOUND = (
    "deaf", "answers-in-pause", "silent-audio", "dropouts", "chunks-swapped", "wrong-rate", "stutters",
    "ignores-barge-in", "first-call-only",
)  # fmt: skip
SPEECH = (*SOUND, "wrong-day", "writes-unasked", "tool-twice")
TEXT = ("wrong-day", "writes-unasked", "tool-twice", "crashes-on-garbage", "first-call-only", "wrong-close-code")


def faults_of(dialect: str) -> tuple[str, ...]:
    """The faults that the demo of this dialect must find, of every layer some. All of them, in five dialects, are for
    `make mutants`."""
    plan = demo_plan(dialect)[0]
    if not dialect_of(plan.targets[0]).capabilities.speaks:
        return TEXT
    return SPEECH if any(case.suite == "tools" for case in plan.cases) else SOUND


@dataclass(frozen=True)
class Outcome:
    """One rehearsal: claims passed and made by suite, why cases were skipped, and what did not pass, by layer."""

    dialect: str
    fault: str | None
    claims: dict[str, tuple[int, int]]
    skipped: dict[str, list[str]]
    failed: list[str]
    layers: Counter[str]

    @property
    def red(self) -> bool:
        return bool(self.failed)


ASKED_IN: dict[Layer, tuple[str, ...]] = {
    Layer.HANDSHAKE: ("handshake",), Layer.CONFIG: ("handshake",), Layer.INPUT: ("smoke",), Layer.CLOSE: ("reconnect",),
    Layer.ORDER: ("smoke", "tools"), Layer.OUTPUT: ("smoke", "tools"), Layer.TOOLS: ("tools", "reconnect"),
}  # fmt: skip
"""The suites that ask about a layer: a fault is rehearsed in them alone."""


def rehearsed(dialect: str, fault: str | None = None) -> Outcome:
    suites = ASKED_IN[FAULTS[fault].layer] if fault else ()
    with TemporaryDirectory() as folder:
        report = rehearse(*demo_plan(dialect), Path(folder) / "evidence", (fault,) if fault else (), suites)
    return told(dialect, fault, report)


def told(dialect: str, fault: str | None, report: Report) -> Outcome:
    claims: dict[str, tuple[int, int]] = {}
    skipped: dict[str, list[str]] = {}
    failed: list[str] = []
    layers: Counter[str] = Counter()
    for case in report.cases:
        passed, made = claims.get(case.suite, (0, 0))
        good = sum(finding.verdict is Verdict.PASS for finding in case.findings)
        claims[case.suite] = passed + good, made + len(case.findings)
        if case.skip:
            skipped.setdefault(case.skip, []).append(case.name)
        for finding in case.findings:
            if finding.verdict is not Verdict.PASS and finding.blocks:
                failed.append(f"{case.suite} · {case.name}: {finding.check} ({finding.layer.value}): {finding.actual}")
                layers[finding.layer.value] += finding.verdict is Verdict.FAIL
    return Outcome(dialect, fault, claims, skipped, failed, layers)


def complaint(outcome: Outcome) -> str | None:
    """What is wrong with this outcome, or None."""
    name = f"{outcome.dialect} with {outcome.fault or 'no fault'}"
    if outcome.fault is None:
        return f"{name} is not green:\n  " + "\n  ".join(outcome.failed) if outcome.red else None
    layer = FAULTS[outcome.fault].layer.value
    if not outcome.layers[layer]:
        return f"{name}: no failure in the layer {layer}:\n  " + "\n  ".join(outcome.failed or ["(all passed)"])
    return None


def overview() -> str:
    """Whose part the gate plays in each dialect, how sure its facts are, whose code has proven it; and what it shows,
    what of that is derived, and what can be asked of a session."""
    of = ["| dialect | for | the gate is | facts | proven by |", "| --- | --- | --- | --- | --- |"]
    columns = (
        "dialect", "observable events (*derived* ones marked)", "`session:` fields",
        "guaranteed [invariants](manifest.md#invariants)",
    )  # fmt: skip
    shows = [f"| {' | '.join(columns)} |", "| --- | --- | --- | --- |"]
    for name in DIALECTS:
        made = DIALECTS[name]()
        if about := getattr(made, "about", None):
            of.append(f"| [`{name}`](#{name}) | {about.title} | {about.role} | {about.confidence} | {about.proof} |")
            can = made.capabilities
            events = [f"*`{event}`*" if event in can.derives else f"`{event}`" for event in sorted(can.shows)]
            fields = ", ".join(f"`{field}`" for field in FIELDS if field in (can.session or ()))
            kept = ", ".join(f"`{invariant}`" for invariant in INVARIANTS if invariant in can.guarantees)
            shows.append(f"| `{name}` | {', '.join(events)} | {fields} | {kept} |")
    return "\n".join([*of, "", *shows]) + "\n"


def table(clean: list[Outcome], found: Counter[str]) -> str:
    """The table of claims, and why what was skipped was skipped."""
    lines = [f"| dialect | {' | '.join(SUITES)} | faults found |", "| --- |" + " --- |" * (len(SUITES) + 1)]
    reasons: dict[str, dict[str, list[str]]] = {}
    for one in clean:
        cells = ["{} of {}".format(*one.claims[suite]) if suite in one.claims else "" for suite in SUITES]
        lines.append(f"| `{one.dialect}` | {' | '.join(cells)} | {found[one.dialect]} |")
        for why, names in one.skipped.items():
            reasons.setdefault(why, {}).setdefault("; ".join(names), []).append(one.dialect)
    lines += ["", "| skipped | because | in |", "| --- | --- | --- |"]
    for why, cases in sorted(reasons.items()):
        for names, dialects in cases.items():
            lines.append(f"| {names} | {why} | {', '.join(f'`{name}`' for name in dialects)} |")
    return "\n".join(lines) + "\n"


def _job(job: tuple[str, str | None]) -> Outcome:
    return rehearsed(*job)


def main(chosen: list[str]) -> int:
    names = chosen or [name for name in DIALECTS if name in demos()]
    jobs: list[tuple[str, str | None]] = [(name, None) for name in names]
    jobs += [(name, fault) for name in names for fault in faults_of(name)]
    outcomes = []
    with ProcessPoolExecutor() as pool:
        for one in pool.map(_job, jobs):
            outcomes.append(one)
            sys.stderr.write(f"{'not so' if complaint(one) else 'as due'}  {one.dialect} {one.fault or ''}\n")
    complaints = [text for one in outcomes if (text := complaint(one))]
    found = Counter(one.dialect for one in outcomes if one.fault and complaint(one) is None)
    made = table([one for one in outcomes if one.fault is None], found)
    sys.stdout.write("\n".join([*complaints, made]))
    if not complaints and not chosen:
        written(PAGE, "dialects", overview() + "\n" + made)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
