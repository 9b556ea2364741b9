"""The image by itself: as GitLab, Jenkins and a terminal start it."""

import os
import subprocess
from pathlib import Path

from tests.container.conftest import ENGINE, OWNER, agent, contained
from tests.container.test_action import MANIFEST

MOST_BYTES = 250 * 10**6


def folder_of(owner: int, folder: Path, port: int) -> Path:
    (folder / "voice-tests.yaml").write_text(MANIFEST.format(port=port), "utf-8")
    if os.geteuid() == 0:
        os.chown(folder, owner, owner)
        os.chown(folder / "voice-tests.yaml", owner, owner)
    return folder


def test_it_is_small(image: str) -> None:
    beyond = int(subprocess.run([ENGINE, "size", image], capture_output=True, text=True, check=True).stdout)
    assert beyond < MOST_BYTES


def test_it_runs_read_only_and_as_whoever_owns_the_folder(image: str, tmp_path: Path) -> None:
    with agent() as port:
        folder = folder_of(OWNER, tmp_path, port)
        done = contained("--read-only", "--tmpfs", "/tmp", "-v", f"{folder}:/w", "-w", "/w", image, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    owners = {path.stat().st_uid for path in (folder / "voxgate-results").rglob("*")}
    assert owners == {OWNER if os.geteuid() == 0 else os.geteuid()}


def test_it_runs_as_a_user_that_the_host_names_and_without_a_right(image: str, tmp_path: Path) -> None:
    with agent() as port:
        folder = folder_of(4711, tmp_path, port)
        done = contained(
            "--user", "4711:4711", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
            "-v", f"{folder}:/w", "-w", "/w", image, "run",
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_folder_that_cannot_be_written_to_is_2(image: str, tmp_path: Path) -> None:
    folder = folder_of(OWNER, tmp_path, 1)
    done = contained("-v", f"{folder}:/w:ro", "-w", "/w", image, "run")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "voxgate-results: Read-only file system" in done.stderr
    assert "choose another --out" in done.stderr


SCRIPT = """\
set -x
voxgate check || exit 10
PYTHONPATH= PATH=/nonsense /opt/gate/bin/python -I /opt/gate/entrypoint.py 2>usage; [ $? = 2 ] || exit 11
grep -q "^usage: voxgate" usage || exit 12
GITHUB_ACTIONS=true GITHUB_WORKSPACE=/w INPUT_HTML=perhaps /opt/gate/bin/python -I /opt/gate/entrypoint.py 2>input
[ $? = 2 ] && grep -q "the input html is 'perhaps'; expected true or false" input || exit 13
voxgate run started.yaml 2>started; [ $? = 2 ] || exit 14
grep -q "'npm', which is not on this machine: it is a container" started || exit 15
grep -q "allow_plain_ws: .agent." started || exit 16
if command -v gcc cc; then exit 17; fi
if /opt/gate/bin/python -m pip --version; then exit 18; fi
"""


def test_a_ci_that_wants_a_shell_has_one_and_the_command_is_on_its_path(image: str, tmp_path: Path) -> None:
    """GitLab and Jenkins set the entry aside, and write scripts; their variables reach the command too."""
    folder = folder_of(OWNER, tmp_path, 1)
    (folder / "yaml.py").write_text("raise SystemExit(7)", "utf-8")
    start = "  start: {command: npm run agent, ready: {port: 8080}}\nsuites:"
    started = MANIFEST.format(port=8080).replace("suites:", start)
    (folder / "started.yaml").write_text(started, "utf-8")
    how = ("--entrypoint", "", "-e", "PYTHONPATH=/w", "-v", f"{folder}:/w", "-w", "/w")
    done = contained(*how, image, "sh", "-c", SCRIPT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_whole_demo_runs_in_it(image: str) -> None:
    which = ("demo", "--suite", "handshake", "--case", "is refused")
    done = contained("--tmpfs", "/w:mode=1777", "-w", "/w", image, *which, own_network=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASSED" in done.stdout
