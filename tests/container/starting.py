"""`python -m tests.container.starting`: how soon after the start of its process the real image makes its first call and
judges it. A figure, not a test: it is as fast as the machine. docs/ci.md tells it."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.container.conftest import ENGINE, HOUSE, OWNER, agent, contained
from tests.container.test_action import MANIFEST

TIMES = 9
STARTED = 'date +%s.%N > started; exec "$@"'


def main() -> int:
    built = subprocess.run([ENGINE, "build", "voxgate-test"], capture_output=True, text=True, check=False)
    if built.returncode:
        sys.stderr.write(built.stdout[-2000:] + built.stderr[-2000:])
        return built.returncode
    with TemporaryDirectory() as name, agent() as port:
        folder = Path(name)
        (folder / "voice-tests.yaml").write_text(MANIFEST.format(port=port), "utf-8")
        for path in (folder, *folder.iterdir()):
            os.chown(path, OWNER, OWNER)
        found = [once(folder) for _ in range(TIMES)]
    for number, what in enumerate(("first call", "first case judged")):
        times = sorted(times[number] for times in found)
        sys.stdout.write(f"{what}: median {median(times):.2f} s, {times[0]:.2f} to {times[-1]:.2f} s, {TIMES} times\n")
    sys.stdout.write(f"load average {os.getloadavg()[0]:.2f}\n")
    return 0


def once(folder: Path) -> tuple[float, float]:
    """Read-only and with a tmpfs, as a careful pipeline starts it: seconds until it dials, and until it has judged."""
    entry = re.findall(r"^ENTRYPOINT (.+)$", (HOUSE / "Dockerfile").read_text("utf-8"), re.MULTILINE)[-1]
    done = contained(
        "--read-only", "--tmpfs", "/tmp", "--user", f"{OWNER}:{OWNER}", "-v", f"{folder}:/w", "-w", "/w",
        "--entrypoint", "", "voxgate-test", "sh", "-c", STARTED, "sh", *json.loads(entry), "run",
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    began_s = float((folder / "started").read_text("utf-8"))
    (case,) = folder.glob("voxgate-results/evidence/cases/*/1")
    header = json.loads((case / "wire.jsonl").read_text("utf-8").splitlines()[0])
    called_s = datetime.fromisoformat(header["recorded_at"]).timestamp()
    return called_s - began_s, (case / "derived" / "picture.json").stat().st_mtime - began_s


if __name__ == "__main__":
    sys.exit(main())
