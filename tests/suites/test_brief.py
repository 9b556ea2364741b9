"""Ids, clips and calls: what every suite is told, and every bare suite against every dialect."""

import pytest

from gate.core.plan import BargeIn, Play
from gate.suites import SUITES
from tests.suites.briefs import BEARER, brief, case, expand, is_file_safe

BARE = [name for name in SUITES if name != "tools"]


@pytest.mark.parametrize("dialect", ["canonical", "template"])
def test_ids_are_file_safe_unique_and_tell_where_they_are_from(dialect: str) -> None:
    ids = [one.id for name in BARE for one in expand(brief(name, dialect))]
    assert len(ids) == len(set(ids)) > 10
    assert all(map(is_file_safe, ids))
    assert f"bot.{dialect}.handshake.opens-and-is-ready" in ids


def test_odd_names_become_file_safe() -> None:
    (one,) = expand(brief("tools"), case(name="../Ünïcode / “quoted”\n"))
    assert is_file_safe(one.id)
    (other,) = expand(brief("tools"), case(name="你好"))
    assert is_file_safe(other.id)


@pytest.mark.parametrize("dialect", ["canonical", "template"])
@pytest.mark.parametrize("name", BARE)
def test_a_bare_suite_makes_no_mistakes_and_every_case_can_fail(name: str, dialect: str) -> None:
    told = brief(name, dialect)
    cases = expand(told)
    assert told.mistakes == []
    for one in cases:
        assert bool(one.claims) != bool(one.skip), one.name
        assert all(claim.call < len(one.calls) for claim in one.claims)
        assert any(claim.blocks for claim in one.claims) or one.skip


@pytest.mark.parametrize("name", BARE)
def test_clips_that_are_played_are_in_the_plan(name: str) -> None:
    told = brief(name)
    played = {step.clip for one in expand(told) for call in one.calls for step in call.steps
              if isinstance(step, Play | BargeIn)}  # fmt: skip
    assert played == set(told.clips_used)


def test_calls_carry_the_targets_own_credential() -> None:
    told = brief("smoke", credential=BEARER, session={"voice": "x"})
    for one in expand(told):
        assert one.calls[0].dial.headers == (("Authorization", "Bearer ${env.TOKEN}"),)
        assert one.calls[0].session == {"voice": "x"}


def test_a_clip_that_does_not_exist_is_a_mistake_where_it_stands() -> None:
    told = brief("tools")
    assert told.clip("helo", ("cases", 0)) == "helo"
    assert str(told.mistakes[0]) == "cases/0:1:1: there is no clip 'helo'; did you mean 'hello'?"
