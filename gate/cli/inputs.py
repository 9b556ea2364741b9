"""The inputs of the action, as its runner hands them over, to the arguments of `voxgate run`. Pure.

The runner makes `INPUT_FAIL-ON` of `fail-on`: upper case, and nothing else changed but spaces (actions/toolkit,
core.getInput). An input that is empty was not given."""

import re
from collections.abc import Iterator, Mapping

from gate.cli.outcomes import Usage

LISTS = ("suite", "target")
VALUES = ("out", "fail-on", "log-level")
SWITCHES = {"junit": "junit.xml", "html": "report.html", "summary": "summary"}
"""What is left out where the switch is off."""

NAMES = ("manifest", *LISTS, *VALUES, *SWITCHES)

_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
"""YAML 1.2, as the runner's own toolkit reads them."""


def arguments_of(environ: Mapping[str, str]) -> list[str]:
    """Raises Usage for an input that cannot be understood. No value is ever taken for an option."""
    given = {name: environ.get(f"INPUT_{name.upper()}", "").strip() for name in NAMES}
    arguments = ["run", *_options(given)]
    return [*arguments, "--", given["manifest"]] if given["manifest"] else arguments


def _options(given: Mapping[str, str]) -> Iterator[str]:
    for name in LISTS:
        for one in re.split(r"[,\n]", given[name]):
            if one.strip():
                yield f"--{name}={one.strip()}"
    for name in VALUES:
        if given[name]:
            yield f"--{name}={given[name]}"
    for name, document in SWITCHES.items():
        if given[name] and not _boolean(name, given[name]):
            yield f"--without={document}"


def _boolean(name: str, text: str) -> bool:
    if text not in _BOOLEANS:
        raise Usage(f"the input {name} is {text!r}; expected true or false")
    return _BOOLEANS[text]
