"""`kill -9` at any moment: what was recorded is judged, and what was not proven is UNKNOWN, never PASS."""

import json
import random
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.conftest import command, environ


def recorded_bytes(results: Path) -> int:
    return sum(path.stat().st_size for path in results.rglob("wire.jsonl"))


@pytest.mark.parametrize("share", ["middle", *(pytest.param(one, marks=pytest.mark.long) for one in ("start", "late"))])
def test_evidence_of_a_killed_gate_proves_no_more_than_it_holds(
    share: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = random.randrange(2**32)
    record_property("seed", seed)
    low, high = {"start": (1, 20_000), "middle": (20_000, 400_000), "late": (400_000, 900_000)}[share]
    wanted = random.Random(seed).randint(low, high)
    results = tmp_path / "voxgate-results"
    process = subprocess.Popen(
        command("demo", "--suite", "tools"), cwd=tmp_path, env=environ(), stdout=subprocess.PIPE, text=True
    )
    while recorded_bytes(results) < wanted:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            break
    process.kill()
    out = process.communicate(timeout=60)[0]
    passed = {tuple(line.split("  ")[1:3]) for line in out.splitlines() if line.startswith("PASS")}
    judged = subprocess.run(
        command("judge", "voxgate-results"), cwd=tmp_path, env=environ(), capture_output=True, text=True, check=False
    )
    assert judged.returncode == 1, judged.stdout + judged.stderr
    report = json.loads((results / "report.json").read_text("utf-8"))
    assert report["outcome"] == "environment"
    for case in report["cases"]:
        finished = (f"{case['suite']} · {case['name']}", case["target"]) in passed
        attempt = results / "evidence" / "cases" / case["id"] / "1" / "wire.jsonl"
        closed = attempt.is_file() and b'"end":"driven"' in attempt.read_bytes().rpartition(b"\n")[0]
        assert case["verdict"] == ("pass" if closed else "unknown"), case
        assert closed or not finished
    assert any(case["verdict"] == "unknown" for case in report["cases"])
