"""A model over data: each of pydantic's errors at its place, in the house's own words."""

# Texts that are compared whole stay on one line.
# ruff: noqa: E501

from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator

from gate.core.places import Place
from gate.manifest import source
from gate.manifest.validate import Checked, check


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Cat(Strict):
    kind: Literal["cat"]
    lives: int = 9


class Dog(Strict):
    kind: Literal["dog"]
    name: str


class Wait(Strict):
    wait: Literal["turn_done", "quiet"]
    budget: int = 1


class Play(Strict):
    play: str


class Exact(Strict):
    exact: str | int


def _tag(value: object) -> str | None:
    return next((key for key in ("wait", "play") if isinstance(value, dict) and key in value), None)


class Model(Strict):
    count: Annotated[int, Field(ge=1, lt=10)] = 1
    share: float = 0.5
    sure: bool = True
    names: tuple[str, ...] = ()
    pair: Annotated[list[int], Field(min_length=2, max_length=3)] = [1, 2]
    colour: Colour = Colour.RED
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    pets: list[Cat | Dog] = []
    steps: list[Annotated[Annotated[Wait, Tag("wait")] | Annotated[Play, Tag("play")], Discriminator(_tag)]] = []
    where: dict[str, str | int | Exact] = {}
    events: dict[Literal["error", "done"], str] = {}
    ready: Play | Literal[False] | None = None
    word: Annotated[str, Field(pattern="^[a-z]+$")] = "a"
    even: int = 0

    @field_validator("even")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("it must be even")
        return value


def checked(text: str) -> Checked[Model]:
    document = source.parse(text.encode(), "f")
    return check(Model, document.data, document)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sure: no", "f:1:7: sure is wrong, found the text 'no', expected true or false; write false, without quotes"),
        ("sure: 'on'", "f:1:7: sure is wrong, found the text 'on', expected true or false; write true, without quotes"),
        ("sure: maybe", "f:1:7: sure is wrong, found the text 'maybe', expected true or false"),
        ("sure: 1", "f:1:7: sure is wrong, found the number 1, expected true or false"),
        ("sure:", "f:1:1: sure is wrong, found nothing, expected true or false; give it a value, or delete the key"),
        ("count: '3'", "f:1:8: count is wrong, found the text '3', expected a whole number; write it without quotes"),
        ("count: true", "f:1:8: count is wrong, found true, expected a whole number"),
        ("count: 1.5", "f:1:8: count is wrong, found the number 1.5, expected a whole number"),
        ("count: 0", "f:1:8: count is out of bounds, found the number 0, expected at least 1"),
        ("count: 10", "f:1:8: count is out of bounds, found the number 10, expected less than 10"),
        ("share: '1'", "f:1:8: share is wrong, found the text '1', expected a number; write it without quotes"),
        ("share: true", "f:1:8: share is wrong, found true, expected a number"),
        ("names: x", "f:1:8: names is wrong, found the text 'x', expected a list; write [x]"),
        ("names: {a: 1}", "f:1:1: names is wrong, found a mapping (a), expected a list"),
        ("names: [a, true]", 'f:1:12: names[1] is wrong, found true, expected a text; put quotes around it: "true"'),
        ("names: [1.5]", 'f:1:9: names[0] is wrong, found the number 1.5, expected a text; put quotes around it: "1.5"'),
        ("pair: [1]", "f:1:1: pair is out of bounds, found a list, expected at least 2 entries"),
        ("pair: [1,2,3,4]", "f:1:1: pair is out of bounds, found a list, expected at most 3 entries"),
        ("colour: rd", "f:1:9: colour is wrong, found the text 'rd', expected one of red, blue; did you mean 'red'?"),
        ("colour: 5", "f:1:9: colour is wrong, found the number 5, expected one of red, blue"),
        ("pet: {kind: cat, lifes: 3}", "f:1:18: unknown key 'lifes' in pet; did you mean 'lives'?"),
        ("pet: {kind: dog}", "f:1:1: pet lacks the key 'name'"),
        ("pet: {kind: dg}", "f:1:13: pet.kind is wrong, found the text 'dg', expected one of cat, dog; did you mean 'dog'?"),
        ("pet: {lives: 1}", "f:1:1: pet lacks the key 'kind'"),
        ("pets: [{kind: dog, nam: x}]", "f:1:20: unknown key 'nam' in pets[0]; did you mean 'name'?"),
        ("steps: [{wait: turn_dne}]", "f:1:16: steps[0].wait is wrong, found the text 'turn_dne', expected one of turn_done, quiet; did you mean 'turn_done'?"),
        ("steps: [{wait: quiet, bugdet: 3}]", "f:1:23: unknown key 'bugdet' in steps[0]; did you mean 'budget'?"),
        ("steps: [{plya: x}]", "f:1:9: steps[0] is not known, found a mapping (plya), expected a mapping with keys out of wait, budget, play"),
        ("steps: [5]", "f:1:9: steps[0] is not known, found the number 5, expected a mapping with keys out of wait, budget, play"),
        ("where: {a: true}", "f:1:12: where.a is wrong, found true, expected a text or a whole number or a mapping of keys to values; put quotes around it: \"true\""),
        ("where: {a: {exct: 1}}", "f:1:13: unknown key 'exct' in where.a; did you mean 'exact'?"),
        ("where: {a: {exact: null}}", "f:1:20: where.a.exact is wrong, found nothing, expected a text or a whole number; give it a value, or delete the key"),
        ("events: {eror: x}", "f:1:10: unknown key 'eror' in events; did you mean 'error'?"),
        ("ready: true", "f:1:8: ready is wrong, found true, expected a mapping of keys to values or false"),
        ("ready: {ply: x}", "f:1:9: unknown key 'ply' in ready; did you mean 'play'?"),
        ("word: A1", "f:1:7: word is out of bounds, found the text 'A1', expected a text like ^[a-z]+$"),
        ("even: 3", "f:1:7: even is not right: it must be even, found the number 3"),
        ("nmaes: []", "f:1:1: unknown key 'nmaes' in the manifest; did you mean 'names'?"),
        ("[]", "f:1:1: the manifest is wrong, found an empty list, expected a mapping of keys to values"),
    ],
)  # fmt: skip
def test_mistakes_in_words(text: str, said: str) -> None:
    assert [str(mistake) for mistake in checked(text).mistakes] == [said]


def test_lists_are_good_tuples_and_whole_numbers_are_good_numbers() -> None:
    found = checked("names: [a, b]\nshare: 1\ncolour: blue\nready: false\nwhere: {a: 1, b: x, c: {exact: 2}}")
    assert not found.mistakes
    assert found.value is not None
    assert (found.value.names, found.value.share, found.value.colour) == (("a", "b"), 1.0, Colour.BLUE)


def test_what_is_left_without_the_mistakes_can_be_looked_at() -> None:
    found = checked("count: 0\nnames: [a, 5, b]\npets: [{kind: cat}, {kind: dog}]\nsure: false")
    assert len(found.mistakes) == 3
    assert found.value is not None
    assert found.value.sure is False
    assert found.value.names == ("a", "b")
    assert found.value.pets == [Cat(kind="cat")]
    assert found.original(("names", 1)) == ("names", 2)
    assert Place("f", 2, 1) in found.tainted
    assert Place("f", 4, 1) not in found.tainted


def test_pydantic_never_speaks_to_the_user() -> None:
    document = source.parse(
        b"count: x\nshare: x\nsure: x\nnames: 1\npair: 1\npet: 1\nsteps: 1\nwhere: 1\nevents: 1\n", "f"
    )
    said = "\n".join(map(str, check(Model, document.data, document).mistakes))
    assert "nput should" not in said
    assert "valid" not in said
    assert len(said.splitlines()) == 9
