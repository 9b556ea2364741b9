"""`voxgate`: the arguments of every command, and the way to it. Each command is a module of its own."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from gate import __version__
from gate.cli.commands import command
from gate.cli.failing import ALL, fail_on
from gate.cli.outcomes import told
from gate.cli.sharding import asked

EXITS = "exit codes: 0 passed; 1 not passed; 2 usage or configuration, nothing was judged; 3 a bug of Voxgate"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    arguments = _parsed(argv)
    with told():
        return command(arguments.command)(arguments)
    raise AssertionError("told() exits")


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    try:
        return parser().parse_args(argv)
    except SystemExit as stopped:
        if stopped.code:
            from gate.cli.github import refused
            from gate.core.findings import Outcome

            refused("the command line is wrong: its usage stands in the log of this step", Outcome.CONFIGURATION)
        raise


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="voxgate",
        description="The CI gate for realtime voice agents: it calls the agent's socket and judges the call.",
        epilog=EXITS,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"voxgate {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _run(commands.add_parser("run", help="call the agents of a manifest and judge the calls", epilog=EXITS))
    _init(commands.add_parser("init", help="write a first manifest for what this folder holds", epilog=EXITS))
    _manifest(commands.add_parser("doctor", help="tell what is missing before a run can say anything", epilog=EXITS))
    _check(commands.add_parser("check", help="validate a manifest; opens no socket", epilog=EXITS))
    _judge(commands.add_parser("judge", help="judge saved evidence again", epilog=EXITS))
    _bundle(commands.add_parser("bundle", help="pack the results of a run into one file", epilog=EXITS))
    _diff(commands.add_parser("diff", help="what a later run does worse than an earlier one", epilog=EXITS))
    _merge(commands.add_parser("merge", help="join the shards of a run and judge them as one", epilog=EXITS))
    _demo(commands.add_parser("demo", help="the whole gate against its own reference agent", epilog=EXITS))
    _agent(commands.add_parser("agent", help="run the reference agent alone"))
    _fixtures(commands.add_parser("fixtures", help="list, verify or render the clips that travel with the gate"))
    _hook(commands.add_parser("hook", help="the gate before each git push", epilog=EXITS))
    return top


def _run(command: argparse.ArgumentParser) -> None:
    _manifest(command)
    _selection(command)
    _results(command)
    command.add_argument(
        "--target", action="append", metavar="NAME", help="only this target; may be given again, or a,b"
    )
    command.add_argument("--tag", action="append", metavar="TAG", help="only cases with this tag; may be given again")
    command.add_argument("--changed-since", metavar="REF", help="only suites whose files (when:) changed since "
                         "the merge base with this commit")  # fmt: skip
    command.add_argument("--shard", type=asked, metavar="I/N", help="only part I of N; auto: as the CI system says")
    command.add_argument("--durations", type=Path, metavar="DIR",
                         help="with --shard: an earlier run, whose times divide the work evenly")  # fmt: skip


def _diff(command: argparse.ArgumentParser) -> None:
    command.add_argument("old", metavar="OLD", help="the results of the run that is compared with")
    command.add_argument("new", metavar="NEW", help="the results of the later run")
    command.add_argument("--json", action="store_true", help="print the comparison as JSON")
    _tolerance(command)


def _tolerance(command: argparse.ArgumentParser) -> None:
    command.add_argument("--latency-percent", type=_not_negative, default=20.0, metavar="PERCENT",
                         help="what a latency may grow by against the baseline (default: 20)")  # fmt: skip
    command.add_argument("--latency-floor", type=_not_negative, default=100.0, metavar="MS",
                         help="and what it may grow by whatever the percentage (default: 100)")  # fmt: skip


def _merge(command: argparse.ArgumentParser) -> None:
    command.add_argument("results", nargs="+", metavar="DIR", help="the results of one shard; give all of them")
    _results(command)


def _init(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from-log", metavar="FILE", help="captured frames: JSON lines, a browser's HAR, wire.jsonl")
    command.add_argument("--dialect", metavar="NAME", help="the language of the agent, if its source does not say it")
    command.add_argument("--url", metavar="URL", help="the address of the agent's socket")
    command.add_argument("--out", default="voice-tests.yaml", metavar="FILE",
                         help="the manifest (default: voice-tests.yaml)")  # fmt: skip
    command.add_argument("--force", action="store_true", help="write over a manifest that is there")


def _check(command: argparse.ArgumentParser) -> None:
    _manifest(command)


def _judge(command: argparse.ArgumentParser) -> None:
    command.add_argument("evidence", metavar="EVIDENCE",
                         help="the evidence folder of a run, its results folder, or a bundle of it")  # fmt: skip
    command.add_argument("--out", metavar="DIR", help="where to write the reports, and what a bundle holds "
                         "(default: beside the evidence; for a bundle, NAME-judged beside it)")  # fmt: skip
    _words(command)


def _bundle(command: argparse.ArgumentParser) -> None:
    command.add_argument("results", nargs="?", default="voxgate-results", metavar="RESULTS",
                         help="the results folder of a run (default: voxgate-results)")  # fmt: skip
    command.add_argument("--out", metavar="FILE", help="the archive (default: RESULTS.zip)")


def _demo(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--dialect", default="canonical", metavar="NAME", help="the language to speak (default: canonical)"
    )
    command.add_argument("--fault", action="append", default=[], metavar="NAME", help="switch a fault on in the agent")
    _selection(command)
    _results(command)


def _agent(command: argparse.ArgumentParser) -> None:
    command.add_argument("--dialect", default="canonical", metavar="NAME", help="the language it speaks")
    command.add_argument("--like", metavar="MANIFEST", help="speak as this manifest's target does, options and all")
    command.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    command.add_argument("--port", type=int, default=8765, help="the port of the WebSocket (default: 8765)")
    command.add_argument("--http-port", type=int, default=0, help="a port for HTTP-first callers (default: none)")
    whose = command.add_mutually_exclusive_group()
    whose.add_argument("--tools", metavar="URL", help="call its tools itself: POST URL/TOOL (default: over the socket)")
    whose.add_argument("--tools-mcp", metavar="URL", help="call its tools itself, at this MCP server")
    command.add_argument("--tool-budget", type=_milliseconds, default=8_000, metavar="MS",
                         help="how long it waits for a tool (default: 8000)")  # fmt: skip
    command.add_argument("--fault", action="append", default=[], metavar="NAME", help="switch a fault on")
    command.add_argument("--habit", action="append", default=[], metavar="NAME", help="let it do what decent agents do")
    command.add_argument("--answer-delay", metavar="MS", help="before each answer: 800, or 0-2000 for a random one")
    command.add_argument("--seed", type=int, default=0, metavar="N", help="of the pauses (default: 0)")
    command.add_argument("--log", metavar="FILE", help="write when each message crossed the socket, as JSON lines")
    command.add_argument("--tls-certificate", metavar="FILE", help="serve wss:// with this certificate, in PEM")
    command.add_argument("--tls-key", metavar="FILE", help="its key, if it stands in another file")
    command.add_argument("--tls-client-ca", metavar="FILE", help="take callers alone whose certificate this one signed")
    command.add_argument("--list-faults", action="store_true", help="name the faults, one a line, and stop")
    command.add_argument("--list-habits", action="store_true", help="name the habits, one a line, and stop")
    command.add_argument(
        "--transcribe", metavar="FILE", help="print what it is heard to say in this WAV file, and stop"
    )
    command.add_argument("--until-eof", action="store_true", help="stop when standard input ends")


def _fixtures(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="every clip: its class, its length, its words")
    listing.add_argument("--json", action="store_true", help="the whole index, as JSON")
    listing.add_argument("--manifest", metavar="FILE", help="this manifest's own clips too, and whether they are made")
    verifying = actions.add_parser("verify", help="compare every clip with the index; exit 1 where they differ")
    verifying.add_argument("--manifest", metavar="FILE", help="instead: what its voice says, in voices/ beside it")
    rendering = actions.add_parser("render", help="make clips: of a manifest's voice, or the gate's own anew")
    what = rendering.add_mutually_exclusive_group(required=True)
    what.add_argument("--manifest", metavar="FILE", help="all that its voice says, into voices/ beside it")
    what.add_argument("--out", metavar="DIR", help="the gate's own, into a new folder or a clip library; needs flite")


def _hook(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    installing = actions.add_parser("install", help="write the pre-push hook of this repository")
    running = actions.add_parser("run", help="what the hook does: the fast suites of what is pushed")
    for action in (installing, running):
        _manifest(action)
        action.add_argument("--suite", action="append", metavar="NAME",
                            help="this suite, not the fast ones (handshake, smoke); may be given again")  # fmt: skip
        action.set_defaults(usual=action.get_default("manifest"))
    running.add_argument("--remote", metavar="NAME", help="where the push goes to, as git says it")
    _words(running)


def _manifest(command: argparse.ArgumentParser) -> None:
    command.add_argument("manifest", nargs="?", default="voice-tests.yaml", metavar="MANIFEST",
                         help="the manifest (default: voice-tests.yaml)")  # fmt: skip


def _selection(command: argparse.ArgumentParser) -> None:
    command.add_argument("--suite", action="append", metavar="NAME", help="only this suite; may be given again, or a,b")
    command.add_argument(
        "--case", action="append", metavar="TEXT", help="only cases with this text in their id or name"
    )
    command.add_argument("--jobs", type=_positive, default=8, metavar="N", help="calls at the same time (default: 8)")
    command.add_argument("--repeat", type=_times, default=1, metavar="N",
                         help="drive each case so many times, and tell its rate (default: 1)")  # fmt: skip
    command.add_argument("--retries", type=_times_more, default=0, metavar="N",
                         help="try again what could not be proven, up to so many times (default: 0)")  # fmt: skip
    command.add_argument("--retry-failures", action="store_true",
                         help="with --retries: failures too; what then passes is flaky, still exit 1")  # fmt: skip
    command.add_argument(
        "--baseline", type=Path, metavar="DIR", help="results of an earlier run; worse than it is exit 1"
    )
    _tolerance(command)


def _results(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", default="voxgate-results", metavar="DIR", help="results (default: voxgate-results)")
    command.add_argument("--fail-on", type=fail_on, default=ALL, metavar="REASONS",
                         help="what fails besides a proven failure: inconclusive, environment, no-tests, flaky, or "
                         "only failed (default: all of them)")  # fmt: skip
    command.add_argument("--without", action="append", default=[], metavar="FILE",
                         help="do not write this document, such as junit.xml; may be given again")  # fmt: skip
    _words(command)


def _words(command: argparse.ArgumentParser) -> None:
    command.add_argument("--log-level", default="warning", choices=("debug", "info", "warning", "error"),
                         help="what the JSON log says on standard error (default: warning)")  # fmt: skip
    many = command.add_mutually_exclusive_group()
    many.add_argument("--quiet", action="store_true", help="say only what is not as it should be, and the verdict")
    many.add_argument("--verbose", action="store_true", help="say what each case is at, and the answer to every claim")
    command.add_argument("--json", action="store_true",
                         help="report.json on standard output, and all words on standard error")  # fmt: skip


def _positive(text: str) -> int:
    return _whole(text, "number of calls")


def _times(text: str) -> int:
    return _whole(text, "number of times")


def _times_more(text: str) -> int:
    return 0 if text == "0" else _whole(text, "number of times")


def _not_negative(text: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d+)?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 0 or more")
    return float(text)


def _milliseconds(text: str) -> int:
    return _whole(text, "number of milliseconds")


def _whole(text: str, what: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no {what}; give 1 or more")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
