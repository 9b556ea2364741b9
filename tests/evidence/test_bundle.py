"""Bundles: packed, opened, judged; and archives of all the kinds that must not be opened."""

import hashlib
import json
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from gate.core.findings import Verdict
from gate.evidence import bundle, store, upgrades
from gate.evidence.reader import Unreadable
from gate.run.judging import judge_evidence

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("evidence-*.zip"))


@pytest.fixture(name="results")
def _results(tmp_path: Path) -> Path:
    results = tmp_path / "voxgate-results"
    (results / "evidence" / "cases").mkdir(parents=True)
    (results / "evidence" / "run.json").write_text(json.dumps({"format": upgrades.FORMAT, "run_id": "r"}))
    (results / "evidence" / "cases" / "frames.bin").write_bytes(bytes(range(256)) * 99)
    (results / "junit.xml").write_text("<x/>")
    return results


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_packed_comes_out_again_with_its_checksums(results: Path, tmp_path: Path) -> None:
    archive, into = tmp_path / "a.zip", tmp_path / "out"
    (results / "link").symlink_to("/etc/hostname")
    assert bundle.write(results, archive) == 3
    (results / "link").unlink()
    bundle.extract(archive, into)
    found = contents(into)
    sums = found.pop("SHA256SUMS").decode()
    assert found == contents(results)
    assert all(f"{hashlib.sha256(data).hexdigest()}  {name}\n" in sums for name, data in found.items())
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=into, check=True)
    bundle.extract(archive, into)
    again = tmp_path / "b.zip"
    bundle.write(into, again)
    assert again.read_bytes() == archive.read_bytes(), "the same files give the same archive"


def test_an_archive_in_its_own_folder_does_not_pack_itself(results: Path) -> None:
    for _ in range(2):
        assert bundle.write(results, results / "all.zip") == 3


def test_a_folder_without_a_run_is_not_packed(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no results of a run"):
        bundle.write(tmp_path, tmp_path / "a.zip")


def test_a_folder_of_somebody_elses_is_left_alone(results: Path, tmp_path: Path) -> None:
    bundle.write(results, tmp_path / "a.zip")
    with pytest.raises(FileExistsError, match="choose another --out"):
        bundle.extract(tmp_path / "a.zip", results)
    assert (results / "junit.xml").read_text() == "<x/>"


def altered(
    archive: Path, change: dict[str, bytes | None], entries: tuple[tuple[zipfile.ZipInfo, bytes], ...] = ()
) -> None:
    with zipfile.ZipFile(archive) as packed:
        files: dict[str, bytes] = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in (files | change).items():
            if data is not None:
                packed.writestr(name, data)
        for entry, data in entries:
            packed.writestr(entry, data)


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


NAMES = (
    "../out.txt",
    "/etc/out.txt",
    "a/../../out.txt",
    "C:/out.txt",
    "a\\..\\out.txt",
    "a//b",
    "./a",
    "a\x07b",
    "a" * 2000,
)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_out_of_the_folder(results: Path, tmp_path: Path, name: str) -> None:
    archive = tmp_path / "deep" / "a.zip"
    archive.parent.mkdir()
    bundle.write(results, archive)
    altered(archive, {name: b"x"})
    before = contents(tmp_path)
    with pytest.raises(Unreadable, match="leads out of the folder"):
        bundle.extract(archive, tmp_path / "deep" / "into")
    assert contents(tmp_path) == before, "nothing is left of it"


def test_links_are_not_made(results: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    bundle.write(results, archive)
    altered(archive, {}, ((link("evidence/plan.json"), b"/etc/passwd"),))
    with pytest.raises(Unreadable, match="is a link or a device"):
        bundle.extract(archive, tmp_path / "into")


WRONG: dict[str, tuple[dict[str, bytes | None], str]] = {
    "a file that was changed": ({"junit.xml": b"<y/>"}, "'junit.xml' is not what was packed"),
    "a file that is gone": ({"junit.xml": None}, "'junit.xml' is missing"),
    "a file more": ({"more.txt": b""}, "'more.txt' is not on the list"),
    "no list": ({"SHA256SUMS": None}, "it holds no SHA256SUMS"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_what_was_packed_is_not_judged(results: Path, tmp_path: Path, what: str) -> None:
    archive, (change, words) = tmp_path / "a.zip", WRONG[what]
    bundle.write(results, archive)
    altered(archive, change)
    with pytest.raises(Unreadable, match=words):
        bundle.extract(archive, tmp_path / "into")
    assert not (tmp_path / "into").exists()


def test_an_archive_that_is_damaged_where_no_checksum_is_is_told_so(results: Path, tmp_path: Path) -> None:
    """What `make fuzz` and its laws have found: a place before the file, and a name of no letters."""
    archive = tmp_path / "a.zip"
    bundle.write(results, archive)
    shifted = archive.read_bytes()[1:]
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as nameless:
        nameless.writestr(zipfile.ZipInfo(""), b"x")
    for data in (shifted, held.getvalue()):
        archive.write_bytes(data)
        with pytest.raises(Unreadable, match="no whole bundle"):
            bundle.extract(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_archive_that_is_none_or_was_cut_is_told_so(results: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    bundle.write(results, archive)
    data = archive.read_bytes()
    for size in (0, 10, len(data) // 2, len(data) - 3):
        archive.write_bytes(data[:size])
        with pytest.raises(Unreadable, match="no whole bundle"):
            bundle.extract(archive, tmp_path / "into")


def test_no_more_is_opened_than_there_may_be(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "a.zip"
    (results / "evidence" / "zeros").write_bytes(bytes(5_000_000))
    bundle.write(results, archive)
    assert archive.stat().st_size < 100_000
    monkeypatch.setattr(bundle, "LARGEST", 1_000_000)
    with pytest.raises(Unreadable, match="more than"):
        bundle.extract(archive, tmp_path / "into")
    monkeypatch.setattr(bundle, "MOST_FILES", 2)
    with pytest.raises(Unreadable, match="at most 2"):
        bundle.extract(archive, tmp_path / "into")


@pytest.mark.parametrize("archive", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_bundle_of_every_earlier_version_is_judged_as_it_was(tmp_path: Path, archive: Path) -> None:
    bundle.extract(archive, tmp_path / "run")
    told = json.loads((tmp_path / "run" / "report.json").read_text("utf-8"))
    report = judge_evidence(tmp_path / "run" / "evidence")
    assert {case.id: case.verdict.value for case in report.cases} == {
        one["id"]: one["verdict"] for one in told["cases"]
    }
    assert [f.verdict for case in report.cases for f in case.findings].count(Verdict.PASS) > 5
    assert report.run_id == told["run_id"]


def versions() -> Iterator[int]:
    return (int(path.stem.split("-")[1]) for path in GOLDEN)


def test_there_is_a_step_and_a_bundle_for_every_earlier_version() -> None:
    assert set(upgrades.STEPS) == set(versions()) == set(range(1, upgrades.CURRENT))


def test_without_its_step_an_old_plan_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle.extract(GOLDEN[0], tmp_path / "run")
    assert not store.read_plan(tmp_path / "run" / "evidence").redact.active
    monkeypatch.setattr(upgrades, "STEPS", {})
    with pytest.raises(Unreadable, match="not a plan of this version"):
        store.read_plan(tmp_path / "run" / "evidence")
