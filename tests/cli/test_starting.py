"""What a command loads before it does anything: what it does not need yet would only make every run begin later."""

import subprocess
import sys
from pathlib import Path

from tests.e2e.conftest import HOUSE

MANIFEST = """\
version: 1
target: {url: "ws://127.0.0.1:9/", dialect: canonical}
suites: {handshake: {}}
"""
LOADED = """\
import sys
before = set(sys.modules)  # some systems' Python has a sitecustomize of its own
from gate.cli.main import main
assert main(["check"]) == 0
print(*sorted({name.partition(".")[0] for name in sys.modules.keys() - before} - sys.stdlib_module_names))
"""
NEEDED = {"gate", "numpy", "pydantic", "yaml"}
"""Of a manifest that asks for nothing rare."""
OF_THESE = {"annotated_types", "cython_runtime", "pydantic_core", "typing_extensions", "typing_inspection"}


def test_a_manifest_is_checked_with_few_libraries(tmp_path: Path) -> None:
    (tmp_path / "voice-tests.yaml").write_text(MANIFEST, "utf-8")
    environ = {"PYTHONPATH": str(HOUSE)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOADED], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    loaded = {name for name in done.stdout.splitlines()[-1].split() if not name.startswith("_")}
    assert loaded - OF_THESE == NEEDED
