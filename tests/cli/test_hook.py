"""What of the environment and the suites is the user's own, where the hook was installed apart."""

import argparse
from dataclasses import replace
from typing import Any, cast

from gate.cli.hook import fast, own
from gate.cli.selection import concerned
from gate.core.places import Place
from gate.core.plan import Case, Plan

HERE = Place("m.yaml", 1, 1)


def plan(*suites: str) -> Plan:
    cases = tuple(Case(f"agent.{suite}", "agent", suite, suite, HERE) for suite in suites)
    return Plan("m.yaml", "1", (), (), cases)


def chosen(given: list[str] | None, *suites: str) -> Any:
    arguments = argparse.Namespace(suite=given)
    fast(plan(*suites), arguments)
    return arguments.suite


def test_the_fast_suites_are_run_unless_others_are_named_or_there_are_none() -> None:
    assert chosen(None, "handshake", "smoke", "reconnect") == ["handshake", "smoke"]
    assert chosen(None, "tools", "handshake") == ["handshake"]
    assert chosen(None, "tools") is None
    assert chosen(["tools"], "tools", "handshake") == ["tools"]


def test_the_path_is_the_users_own() -> None:
    given = {"PRE_COMMIT": "1", "VIRTUAL_ENV": "/cache/py", "PATH": "/cache/py/bin:/home/ada/venv/bin:/usr/bin"}
    assert own(given, "/cache/py") == {"PRE_COMMIT": "1", "PATH": "/home/ada/venv/bin:/usr/bin"}
    theirs = {"VIRTUAL_ENV": "/home/ada/venv", "PATH": "/home/ada/venv/bin:/usr/bin"}
    assert own(theirs, "/home/ada/venv") == theirs
    assert own({**theirs, "PRE_COMMIT": "1"}, "/cache/py") == {**theirs, "PRE_COMMIT": "1"}


def test_a_suite_is_concerned_by_its_files_or_by_any() -> None:
    first, second = plan("smoke", "tools").cases
    both = replace(plan(), cases=(replace(first, when=("agent/**",)), second))
    assert [case.suite for case in concerned(both, ["README"]).cases] == ["tools"]
    assert [case.suite for case in concerned(both, ["agent/bot.py"]).cases] == ["smoke", "tools"]
    assert [case.suite for case in concerned(cast(Plan, both), []).cases] == ["tools"]
