"""What of the evidence folder gets into the page, and where its links lead."""

from pathlib import Path

import pytest

from gate.core.plan import Plan
from gate.core.vault import Vault
from gate.evidence import store
from gate.run.showing import exhibit, page
from tests.report.conftest import make_case, make_finding, make_report

CASE = make_case(make_finding(), evidence="evidence/cases/a/1")
TEXT = "".join(f"line {n}\n" for n in range(1, 60))


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    folder = tmp_path / "results" / "evidence"
    plan = Plan("voice-tests.yaml", "1", (), (), (), text=TEXT)
    store.create(folder, plan, {"run_id": "r", "problems": []}, Vault({}))
    derived = store.attempt_folder(folder, "a", 1) / "derived"
    derived.mkdir(parents=True)
    store.write_picture(derived, {"ms": 1})
    (derived / "call.mp3").write_bytes(b"mp3")
    (derived / "call.wav").write_bytes(b"wav")
    (derived.parent / "wire.jsonl").write_bytes(b"{}")
    return folder


def test_an_exhibit_is_what_lies_in_the_folder_of_the_attempt(evidence: Path) -> None:
    found = exhibit(evidence.parent, CASE)
    assert (found.picture, found.sound) == (b'{"ms":1}', b"mp3")
    assert found.files == ("wire.jsonl", "derived/call.mp3", "derived/call.wav", "derived/picture.json")


def test_what_is_missing_is_missing_in_the_page_and_breaks_nothing(evidence: Path) -> None:
    assert exhibit(evidence.parent, make_case(evidence=None)).files == ()
    gone = make_case(make_finding(), evidence="evidence/cases/gone/1")
    assert exhibit(evidence.parent, gone).picture == b""
    assert "picture-0" not in page(make_report(gone), evidence, evidence.parent)


def test_the_lines_of_the_manifest_come_from_the_plan(evidence: Path) -> None:
    assert f"line {CASE.place.line}<" in page(make_report(CASE), evidence, evidence.parent)


def test_a_page_that_lies_elsewhere_leads_back_into_the_evidence(evidence: Path, tmp_path: Path) -> None:
    away = tmp_path / "elsewhere" / "deep"
    away.mkdir(parents=True)
    found = page(make_report(CASE), evidence, away)
    href = "./../../results/evidence/cases/a/1/derived/call.wav"
    assert f'href="{href}"' in found
    assert (away / href).is_file()
    assert 'href="./evidence/cases/a/1/wire.jsonl"' in page(make_report(CASE), evidence, evidence.parent)
