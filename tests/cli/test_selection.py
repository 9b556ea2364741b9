import argparse

import pytest

from gate.cli.outcomes import Usage
from gate.cli.selection import selected
from gate.core.places import Place
from gate.core.plan import Case, Dial, Plan, Target

HERE = Place("m.yaml", 1, 1)


def case(suite: str, name: str, target: str = "one", tags: tuple[str, ...] = ()) -> Case:
    return Case(f"{target}.{suite}.{name}", target, suite, name, HERE, tags=tags)


PLAN = Plan(
    "m.yaml",
    "0",
    (Target("one", "canonical", Dial("ws://127.0.0.1"), HERE), Target("two", "canonical", Dial("ws://[::1]"), HERE)),
    (),
    (case("smoke", "hello"), case("smoke", "pause", "two"), case("tools", "Books a day", tags=("critical",))),
)


def chosen(**given: object) -> list[str]:
    options = {"suite": None, "target": None, "tag": None, "case": None} | given
    return [case.name for case in selected(PLAN, argparse.Namespace(**options)).cases]


def test_nothing_asked_for_is_everything() -> None:
    assert chosen() == ["hello", "pause", "Books a day"]


def test_a_list_or_several_options_are_the_same() -> None:
    assert chosen(suite=["smoke,tools"]) == chosen(suite=["smoke", "tools"]) == chosen()


def test_targets_that_no_case_calls_are_left_out_so_that_their_agent_is_not_started() -> None:
    options = argparse.Namespace(suite=None, target=["two"], tag=None, case=None)
    plan = selected(PLAN, options)
    assert [target.name for target in plan.targets] == ["two"]
    assert [case.name for case in plan.cases] == ["pause"]


def test_tags_and_pieces_of_names() -> None:
    assert chosen(tag=["critical"]) == ["Books a day"]
    assert chosen(case=["books"]) == ["Books a day"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"suite": ["smok"]}, "--suite 'smok' is not in this manifest; did you mean 'smoke'?"),
        ({"target": ["three"]}, "--target 'three' is not in this manifest"),
        ({"case": ["nowhere"]}, "--case 'nowhere' fits no case"),
    ],
)
def test_asking_for_what_is_not_there_is_an_error_and_never_an_empty_green_run(
    given: dict[str, object], told: str
) -> None:
    with pytest.raises(Usage, match=told.replace("?", r"\?")):
        chosen(**given)
