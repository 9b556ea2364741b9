"""The real image, built once for all tests here, and a runner of GitHub's that starts it as the real one does."""

import os
import re
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
ENGINE = str(Path(__file__).parent / "engine")
OWNER = 1001
"""Who owns the workspace of a hosted runner."""


@pytest.fixture(scope="session")
def image() -> str:
    built = subprocess.run([ENGINE, "build", "voxgate-test"], capture_output=True, text=True, check=False)
    if built.returncode == 77:
        pytest.skip(f"NOT TESTED: {built.stderr.strip()}")
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    return "voxgate-test"


def contained(*arguments: str, own_network: bool = False) -> subprocess.CompletedProcess[str]:
    how = "own" if own_network else "run"
    return subprocess.run(
        [ENGINE, how, *arguments], capture_output=True, text=True, errors="replace", timeout=300, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def agent(*faults: str) -> Iterator[int]:
    """The reference agent on this machine; gives its port."""
    port = free_port()
    command = [sys.executable, "-P", "-m", "gate", "agent", "--port", str(port), "--until-eof"]
    command += [word for fault in faults for word in ("--fault", fault)]
    env = {**os.environ, "PYTHONPATH": str(HOUSE)}
    with subprocess.Popen(
        command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as started:
        assert started.stdin is not None
        assert started.stdout is not None
        said = started.stdout.readline()
        assert said.startswith("listening"), said + started.stdout.read()
        try:
            yield port
        finally:
            started.stdin.close()


@dataclass
class Step:
    """One step of a job: what it was given, and what became of it."""

    home: Path
    exit: int
    out: str

    @property
    def workspace(self) -> Path:
        return self.home / "workspace"

    @property
    def outputs(self) -> dict[str, str]:
        """As the runner reads them: NAME=VALUE, or NAME<<END, lines, END."""
        found: dict[str, str] = {}
        lines = iter((self.home / "commands" / "output").read_text("utf-8").splitlines())
        for line in lines:
            name, sign, rest = re.match(r"([^=<]+)(=|<<)(.*)", line).groups()  # type: ignore[union-attr]
            if sign == "=":
                found[name] = rest
            else:
                found[name] = "\n".join(iter(lambda end=rest: _until(lines, end), None))
        return found

    @property
    def summary(self) -> str:
        return (self.home / "commands" / "summary").read_text("utf-8")

    @property
    def annotations(self) -> list[str]:
        return [line for line in self.out.splitlines() if re.match(r"::(error|warning|notice)[ :]", line)]


def _until(lines: Iterator[str], end: str) -> str | None:
    line = next(lines)
    return None if line == end else line


Runner = Callable[..., Step]


@pytest.fixture
def runner(image: str, tmp_path: Path) -> Runner:
    """`runner(manifest, inputs…)` makes a job with a workspace that belongs to the runner's user, and runs the step
    as root, in /github/workspace, with the variables and mounts of actions/runner (ContainerOperationProvider and
    ContainerActionHandler)."""
    home = tmp_path
    for name in ("workspace", "commands", "home", "event"):
        (home / name).mkdir()
    for name in ("output", "summary", "env", "path", "state"):
        (home / "commands" / name).touch()
    (home / "event" / "event.json").write_text("{}", "utf-8")

    def run(manifest: str, *options: str, env: dict[str, str] | None = None, own_network: bool = False, **inputs: str):  # type: ignore[no-untyped-def]
        (home / "workspace" / "voice-tests.yaml").write_text(manifest, "utf-8")
        given = {f"INPUT_{name.replace('_', '-').upper()}": value for name, value in inputs.items()}
        variables = {**STANDING, **(env or {}), **given}
        _belongs_to_the_runner(home)
        mounts = [
            f"{home / 'workspace'}:/github/workspace", f"{home / 'commands'}:/github/file_commands",
            f"{home / 'home'}:/github/home", f"{home / 'event'}:/github/workflow",
        ]  # fmt: skip
        done = contained(
            "--name", f"voxgate-{uuid.uuid4().hex[:8]}", "--workdir", "/github/workspace",
            *(word for name, value in variables.items() for word in ("-e", f"{name}={value}")),
            *(word for mount in mounts for word in ("-v", mount)),
            *options, image, own_network=own_network,
        )  # fmt: skip
        return Step(home, done.returncode, done.stdout + done.stderr)

    return run


STANDING = {
    "HOME": "/github/home", "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": "/github/workspace",
    "GITHUB_OUTPUT": "/github/file_commands/output", "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
    "GITHUB_ENV": "/github/file_commands/env", "GITHUB_PATH": "/github/file_commands/path",
    "GITHUB_STATE": "/github/file_commands/state", "GITHUB_EVENT_PATH": "/github/workflow/event.json",
    "GITHUB_REPOSITORY": "acme/desk", "GITHUB_SERVER_URL": "https://github.example", "GITHUB_RUN_ID": "1",
    "GITHUB_RUN_ATTEMPT": "1", "GITHUB_JOB": "voice", "GITHUB_REF": "refs/heads/main", "GITHUB_SHA": "0" * 40,
    "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64", "RUNNER_TEMP": "/github/runner_temp",
}  # fmt: skip


def _belongs_to_the_runner(home: Path) -> None:
    if os.geteuid() == 0:
        for path in (home, *home.rglob("*")):
            os.chown(path, OWNER, OWNER, follow_symlinks=False)
