"""The smoke suite: known clips, and what any decent agent does with them."""

from tests.suites.briefs import BEARER, EVENTS, LOOKUP, brief, case, claims, expand, params, steps

QUESTION = ["ready", "configured", "turn-respected", "transcript", "answered", "first-audio", "final-marker"]


def checks(one: object) -> list[str]:
    return [name for name, _ in claims(one)]  # type: ignore[arg-type]


def test_a_bare_suite_asks_interrupts_and_makes_noise() -> None:
    cases = expand(brief("smoke"))
    assert [one.name for one in cases] == [
        "a question is answered", "another voice is answered", "a corrected sentence is answered",
        "a pause in mid-sentence is respected", "an interruption stops the agent", "noise alone starts no turn",
    ]  # fmt: skip
    for one in cases[:4]:
        assert checks(one) == [*QUESTION, "protocol", "never", "transcript-first", "script"]
        assert steps(one) == ["wait", "play", "wait"]
    assert checks(cases[4]) == ["ready", "configured", "answered", "interrupted", "answered"]
    assert steps(cases[4]) == ["wait", "play", "wait", "play", "wait"]
    assert checks(cases[5]) == ["ready", "configured", "noise-ignored", "script"]


def test_the_answer_to_the_interruption_is_claimed_too() -> None:
    one = expand(brief("smoke"))[4]
    assert [claim.params["turn"] for claim in one.claims if claim.check == "answered"] == [1, 2]
    assert params(one, "interrupted").turn == 2


def test_what_a_dialect_does_not_show_is_not_claimed() -> None:
    bare = expand(brief("smoke", "template", options={}))[0]
    assert checks(bare) == ["ready", "turn-respected", "answered", "first-audio", "final-marker", "protocol", "script"]
    heard = expand(brief("smoke", "template", options={"events": EVENTS}))[0]
    assert "transcript" in checks(heard)
    assert "transcript-first" not in checks(heard)


def test_matters_of_taste_are_shown_and_block_only_where_the_manifest_says_so() -> None:
    def blocking(settings: dict[str, object]) -> set[str]:
        return {claim.check for one in expand(brief("smoke"), settings) for claim in one.claims if claim.blocks}

    everything = {claim.check for one in expand(brief("smoke")) for claim in one.claims}
    assert everything - blocking({}) == {"first-audio", "noise-ignored", "never"}
    assert everything - blocking({"first_audio": "900ms", "noise": True}) == {"never"}


def test_an_error_of_the_agent_is_shown() -> None:
    one = expand(brief("smoke"))[0]
    assert params(one, "never").event == "error"


def test_where_nothing_says_what_is_thrown_away_no_second_answer_is_claimed() -> None:
    one = expand(brief("smoke", "template", options={"events": EVENTS}))[4]
    assert [claim.params["turn"] for claim in one.claims if claim.check == "answered"] == [1]


def test_the_manifests_own_limits_are_claimed() -> None:
    cases = expand(brief("smoke"), {"first_audio": "1.2s", "interruption": "500ms"})
    assert params(cases[0], "first-audio").within_ms == 1200.0
    assert params(cases[4], "interrupted").within_ms == 500.0
    assert params(expand(brief("smoke"))[0], "first-audio").within_ms == 800.0


def test_tools_are_answered_and_own_cases_come_last() -> None:
    cases = expand(brief("smoke", tools=LOOKUP, credential=BEARER), case(name="mine"))
    assert {one.tools for one in cases} == {LOOKUP}
    assert cases[-1].name == "mine"
