"""Starting and stopping the agent's program, for real."""

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from gate.core.jsons import Json
from gate.core.plan import Start
from gate.core.vault import Vault
from gate.world.program import NotStarted, Program, Restarts, mask_log
from tests.e2e.test_outcomes import free_port

LISTEN = """
import os, socket, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("token", os.environ.get("TOKEN"), "child", child.pid, flush=True)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""


VAULT = Vault({"SECRET": "a-secret-value"})


def start(port: int, script: str = LISTEN, timeout_ms: float = 20_000) -> Start:
    return Start((sys.executable, "-c", script, str(port)), {"TOKEN": "${env.SECRET}"}, None, port, timeout_ms)


def launch(what: Start, log: Path) -> Program:
    return asyncio.run(Program.launch(what, {}, VAULT, log))


def test_it_is_up_when_it_listens_and_gone_with_its_children_when_stopped(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()

    async def whole_life() -> None:
        program = await Program.launch(start(port), {}, VAULT, log)
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        await program.stop()

    asyncio.run(whole_life())
    told = log.read_text().split()
    assert told[1] == "a-secret-value"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)
    deadline = time.monotonic() + 20
    while _state(int(told[3])) not in ("", "Z"):
        assert time.monotonic() < deadline, "its child lives on"
    mask_log(log, VAULT.mask)
    assert log.read_text().split()[1] == "[secret:SECRET]"


def _state(pid: int) -> str:
    stat = Path(f"/proc/{pid}/stat")
    return stat.read_text().rsplit(")", 1)[1].split()[0] if stat.exists() else ""


LIFE = """
import os, socket, sys, time
print("a life", flush=True)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""
ONCE = """
import pathlib, socket, sys, time
been = pathlib.Path(sys.argv[2])
if been.exists():
    print("a lock of the run before", flush=True)
    raise SystemExit(1)
been.touch()
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""


def test_a_program_that_is_started_again_listens_again_and_goes_on_with_its_log(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()

    async def two_lives() -> None:
        program = await Program.launch(start(port, LIFE), {}, VAULT, log)
        restarts = Restarts(program)
        assert await restarts.over() is None
        restarts.begin()
        assert await restarts.over() == {}
        assert await restarts.over() is None
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        await program.stop()

    asyncio.run(two_lives())
    assert log.read_text() == "a life\n" * 2
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


DAEMON = """
import socket, subprocess, sys, time
script = (
    "import os, socket, sys, time; print('child', os.getpid(), flush=True); "
    "server = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(600)"
)
subprocess.Popen([sys.executable, "-c", script, sys.argv[1]], start_new_session=True)
time.sleep(600)
"""


def test_a_program_that_leaves_another_behind_cannot_be_restarted(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()

    async def never_gone() -> dict[str, Json] | None:
        program = await Program.launch(start(port, DAEMON, 5_000), {}, VAULT, log)
        restarts = Restarts(program)
        restarts.begin()
        return await restarts.over()

    try:
        told = asyncio.run(never_gone())
    finally:
        os.kill(int(log.read_text().split()[1]), signal.SIGKILL)
    problem = f"its command was stopped, and port {port} was still taken after 5000 ms"
    assert told == {"problem": problem, "stopped": False}


def test_a_program_that_does_not_come_back_is_told_with_its_last_words(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()
    what = Start((sys.executable, "-c", ONCE, str(port), str(tmp_path / "been")), {}, None, port, 20_000)

    async def one_life() -> dict[str, Json] | None:
        program = await Program.launch(what, {}, VAULT, log)
        restarts = Restarts(program)
        restarts.begin()
        told = await restarts.over()
        await program.stop()
        return told

    told = asyncio.run(one_life())
    assert told is not None
    assert "exit code 1 before it was ready" in str(told["problem"])
    assert "a lock of the run before" in str(told["problem"])
    assert told["stopped"] is True


def test_a_program_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    what = Start(("no-such-program-here",), {}, None, free_port())
    with pytest.raises(NotStarted, match="'no-such-program-here' cannot be run: No such file or directory"):
        launch(what, tmp_path / "log")


def test_a_port_in_use_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NotStarted, match=f"port {port} is in use already"):
            launch(start(port), tmp_path / "log")
    assert not (tmp_path / "log").exists()


def test_a_program_that_ends_early_is_shown_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match=r"(?s)exit code 3 before it was ready.*no model key"):
        launch(start(free_port(), "print('no model key', flush=True); raise SystemExit(3)"), tmp_path / "log")


def test_a_program_that_never_listens_costs_its_timeout(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match=r"did not listen on port [0-9]+ within 300 ms"):
        launch(start(free_port(), "import time; time.sleep(600)", 300), tmp_path / "log")


HEALTH = """
import http.server, sys
class Health(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Health.asked += 1
        self.send_response(200 if Health.asked > 2 else 503)
        self.end_headers()
print("starting", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""


def test_it_is_ready_once_its_address_answers_well(tmp_path: Path) -> None:
    port = free_port()
    what = Start((sys.executable, "-c", HEALTH, str(port)), url=f"http://127.0.0.1:{port}/health")
    asyncio.run(up_and_down(what, tmp_path / "log"))
    assert "503" in (tmp_path / "log").read_text()
    with socket.create_server(("127.0.0.1", port)), pytest.raises(NotStarted, match=f"port {port} is in use already"):
        launch(what, tmp_path / "log")


def test_it_is_ready_once_it_says_so(tmp_path: Path) -> None:
    says = "import time; print('loading', flush=True); print('Uvicorn running on :1', flush=True); time.sleep(600)"
    asyncio.run(up_and_down(Start((sys.executable, "-c", says), log_line="Uvicorn running"), tmp_path / "log"))
    mute = Start((sys.executable, "-c", says), log_line="^ready$", timeout_ms=300)
    with pytest.raises(NotStarted, match=r"wrote no line with '\^ready\$' within 300 ms(?s:.*)Uvicorn running"):
        launch(mute, tmp_path / "log")


def test_what_it_said_before_a_restart_is_no_sign_that_it_is_ready(tmp_path: Path) -> None:
    once = (
        "import pathlib, sys, time\np = pathlib.Path(sys.argv[1])\nif p.exists(): sys.exit(5)\n"
        "p.touch(); print('ready', flush=True); time.sleep(600)"
    )

    async def twice() -> None:
        program = await Program.launch(
            Start((sys.executable, "-c", once, str(tmp_path / "mark")), log_line="ready"), {}, VAULT, tmp_path / "log"
        )
        with pytest.raises(NotStarted, match="exit code 5 before it was ready"):
            await program.restart()

    asyncio.run(twice())


GRACEFUL = """
import signal, sys, time
def bye(number, frame):
    print("asked by", signal.Signals(number).name, flush=True)
    sys.exit(0)
signal.signal(signal.SIGINT, bye)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""


def test_it_is_asked_to_end_as_the_manifest_says_and_killed_if_it_does_not(tmp_path: Path) -> None:
    asked = Start((sys.executable, "-c", GRACEFUL), log_line="ready", stop_signal="INT")
    asyncio.run(up_and_down(asked, tmp_path / "log"))
    assert "asked by SIGINT" in (tmp_path / "log").read_text()
    stubborn = Start((sys.executable, "-c", GRACEFUL), log_line="ready", grace_ms=50)
    asyncio.run(up_and_down(stubborn, tmp_path / "log"))
    assert "asked" not in (tmp_path / "log").read_text()


async def up_and_down(what: Start, log: Path) -> None:
    program = await Program.launch(what, {}, VAULT, log)
    assert program.crash == ""
    await program.stop()
    assert program.crash == ""


def test_a_crash_in_mid_run_is_told_with_its_last_words(tmp_path: Path) -> None:
    fragile = (
        "import sys; print('ready', flush=True); sys.stdin.readline(); print('out of memory', flush=True); sys.exit(9)"
    )

    async def crashed() -> str:
        program = await Program.launch(
            Start((sys.executable, "-c", fragile), log_line="ready"), {}, VAULT, tmp_path / "log"
        )
        assert program._process.stdin is not None
        program._process.stdin.write(b"now\n")
        await program._process.wait()
        return program.crash

    told = asyncio.run(crashed())
    assert "exit code 9 while it was being called" in told
    assert "out of memory" in told
