"""What the runner hands over as INPUT_ variables, and that action.yml, the code and the page tell of the same ones."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gate.cli import inputs
from gate.cli.inputs import NAMES, arguments_of
from gate.cli.main import parser
from gate.cli.outcomes import Usage

HOUSE = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((HOUSE / "action.yml").read_text("utf-8"))
README = HOUSE / "README.md"


def handed(**given: str) -> dict[str, str]:
    """As the runner does it: upper case, a space is an underscore, a dash stays."""
    return {f"INPUT_{name.replace('_', '-').upper()}": value for name, value in given.items()}


def defaults() -> dict[str, str]:
    return {f"INPUT_{name.upper()}": one["default"] for name, one in ACTION["inputs"].items()}


def test_every_input_of_the_code_is_in_the_action_and_the_other_way_round() -> None:
    assert set(NAMES) == set(ACTION["inputs"])


def rows(head: str) -> set[str]:
    """The first column of the table with this head."""
    table = README.read_text("utf-8").split(f"| {head} |", 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE))


def test_every_input_and_output_is_explained_and_nothing_else_is() -> None:
    assert rows("input") == set(ACTION["inputs"])
    assert rows("output") == set(ACTION["outputs"])


def test_no_input_is_read_anywhere_else() -> None:
    readers = [path for path in (HOUSE / "gate").rglob("*.py") if '"INPUT_' in path.read_text("utf-8")]
    assert readers == [Path(inputs.__file__)]


def test_the_defaults_of_the_action_are_those_of_the_command() -> None:
    given, bare = parser().parse_args(arguments_of(defaults())), parser().parse_args(["run"])
    assert vars(given) == vars(bare)
    assert parser().parse_args(arguments_of({})) == bare


def test_each_input_reaches_its_option() -> None:
    given = handed(
        manifest="ci/voice.yaml", suite="smoke, tools\nhandshake", target="staging", out="results", fail_on="failed",
        junit="false", html="False", summary="FALSE", log_level="debug",
    )  # fmt: skip
    arguments = parser().parse_args(arguments_of(given))
    assert arguments.manifest == "ci/voice.yaml"
    assert arguments.suite == ["smoke", "tools", "handshake"]
    assert arguments.target == ["staging"]
    assert arguments.out == "results"
    assert {reason.value for reason in arguments.fail_on} == {"failed"}
    assert arguments.without == ["junit.xml", "report.html", "summary"]
    assert arguments.log_level == "debug"


def test_an_input_is_never_an_option() -> None:
    arguments = parser().parse_args(arguments_of(handed(manifest="--help", suite="--out=/etc", out="--force")))
    assert (arguments.manifest, arguments.suite, arguments.out) == ("--help", ["--out=/etc"], "--force")


@pytest.mark.parametrize("text", ["yes", "1", "no", "tRue"])
def test_a_switch_that_is_neither_is_named(text: str) -> None:
    with pytest.raises(Usage, match=f"the input html is '{text}'; expected true or false"):
        arguments_of(handed(html=text))


def test_a_value_that_is_not_known_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args(arguments_of(handed(fail_on="enviroment")))
    assert stopped.value.code == 2
    assert "--fail-on: 'enviroment' is no reason to fail; did you mean 'environment'?" in capsys.readouterr().err
