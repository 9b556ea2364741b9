"""Ready and configured: in time, in this order, as asked; and a socket that merely opened proves nothing."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks import claim
from gate.checks.script import ScriptFollowed
from gate.checks.session import ConfiguredAsAsked, ReadyInTime
from gate.core.capabilities import Capabilities
from gate.core.findings import Blame, Layer
from tests.checks.notation import (
    CAN,
    FAIL,
    OPENING,
    PASS,
    PLACE,
    SKIP,
    UNKNOWN,
    Line,
    ask,
    asked,
    audio,
    closed,
    configured,
    ended,
    fault,
    findings,
    note,
    ready,
    recording,
    upgrade,
)

READY, CONFIGURED = ReadyInTime(5000.0), ConfiguredAsAsked(5000.0)
SILENT = Capabilities(CAN.shows, 16_000, 16_000, announces_ready=False)


def test_a_ready_session_passes_and_says_how_fast(tmp_path: Path) -> None:
    finding = ask(tmp_path, READY, *OPENING, ended("finished", 10, linger=0))
    assert (finding.verdict, finding.layer, finding.actual) == (PASS, Layer.HANDSHAKE, "after 20 ms")
    assert finding.at == (2,)


def test_a_session_that_is_ready_too_late_fails(tmp_path: Path) -> None:
    finding = ask(tmp_path, ReadyInTime(19.0), *OPENING, ended("finished", 10, linger=0))
    assert (finding.verdict, finding.actual) == (FAIL, "it was ready 20 ms after the socket opened")


def test_a_gate_that_slept_through_its_patience_proves_nothing_against_the_agent(tmp_path: Path) -> None:
    silent = ask(tmp_path, READY, upgrade(0), ended("expired", 5000))
    assert (silent.verdict, silent.blame) == (FAIL, Blame.AGENT)
    slept = recording(tmp_path, upgrade(0), note(5000, "late", ms=8900), ended("expired", 13_900))
    found = findings(slept, claim(READY, PLACE), claim(CONFIGURED, PLACE))
    assert {(one.verdict, one.blame, one.late) for one in found} == {(UNKNOWN, Blame.ENVIRONMENT, True)}
    assert "the gate itself was 8900 ms late with the caller's handshake" in found[0].actual


def test_an_open_socket_alone_is_not_ready(tmp_path: Path) -> None:
    finding = ask(tmp_path, READY, upgrade(-100), ended("expired", 9000, what="ready"))
    assert (finding.verdict, finding.layer) == (FAIL, Layer.HANDSHAKE)
    assert finding.actual == "the socket opened, and then nothing said that the session is ready"
    assert finding.at == (1,)


def test_where_nothing_announces_readiness_the_open_socket_is_all_there_is(tmp_path: Path) -> None:
    assert ask(tmp_path, READY, upgrade(-100), ended("finished", 9), can=SILENT).verdict is PASS
    refused = ask(tmp_path, READY, upgrade(-100, 500), ended("refused", 9, detail="HTTP 500"), can=SILENT)
    assert (refused.verdict, refused.actual) == (FAIL, "HTTP 500")


def test_the_reason_is_the_one_that_the_agent_gave(tmp_path: Path) -> None:
    told = ask(tmp_path, READY, upgrade(-100), fault(-50, "no model"), ended("expired", 9))
    assert told.actual == "the agent answered with an error: no model"
    shut = ask(tmp_path, READY, upgrade(-100), closed(-50, 1011), ended("closed", -50))
    assert shut.actual == "the socket opened and was closed with 1011 before readiness"
    dropped = ask(tmp_path, READY, upgrade(-100), closed(-50, None), ended("closed", -50))
    assert dropped.actual == "the socket opened and was closed with no close frame before readiness"


def test_a_configuration_acknowledged_as_asked_passes(tmp_path: Path) -> None:
    lines = (upgrade(-100), ready(), asked(voice="alloy", vad={"kind": "server"}, rate=1))
    told = configured(voice="alloy", vad={"kind": "server", "ms": 500}, rate=1.0, model="m")
    finding = ask(tmp_path, CONFIGURED, *lines, told, ended("finished", 9, linger=0))
    assert (finding.verdict, finding.layer, finding.at) == (PASS, Layer.CONFIG, (4,))


def test_other_values_than_asked_fail_one_by_one(tmp_path: Path) -> None:
    lines = (upgrade(-100), ready(), asked(voice="alloy", language="en", vad={"ms": 500}))
    told = configured(voice="echo", vad={"ms": 700})
    finding = ask(tmp_path, CONFIGURED, *lines, told, ended("finished", 9, linger=0))
    assert (finding.verdict, finding.layer) == (FAIL, Layer.CONFIG)
    assert finding.actual == 'acknowledged with vad {"ms":700}, asked was {"ms":500}; voice "echo", asked was "alloy"'


FINISHED = ended("finished", 9, linger=0)
SESSION: dict[str, Any] = {
    "model": "m-1", "voice": "alloy", "language": "en", "modalities": ["audio", "text"], "vad": {"type": "server"},
    "input_format": {"type": "pcm", "rate": 16_000}, "tools": [{"name": "look_up", "parameters": {"type": "object"}}],
    "metadata": {"tenant": "acme"},
}  # fmt: skip
OTHER: dict[str, Any] = {
    "model": "m-2", "voice": "echo", "language": "de", "modalities": ["audio"], "vad": {"type": "semantic"},
    "input_format": {"type": "pcm", "rate": 24_000}, "tools": [{"name": "look_down"}], "metadata": {"tenant": "globex"},
}  # fmt: skip


@pytest.mark.parametrize("field", OTHER)
def test_each_field_that_is_acknowledged_with_another_value_is_found(field: str, tmp_path: Path) -> None:
    shown = SESSION | {field: OTHER[field]}
    finding = ask(tmp_path, CONFIGURED, upgrade(-100), ready(), asked(**SESSION), configured(**shown), FINISHED)
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.CONFIG, "config-differs")
    assert finding.actual.startswith(f"acknowledged with {field} ")
    assert ";" not in finding.actual


def test_an_agent_may_show_more_of_each_thing_and_modalities_in_any_order(tmp_path: Path) -> None:
    tool = {"type": "function", **SESSION["tools"][0], "strict": False}
    more = {"modalities": ["text", "audio"], "tools": [tool], "metadata": {"tenant": "acme", "build": 7}}
    shown = SESSION | more | {"temperature": 1}
    assert (
        ask(tmp_path, CONFIGURED, upgrade(-100), ready(), asked(**SESSION), configured(**shown), FINISHED).verdict
        is PASS
    )
    without = SESSION | {"tools": []}
    found = ask(tmp_path, CONFIGURED, upgrade(-100), ready(), asked(**SESSION), configured(**without), FINISHED)
    assert found.verdict is FAIL


def test_an_acknowledgement_before_the_question_is_none(tmp_path: Path) -> None:
    lines = (upgrade(-100), configured(-90), ready(), asked())
    finding = ask(tmp_path, CONFIGURED, *lines, ended("expired", 5000, what="configured"))
    assert (finding.verdict, finding.actual) == (FAIL, "it was never acknowledged")


@pytest.mark.parametrize("lines", [(closed(10, None),), (asked(), closed(30, 1011)), (asked(), closed(30, 1000))])
def test_who_ends_the_call_for_reasons_of_its_own_has_nothing_behind_the_socket(
    tmp_path: Path, lines: tuple[Line, ...]
) -> None:
    finding = ask(tmp_path, CONFIGURED, upgrade(-100), ready(), *lines, ended("closed", 100))
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.HANDSHAKE, "nothing-behind")
    assert finding.actual.startswith("the agent ended the call with")


def test_who_ends_the_call_over_its_configuration_has_not_acknowledged_it(tmp_path: Path) -> None:
    finding = ask(tmp_path, CONFIGURED, upgrade(-100), ready(), asked(), closed(30, 1008), ended("closed", 100))
    assert (finding.verdict, finding.layer, finding.actual) == (FAIL, Layer.CONFIG, "it was never acknowledged")


def test_a_late_acknowledgement_fails_counted_from_the_question_or_from_readiness(tmp_path: Path) -> None:
    late = ask(tmp_path, ConfiguredAsAsked(19.0), *OPENING, ended("finished", 9))
    assert (late.verdict, late.actual) == (FAIL, "it was acknowledged after 20 ms")
    asked_first = (upgrade(-9000), asked(-8990), ready(-80), configured(-40))
    assert ask(tmp_path, CONFIGURED, *asked_first, ended("finished", 9)).verdict is PASS


def test_an_error_instead_of_an_acknowledgement_is_told(tmp_path: Path) -> None:
    finding = ask(
        tmp_path, CONFIGURED, upgrade(-100), ready(), asked(), fault(-40, "no such voice"), ended("expired", 5000)
    )
    assert (finding.verdict, finding.actual) == (FAIL, "the agent answered with an error: no such voice")
    assert finding.at == (4,)


def test_an_agent_that_speaks_before_it_is_configured_is_found(tmp_path: Path) -> None:
    lines = (upgrade(-100), ready(), asked(), audio(-55, 10), configured(), ended("finished", 9000))
    finding = ask(tmp_path, ConfiguredAsAsked(5000.0, before_audio=True), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.CONFIG)
    assert finding.actual == "the agent spoke before it had acknowledged the configuration"
    assert ask(tmp_path, CONFIGURED, *lines).verdict is PASS


@pytest.mark.parametrize("status", [429, 503])
def test_an_agent_at_its_limit_is_told_as_one(tmp_path: Path, status: int) -> None:
    finding = ask(tmp_path, READY, upgrade(-100, status), ended("refused", 9))
    assert finding.verdict is FAIL
    assert "--jobs 1" in finding.next_action


@pytest.mark.parametrize("params", [READY, CONFIGURED])
@pytest.mark.parametrize(
    ("end", "blame"),
    [
        ("unreachable", Blame.ENVIRONMENT),
        ("aborted", Blame.ENVIRONMENT),
        ("broken", Blame.GATE),
        (None, Blame.ENVIRONMENT),
    ],
)
def test_a_call_that_was_cut_off_proves_nothing(tmp_path: Path, params: object, end: str | None, blame: Blame) -> None:
    last = (ended(end, 9),) if end else (note(9, "x"),)
    finding = ask(tmp_path, params, upgrade(-100), *last, killed=end is None)
    assert (finding.verdict, finding.blame) == (UNKNOWN, blame)


def test_a_secret_of_the_session_need_not_be_shown(tmp_path: Path) -> None:
    told = asked(voice="a", token="[secret:token]", metadata={"token": "[secret:token]", "flow": "x"})
    for shown in ({"voice": "a"}, {"voice": "a", "token": "***", "metadata": {"flow": "x"}}):
        answer = configured(**shown)
        assert ask(tmp_path, CONFIGURED, upgrade(-100), ready(), told, answer, ended("finished", 10)).verdict is PASS
    other = configured(voice="a", metadata={"flow": "y"})
    assert ask(tmp_path, CONFIGURED, upgrade(-100), ready(), told, other, ended("finished", 10)).verdict is FAIL


HURRIED = ReadyInTime(5000.0, may_limit=True)


@pytest.mark.parametrize(
    "lines",
    [
        (upgrade(-100, 429), ended("refused", 0)),
        (upgrade(-100, 503), ended("refused", 0)),
        (upgrade(-100), closed(-50, 1013), ended("closed", -50)),
        (upgrade(-100), closed(-50, 4429), ended("closed", -50)),
    ],
)
def test_an_agent_may_say_that_calls_come_too_fast_where_they_do(tmp_path: Path, lines: tuple[Any, ...]) -> None:
    assert ask(tmp_path, READY, *lines).verdict is FAIL
    assert ask(tmp_path, HURRIED, *lines).verdict is SKIP


def test_another_refusal_is_none_of_a_limit(tmp_path: Path) -> None:
    assert ask(tmp_path, HURRIED, upgrade(-100, 500), ended("refused", 0)).verdict is FAIL
    assert ask(tmp_path, HURRIED, upgrade(-100), closed(-50, 1011), ended("closed", -50)).verdict is FAIL
    assert ask(tmp_path, HURRIED, upgrade(-100), ended("expired", 9000, what="ready")).verdict is FAIL


def test_behind_a_limit_nothing_is_held_against_the_agent(tmp_path: Path) -> None:
    recorded = recording(tmp_path, upgrade(-100, 429), ended("refused", 0))
    asked_of = (claim(HURRIED, PLACE), claim(READY, PLACE, call=1), claim(ScriptFollowed(), PLACE, call=1))
    assert [one.verdict for one in findings(recorded, *asked_of, calls=2)] == [SKIP, SKIP, SKIP]


@pytest.mark.parametrize("code", [None, 1000, 1011])
def test_where_nothing_announces_readiness_a_call_that_is_ended_at_once_has_nothing_behind_it(
    tmp_path: Path, code: int | None
) -> None:
    gone = (upgrade(-100), closed(-50, code), ended("closed", -50))
    finding = ask(tmp_path, READY, *gone, can=SILENT)
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.HANDSHAKE, "nothing-behind")
    policy = (upgrade(-100), closed(-50, 1008), ended("closed", -50))
    assert ask(tmp_path, READY, *policy, can=SILENT).verdict is PASS
    later = (upgrade(-100), closed(900, code), ended("closed", 900))
    assert ask(tmp_path, READY, *later, can=SILENT).verdict is PASS
