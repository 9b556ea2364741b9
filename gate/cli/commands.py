"""The commands by name. A new command is one module and one line here."""

import argparse
from collections.abc import Callable

from gate.cli.agent import agent
from gate.cli.demo import demo
from gate.cli.fixtures import fixtures
from gate.cli.init import init
from gate.cli.judging import judge
from gate.cli.running import check, run

COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": run,
    "init": init,
    "check": check,
    "judge": judge,
    "demo": demo,
    "agent": agent,
    "fixtures": fixtures,
}
