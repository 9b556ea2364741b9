"""`voxgate agent`: the reference agent alone, until it is stopped."""

import argparse
import asyncio
import contextlib
import os
import signal
import ssl
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gate.cli.outcomes import Usage
from gate.cli.running import read
from gate.core.suggest import did_you_mean
from gate.dialects import DIALECTS, dialect_of

if TYPE_CHECKING:
    from gate.reference.errands import Runner
    from gate.reference.faults import Faults
    from gate.reference.slow import AnswerDelay
    from gate.reference.wirelog import WireLog

KEY = "VOXGATE_AGENT_KEY"


def agent(arguments: argparse.Namespace) -> int:
    from gate.reference.faults import FAULTS, Faults
    from gate.reference.habits import HABITS
    from gate.reference.slow import AnswerDelay

    if arguments.list_faults:
        for name, fault in FAULTS.items():
            print(f"{name:26} {fault.layer.value:15} {fault.story}")
        return 0
    if arguments.list_habits:
        for name, story in HABITS.items():
            print(f"{name:26} {story}")
        return 0
    if arguments.transcribe is not None:
        print(_transcribed(arguments.transcribe))
        return 0
    try:
        faults = Faults(arguments.fault, arguments.habit)
        delay = AnswerDelay.parse(arguments.answer_delay, arguments.seed) if arguments.answer_delay else None
    except ValueError as error:
        raise Usage(str(error)) from None
    return asyncio.run(_serve(arguments, faults, delay))


def _transcribed(file: str) -> str:
    from gate.reference.extra import needs_agent_extra
    from gate.reference.transcribing import transcribe

    try:
        with needs_agent_extra():
            return transcribe(Path(file).read_bytes())
    except OSError as error:
        raise Usage(f"--transcribe {file}: {error.strerror}") from None
    except ValueError as error:
        raise Usage(f"--transcribe {file}: {error}") from None


async def _serve(arguments: argparse.Namespace, faults: "Faults", delay: "AnswerDelay | None") -> int:
    from gate.reference.extra import needs_agent_extra
    from gate.reference.hearing import listening
    from gate.reference.heartbeat import Heartbeat
    from gate.reference.house import House
    from gate.reference.lock import started_before
    from gate.reference.recogniser import Recogniser
    from gate.reference.server import AgentServer
    from gate.reference.voice import load
    from gate.reference.waiting import Work

    dialect = _dialect(arguments)
    try:
        dialect.agent()
    except ValueError as error:
        raise Usage(f"the reference agent cannot speak like {arguments.like}: {error}") from None
    with needs_agent_extra():
        if find_spec("pocketsphinx") is None:
            raise ModuleNotFoundError(name="pocketsphinx")
    runner = _runner(arguments)
    work = Work(runner is not None, arguments.tool_budget)
    house = House(dialect.agent, dialect.capabilities, Recogniser(), load(), faults, os.environ.get(KEY), delay, work)
    if faults.on("does-not-come-back") and started_before(arguments.port):
        house.restart()
    log = _log(arguments.log, dialect)
    address = arguments.host, arguments.port, arguments.http_port
    url_path = getattr(dialect, "url_path", "")
    tls = _tls(arguments)
    stop = asyncio.Event()
    _stop_on(stop, arguments.until_eof)
    heartbeat = Heartbeat()
    try:
        async with listening() as hearing, heartbeat.beating():
            server = AgentServer(house, hearing, runner, *address, log, url_path, tls)
            async with server.serving():
                print(f"listening on {server.scheme}://{arguments.host}:{arguments.port} ({dialect.name})", flush=True)
                await stop.wait()
    except OSError as error:
        raise Usage(
            f"cannot listen on {arguments.host}:{arguments.port}: {error.strerror}; choose another --port"
        ) from None
    finally:
        if log:
            log.close()
    if heartbeat.told:
        print(heartbeat.told, file=sys.stderr, flush=True)
    return 0


def _runner(arguments: argparse.Namespace) -> "Runner | None":
    """Who calls the tools of an agent that does so itself."""
    if arguments.tools is not None:
        from gate.reference.errands_http import OverHttp

        return OverHttp(_address("--tools", arguments.tools))
    if arguments.tools_mcp is not None:
        from gate.reference.errands_mcp import OverMcp

        return OverMcp(_address("--tools-mcp", arguments.tools_mcp))
    return None


def _address(option: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Usage(f"{option} {url!r} is no address; expected one such as http://127.0.0.1:8900")
    return url


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if arguments.tls_certificate is None:
        if arguments.tls_key or arguments.tls_client_ca:
            raise Usage("--tls-key and --tls-client-ca are of no use without --tls-certificate")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(arguments.tls_certificate, arguments.tls_key)
        if arguments.tls_client_ca is not None:
            context.load_verify_locations(arguments.tls_client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except OSError as error:
        why = error.reason if isinstance(error, ssl.SSLError) else error.strerror
        raise Usage(f"--tls-certificate, --tls-key or --tls-client-ca cannot be used: {why}") from None
    return context


def _log(path: str | None, dialect: Any) -> "WireLog | None":
    from gate.reference.wirelog import WireLog

    try:
        return WireLog(Path(path), dialect) if path else None
    except OSError as error:
        raise Usage(f"--log {path}: {error.strerror}") from None


def _dialect(arguments: argparse.Namespace) -> Any:
    """The dialect to speak: by name with its defaults, or as a manifest's first target has it."""
    if arguments.like:
        return dialect_of(read(arguments.like, os.environ)[0].targets[0])
    if arguments.dialect not in DIALECTS:
        raise Usage(f"no dialect is called {arguments.dialect!r}; {did_you_mean(arguments.dialect, DIALECTS)}")
    return DIALECTS[arguments.dialect](http_first=bool(arguments.http_port))


def _stop_on(stop: asyncio.Event, until_eof: bool) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    if until_eof:
        Thread(target=_wait_for_eof, args=(loop, stop), daemon=True).start()


def _wait_for_eof(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Reads past any buffer of Python's: a thread that holds such a lock would crash the interpreter's end."""
    while os.read(sys.stdin.fileno(), 65_536):
        pass
    loop.call_soon_threadsafe(stop.set)
