"""Callers whose token comes in a message, and callers who are to be refused and are not told so."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gate.core.findings import Layer, Report, Verdict
from gate.core.tokens import Mint
from gate.dialects.canonical.dialect import Canonical
from gate.reference.faults import Faults
from gate.reference.gatekeeper import mint
from gate.reference.house import House
from gate.reference.mind import Close
from gate.reference.virtual import EPOCH_S
from tests import rehearsal
from tests.reference.chat import Told
from tests.rehearsal import KEY, demo_plan, rehearse

PATH = "auth.token"
HELLO = '{"type": "session.configure", "session": {"auth": {"token": "%s"}}}'
NOISE = '{"type": "input_audio.append", "audio": "AAA="}'


def house(*faults: str, **more: Any) -> House:
    return House(Canonical().agent, Canonical.capabilities, Told([]), {}, Faults(faults), KEY, **more)


def closes(out: list[Any]) -> list[int | None]:
    return [item.code for item in out if isinstance(item, Close)]


def test_a_token_in_a_message_opens_the_session_and_nothing_does_before() -> None:
    home = house(token_at=PATH)
    assert home.admit("/", {}, EPOCH_S) is None
    mind = home.enter(now_s=EPOCH_S)
    assert len(mind.opened(0)) == 1
    assert closes(home.enter(now_s=EPOCH_S).hear(NOISE, 0)) == [4401]
    assert closes(home.enter(now_s=EPOCH_S).hear(HELLO % "nonsense", 0)) == [4401]
    other = mint(KEY, EPOCH_S, workspace="globex")
    assert closes(home.enter(now_s=EPOCH_S).hear(HELLO % other, 0)) == [4403]
    assert "session.configured" in str(mind.hear(HELLO % mint(KEY, EPOCH_S), 0))
    assert closes(mind.hear(NOISE, 1)) == []


def test_a_token_with_an_id_opens_one_session() -> None:
    home = house(token_at=PATH)
    once = mint(KEY, EPOCH_S, jti="one")
    assert [home.verify(once, EPOCH_S) is None for _ in range(2)] == [True, False]
    lax = house("accepts-replayed-token", token_at=PATH)
    assert [lax.verify(once, EPOCH_S) is None for _ in range(2)] == [True, True]


def test_a_silent_refusal_says_nothing_to_anything() -> None:
    mind = house("silent-refusal").enter(unwelcome=True)
    assert (mind.opened(0), mind.hear(HELLO % "", 0), mind.hear(NOISE, 0)) == ([], [], [])


def test_a_late_refusal_comes_with_the_first_audio() -> None:
    mind = house("refuses-after-audio").enter(unwelcome=True)
    assert "session.started" in str(mind.opened(0))
    assert "session.configured" in str(mind.hear(HELLO % "", 0))
    assert closes(mind.hear(NOISE, 0)) == [4401]


def rehearsed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, dialect: str, *faults: str, token_at: str = ""
) -> Report:  # fmt: skip
    """The handshake of a demo, with its token in a message if an agent looks for it there."""
    plan, vault = demo_plan(dialect)
    cases = tuple(case for case in plan.cases if case.name.endswith(" is refused"))
    if token_at:
        at_the_token = partial(House, token_at=token_at)
        monkeypatch.setattr(rehearsal, "house_for", partial(rehearsal.house_for, kind=at_the_token))
    return rehearse(replace(plan, cases=cases), vault, folder / "evidence", faults)


def by_message(text: str) -> str:
    """The bundled manifest of the canonical dialect, with its token in a message."""
    head, _, rest = text.partition("      bearer:\n")
    made, _, tail = rest.partition("    session:")
    lines = ["      message:", f"        path: {PATH}", "        value:", *("  " + line for line in made.splitlines())]
    return head + "\n".join(lines) + "\n    session:" + tail


@pytest.fixture
def in_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = rehearsal.demo
    monkeypatch.setattr(rehearsal, "demo", lambda dialect: by_message(demo(dialect)))


def verdicts(report: Report) -> dict[str, Verdict]:
    return {case.name.removesuffix(" is refused"): case.verdict for case in report.cases}


REFUSED = {
    "no token", "malformed token", "expired token", "wrong-tenant token", "wrong-agent token",
    "wrong-environment token", "tampered-signature token", "unsigned token", "replayed token",
}  # fmt: skip


def test_an_agent_that_reads_the_token_in_a_message_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_a_message: None
) -> None:
    found = verdicts(rehearsed(tmp_path, monkeypatch, "canonical", token_at=PATH))
    assert found.keys() >= REFUSED
    assert set(found.values()) == {Verdict.PASS}
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"[secret:token]" in written
    assert b"eyJ" not in written


@pytest.mark.parametrize(
    ("fault", "red"),
    [("accepts-any-token", REFUSED), ("accepts-unsigned-token", {"unsigned token"}),
     ("accepts-replayed-token", {"replayed token"}), ("accepts-wrong-agent", {"wrong-agent token"})],
)  # fmt: skip
def test_one_that_does_not_look_closely_is_found(
    fault: str, red: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_a_message: None
) -> None:
    report = rehearsed(tmp_path, monkeypatch, "canonical", fault, token_at=PATH)
    assert {name for name, verdict in verdicts(report).items() if verdict is Verdict.FAIL} == red
    failures = [finding for case in report.cases for finding in case.failures]
    assert {(one.layer, one.symptom) for one in failures} == {(Layer.HANDSHAKE, "caller-let-in")}
    assert {one.actual for one in failures} == {"the caller was let in, and the session was configured"}


@pytest.mark.parametrize("fault", ["accepts-any-token", "silent-refusal", "refuses-after-audio"])
def test_where_nothing_says_that_a_session_is_ready_a_caller_who_is_let_stay_was_let_in(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = rehearsed(tmp_path, monkeypatch, "raw-pcm", fault)
    red = {name for name, verdict in verdicts(report).items() if verdict is Verdict.FAIL}
    assert red == {"no token", "malformed token", "expired token", "wrong-tenant token"}
    failures = [finding for case in report.cases for finding in case.failures]
    assert {one.actual for one in failures} == {"the caller was let stay: the socket was opened and not closed"}


def test_a_mint_that_gives_no_token_is_held_against_nobody(tmp_path: Path) -> None:
    plan, vault = demo_plan("canonical")
    (case,) = (case for case in plan.cases if case.name == "no token is refused")
    asked = Mint("https://agent.test/token", "token")
    calls = tuple(replace(call, token=asked) if call.token else call for call in case.calls)
    report = rehearse(replace(plan, cases=(replace(case, calls=calls),)), vault, tmp_path / "evidence")
    (found,) = report.cases
    assert found.verdict is Verdict.UNKNOWN
    told = [finding for finding in found.doubts if not finding.folded]
    assert [(one.symptom, one.blame.value, one.layer) for one in told] == [("no-token", "environment", Layer.HANDSHAKE)]
    assert "cannot be asked where time is virtual" in told[0].actual
