"""The commands by name, each imported when it is asked for. A new command is one module and one line here."""

import argparse
from collections.abc import Callable
from pkgutil import resolve_name
from typing import cast

COMMANDS = {
    "run": "gate.cli.running:run",
    "doctor": "gate.cli.doctor:doctor",
    "init": "gate.cli.init:init",
    "check": "gate.cli.running:check",
    "judge": "gate.cli.judging:judge",
    "bundle": "gate.cli.bundle:bundle",
    "diff": "gate.cli.diff:diff",
    "merge": "gate.cli.merging:merge",
    "demo": "gate.cli.demo:demo",
    "agent": "gate.cli.agent:agent",
    "fixtures": "gate.cli.fixtures:fixtures",
    "hook": "gate.cli.hook:hook",
}


def command(name: str) -> Callable[[argparse.Namespace], int]:
    return cast(Callable[[argparse.Namespace], int], resolve_name(COMMANDS[name]))
