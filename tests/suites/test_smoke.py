"""The smoke suite: known clips, and what any decent agent does with them."""

from gate.core.plan import Case
from tests.suites.briefs import BEARER, EVENTS, LOOKUP, brief, case, claims, expand, params, steps

SANE = ["stalls", "level", "voiced", "clipping", "dropouts", "whole-words", "chunk-order"]
KEPT = ["started-before-audio", "transcript-before-answer", "final-marker", "nothing-after-close", "session-id"]
ANSWER = ["answered", "first-audio", *KEPT, *SANE, "protocol"]
SHOWN = ["never"]
NAMES = [
    "a question is answered", "another voice is answered", "a corrected sentence is answered",
    "a pause in mid-sentence is respected", "a question over street noise is understood",
    "spelled digits are answered", "an interruption stops the agent", "a cough does not stop the agent",
    "noise alone starts no turn", "audio that nobody can read does no harm",
]  # fmt: skip


def named(cases: tuple[Case, ...], name: str) -> Case:
    return next(one for one in cases if one.name == name)


def checks(one: object) -> list[str]:
    return [name for name, _ in claims(one)]  # type: ignore[arg-type]


def test_a_bare_suite_has_a_case_for_each_class() -> None:
    cases = expand(brief("smoke"))
    assert [one.name for one in cases] == NAMES
    for one in cases[:5]:
        rate = ["speech-rate"] if one.name in NAMES[:2] else []
        assert checks(one) == ["ready", "configured", "turn-respected", "transcript", *ANSWER, *SHOWN, *rate, "script"]
        assert steps(one) == ["wait", "play", "wait"]
    assert params(cases[5], "transcript").most is None
    assert checks(cases[5]) == ["ready", "configured", "turn-respected", "transcript", *ANSWER, *SHOWN, "script"]
    assert checks(cases[6]) == ["ready", "configured", "answered", "interrupted", "answered"]
    assert steps(cases[6]) == ["wait", "play", "barge_in", "wait"]
    assert steps(cases[7]) == ["wait", "play", "wait", "play", "wait"]
    assert checks(cases[7]) == ["ready", "configured", "answered", "undisturbed"]
    assert checks(cases[8]) == ["ready", "configured", "noise-ignored", "silence-ignored", "script"]


def test_bad_audio_is_sent_only_where_the_wire_says_what_it_carries() -> None:
    one = named(expand(brief("smoke")), NAMES[9])
    assert checks(one) == ["ready", "configured", "bad-audio", "ready", "configured"]
    assert [claim.call for claim in one.claims] == [0, 0, 0, 1, 1]
    assert steps(one) == ["wait", "send_file", "wait"]
    skipped = named(expand(brief("smoke", "template", options={})), NAMES[9])
    assert skipped.skip is not None
    assert "no format" in skipped.skip


def test_the_answer_to_the_interruption_is_claimed_too() -> None:
    one = named(expand(brief("smoke")), "an interruption stops the agent")
    assert [claim.params["turn"] for claim in one.claims if claim.check == "answered"] == [1, 2]
    assert params(one, "interrupted").turn == 2


def test_what_a_dialect_does_not_show_is_not_claimed() -> None:
    bare = expand(brief("smoke", "template", options={}))[0]
    kept = ["final-marker", "nothing-after-close"]
    answer = ["answered", "first-audio", *kept, *SANE, "protocol"]
    assert checks(bare) == ["ready", "turn-respected", *answer, "speech-rate", "script"]
    heard = expand(brief("smoke", "template", options={"events": EVENTS}))[0]
    assert "transcript" in checks(heard)
    assert "transcript-before-answer" not in checks(heard)


def test_invariants_are_switched_by_name() -> None:
    off = {"final-marker": False, "session-id": False, "call-ids": True}
    one = expand(brief("smoke", invariants=off))[0]
    kept = ["started-before-audio", "transcript-before-answer", "nothing-after-close", "call-ids"]
    assert [name for name in checks(one) if name in {*KEPT, "call-ids", "response-ids"}] == kept
    typed = expand(brief("smoke", "cekura-chat", invariants={"final-marker": False}))[0]
    assert "final-marker" in checks(expand(brief("smoke", "cekura-chat"))[0])
    assert "final-marker" not in checks(typed)


def test_matters_of_taste_are_shown_and_block_only_where_the_manifest_says_so() -> None:
    def blocking(settings: dict[str, object]) -> set[str]:
        return {claim.check for one in expand(brief("smoke"), settings) for claim in one.claims if claim.blocks}

    everything = {claim.check for one in expand(brief("smoke")) for claim in one.claims}
    assert everything - blocking({}) == {"first-audio", "noise-ignored", "undisturbed", "never"}
    assert everything - blocking({"first_audio": "900ms", "noise": True, "backchannel": True}) == {"never"}


def test_an_error_of_the_agent_is_shown() -> None:
    one = expand(brief("smoke"))[0]
    assert params(one, "never").event == "error"


def test_where_nothing_says_what_is_thrown_away_no_second_answer_is_claimed() -> None:
    one = named(expand(brief("smoke", "template", options={"events": EVENTS})), "an interruption stops the agent")
    assert [claim.params["turn"] for claim in one.claims if claim.check == "answered"] == [2]
    assert steps(one) == ["wait", "play", "wait", "play", "barge_in", "wait"]  # heard out first, since no mark ends it


def test_the_manifests_own_limits_are_claimed() -> None:
    cases = expand(brief("smoke"), {"first_audio": "1.2s", "interruption": "500ms"})
    assert params(cases[0], "first-audio").within_ms == 1200.0
    assert params(named(cases, "an interruption stops the agent"), "interrupted").within_ms == 500.0
    assert params(expand(brief("smoke"))[0], "first-audio").within_ms == 800.0


def test_tools_are_answered_and_own_cases_come_last() -> None:
    cases = expand(brief("smoke", tools=LOOKUP, credential=BEARER), case(name="mine"))
    assert all(one.tools == LOOKUP for one in cases)
    assert cases[-1].name == "mine"
