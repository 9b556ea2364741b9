"""The gate before a push: real pushes to a bare repository, with the hook of git alone and with the real pre-commit."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.conftest import HOUSE

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/voice
  dialect: canonical
  budgets: {{connect: 5s, ready: 5s, linger: 100ms}}
  start: {{command: desk-agent, ready: {{port: {port}}}}}
suites:
  tools:
    when: {{paths: ["agent/**"]}}
    cases:
      - name: The session is configured as asked
        caller: [{{pause: 100ms}}]
        expect: [{{event: session.configured}}]
"""
PROGRAM = """\
#!/bin/sh
echo "$VIRTUAL_ENV $GIT_DIR" >> started
exec {python} -P -m gate agent --port {port} $(cat agent/faults) --until-eof
"""
CONFIG = """\
repos:
  - repo: {repo}
    rev: v1
    hooks:
      - id: voxgate
        language: system
        entry: {entry}
"""
ENTRY = f"{sys.executable} -P -m gate hook run"


@dataclass
class Desk:
    """A user's repository, its bare remote, and a program of the agent that only the user's PATH has."""

    folder: Path
    env: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def must(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def commit(self, **files: str) -> str:
        for name, text in files.items():
            file = self.folder / name.replace("__", "/")
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        self.must("git", "add", "-A")
        self.must("git", "commit", "-qm", "a change")
        return self.must("git", "rev-parse", "HEAD")

    def push(self) -> tuple[int, str]:
        done = self.run("git", "push", "origin", "main")
        return done.returncode, done.stdout + done.stderr

    @property
    def arrived(self) -> str:
        """What the remote has."""
        return self.run("git", "ls-remote", "origin", "refs/heads/main").stdout.partition("\t")[0]

    @property
    def starts(self) -> int:
        file = self.folder / "started"
        return len(file.read_text("utf-8").splitlines()) if file.is_file() else 0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder, programs = tmp_path / "desk", tmp_path / "programs"
    for one in (folder, programs):
        one.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (programs / "desk-agent").write_text(PROGRAM.format(python=sys.executable, port=port), "utf-8")
    (programs / "desk-agent").chmod(0o755)
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {
        "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(HOUSE), "NO_COLOR": "1", "HOME": str(tmp_path),
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"), "GIT_CONFIG_NOSYSTEM": "1",
    }  # fmt: skip
    for role in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{role}_NAME": "Ada", f"GIT_{role}_EMAIL": "ada@acme.test"}
    desk = Desk(folder, env)
    desk.must("git", "init", "-q", "-b", "main")
    desk.must("git", "init", "-q", "--bare", str(tmp_path / "remote.git"))
    desk.must("git", "remote", "add", "origin", str(tmp_path / "remote.git"))
    (folder / "voice-tests.yaml").write_text(MANIFEST.format(port=port), "utf-8")
    desk.commit(agent__faults="", **{".gitignore": "started\n"})
    return desk


def by_git(desk: Desk) -> None:
    told = desk.must(sys.executable, "-P", "-m", "gate", "hook", "install")
    assert "a push waits for the gate from now on" in told


def by_pre_commit(desk: Desk) -> None:
    """The hook as it stands in this repository; only where it is installed to is another matter: here, already."""
    published = desk.folder.parent / "voxgate"
    published.mkdir()
    (published / ".pre-commit-hooks.yaml").write_bytes((HOUSE / ".pre-commit-hooks.yaml").read_bytes())
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "v1"), ("tag", "v1")):
        desk.must("git", "-C", str(published), *command)
    config = CONFIG.format(repo=published, entry=ENTRY)
    desk.commit(**{".pre-commit-config.yaml": config})
    desk.must(sys.executable, "-m", "pre_commit", "install", "-t", "pre-push")


@pytest.mark.parametrize("install", [pytest.param(by_git, marks=pytest.mark.long), by_pre_commit])
def test_a_push_waits_for_the_gate(desk: Desk, install: Callable[[Desk], None]) -> None:
    install(desk)
    first = desk.must("git", "rev-parse", "HEAD")
    code, told = desk.push()
    assert code == 0, told
    assert "PASSED" in told
    assert desk.arrived == first

    bad = desk.commit(agent__faults="--fault no-config-ack")
    code, told = desk.push()
    assert code != 0
    assert "FAIL  tools · The session is configured as asked" in told
    assert desk.arrived == first != bad

    mended = desk.commit(agent__faults="")
    before = desk.starts
    code, told = desk.push()
    assert code == 0, told
    assert "nothing that these suites are about has changed" in told
    assert desk.arrived == mended

    other = desk.commit(README="Words.")
    code, told = desk.push()
    assert code == 0, told
    assert "nothing that these suites are about has changed" in told
    assert desk.arrived == other
    assert desk.starts == before == 2
    assert desk.must("git", "status", "--porcelain") == ""
    assert (desk.folder / ".git" / "voxgate" / "report.json").is_file()
    assert set((desk.folder / "started").read_text("utf-8").split("\n")) <= {" ", ""} | {
        f"{os.environ.get('VIRTUAL_ENV', '')} "
    }


def test_a_hook_of_somebody_else_is_left_alone(desk: Desk) -> None:
    file = desk.folder / ".git" / "hooks" / "pre-push"
    file.parent.mkdir(exist_ok=True)
    file.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    done = desk.run(sys.executable, "-P", "-m", "gate", "hook", "install")
    assert done.returncode == 2
    assert "is there already, and not of Voxgate; add this line to it" in done.stderr
    assert file.read_text("utf-8") == "#!/bin/sh\nexit 0\n"


def test_a_deleted_branch_is_no_matter_of_the_gate(desk: Desk) -> None:
    desk.must("git", "push", "-q", "origin", "main", "main:old")
    by_git(desk)
    desk.must("git", "push", "origin", ":old")
    assert desk.starts == 0


def test_changed_since_tells_what_it_cannot_compare_with(desk: Desk) -> None:
    done = desk.run(sys.executable, "-P", "-m", "gate", "run", "--changed-since", "origin/none")
    assert done.returncode == 2
    assert "--changed-since 'origin/none' is no commit that this repository has" in done.stderr


def test_a_manifest_that_changed_concerns_every_suite(desk: Desk) -> None:
    text = (desk.folder / "voice-tests.yaml").read_text("utf-8")
    (desk.folder / "voice-tests.yaml").write_text(text + "# a word\n", "utf-8")
    done = desk.run(sys.executable, "-P", "-m", "gate", "run", "--changed-since", "HEAD")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASSED" in done.stdout
    assert desk.starts == 1
