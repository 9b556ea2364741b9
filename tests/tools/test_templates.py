"""Placeholders in a mock's answer: filled from the call, and told where they are malformed."""

import pytest

from gate.core.jsons import Json
from gate.tools.templates import filled, malformed, paths

CALL: Json = {"day": "Thursday", "slot": {"hour": 15, "notes": ["late", None]}, "sure": True}


@pytest.mark.parametrize(
    ("template", "becomes"),
    [
        ("{{arguments.day}}", "Thursday"),
        ("{{ arguments.slot }}", {"hour": 15, "notes": ["late", None]}),
        ("{{arguments.slot.hour}}", 15),
        ("{{arguments.sure}}", True),
        ("{{arguments.slot.notes.0}}", "late"),
        ("{{arguments.nowhere}}", None),
        ("on {{arguments.day}} at {{arguments.slot.hour}}", "on Thursday at 15"),
        ("sure: {{arguments.sure}}, {{arguments.slot.notes}}", 'sure: true, ["late",null]'),
        ("[{{arguments.nowhere}}] [{{arguments.slot.notes.1}}]", "[] []"),
        ("{{arguments.day}}{{arguments.day}}", "ThursdayThursday"),
        ({"id": "A-17", "when": ["{{arguments.day}}", 1]}, {"id": "A-17", "when": ["Thursday", 1]}),
        ({"{{arguments.day}}": None}, {"{{arguments.day}}": None}),
        ("{{day}}", "{{day}}"),
        (17, 17),
    ],
)
def test_a_template_is_filled_from_the_call(template: Json, becomes: Json) -> None:
    assert filled(template, CALL) == becomes


def test_what_an_argument_holds_is_no_template() -> None:
    assert filled("{{arguments.a}} {{arguments.b}}", {"a": "{{arguments.b}}", "b": "x"}) == "{{arguments.b}} x"


@pytest.mark.parametrize("arguments", ["no json", None, ["a"]])
def test_arguments_that_are_no_object_have_no_fields(arguments: Json) -> None:
    assert filled(["{{arguments.day}}", "on {{arguments.day}}"], arguments) == [None, "on "]


def test_the_arguments_that_are_named() -> None:
    assert list(paths({"a": "{{arguments.x.y}} and {{ arguments.z }}", "b": [1, "{{day}}"]})) == ["x.y", "z"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("{{day}}", ["{{day}}"]),
        ("{{arguments.}}", ["{{arguments.}}"]),
        ("{{arguments.a b}}", ["{{arguments.a b}}"]),
        ("on {{arguments.day} it is", ["{{arguments.day}"]),
        (["{{argument.day}}", {"x": "{{arguments.day"}], ["{{argument.day}}", "{{arguments.day"]),
        ("{{arguments.day}}", []),
        ('{{"id": 17', []),
        ("{day} }} {{}}", []),
    ],
)
def test_what_is_nearly_a_placeholder_is_found(value: Json, found: list[str]) -> None:
    assert list(malformed(value)) == found
