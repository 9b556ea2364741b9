"""`voxgate demo`: the whole gate against its own reference agent, with no account and no network."""

import argparse
import contextlib
import os
import secrets
import socket
import sys
import time
from pathlib import Path

from gate.cli.outcomes import Usage
from gate.cli.running import run_manifest
from gate.cli.streams import stream_of
from gate.core.suggest import did_you_mean

PORTS = ("8765", "8766", "8767")
COMMAND, LISTENS = "[voxgate, agent,", "--transcribe"


def demo(arguments: argparse.Namespace) -> int:
    from gate.fixtures.demos import demo as demo_of
    from gate.fixtures.demos import demos
    from gate.reference.faults import Faults

    if arguments.dialect not in demos():
        raise Usage(f"--dialect {arguments.dialect!r} has no demo; {did_you_mean(arguments.dialect, demos())}")
    try:
        Faults(arguments.fault)
    except ValueError as error:
        raise Usage(f"--fault: {error}") from None
    text = demo_of(arguments.dialect)
    manifest = Path(arguments.out) / "voice-tests.yaml"
    manifest.parent.mkdir(parents=True, exist_ok=True)
    text = text.replace(f"--like, {arguments.dialect}.yaml", f'--like, "{manifest}"')
    manifest.write_text(_here(text, arguments.fault), "utf-8")
    code = run_manifest(str(manifest), arguments, {**os.environ, **_tokens()})
    for line in _busy(Path(arguments.out)):
        print(f"{line}; what was late may be no fault, try --jobs 2", file=stream_of(arguments))
    return code


def _busy(results: Path) -> list[str]:
    """What the agents said of a machine that was too slow for them."""
    from gate.reference.heartbeat import BUSY

    logs = sorted((results / "evidence").glob("agent.*.log"))
    return [line for log in logs for line in log.read_text("utf-8", "replace").splitlines() if line.startswith(BUSY)]


def _here(text: str, faults: list[str]) -> str:
    """The bundled manifest with ports that are free on this machine, this Python, and the faults."""
    python = [f'"{word}"' for word in (sys.executable, "-P", "-m", "gate", "agent")]
    assert COMMAND in text, "the bundled manifest starts the agent"
    text = text.replace(f"{COMMAND} {LISTENS},", f"[{', '.join([*python, LISTENS])},")
    text = text.replace(COMMAND, f"[{', '.join([*python, *(f'--fault, {fault}' for fault in faults)])},")
    for port, free in zip(PORTS, _free_ports(len(PORTS)), strict=True):
        text = text.replace(port, str(free))
    return text


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _tokens() -> dict[str, str]:
    from gate.reference.gatekeeper import mint

    key, now_s = secrets.token_hex(32), time.time()
    return {
        "VOXGATE_DEMO_KEY": key,
        "VOXGATE_DEMO_TOKEN": mint(key, now_s),
        "VOXGATE_DEMO_EXPIRED": mint(key, now_s, -60.0),
        "VOXGATE_DEMO_WRONG_TENANT": mint(key, now_s, workspace="globex"),
    }
