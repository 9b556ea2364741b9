"""One archive of a run's results, with a list of checksums: made by `voxgate bundle`, opened by `voxgate judge`.

An archive may come from anybody. It is opened only as far as it is what it says: every file is on the list and has its
checksum, no name leads out of the folder, and nothing is larger than it may be. Until all of it is verified it lies
beside the place where it is to be."""

import errno
import hashlib
import lzma
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final

from gate.evidence.reader import Unreadable
from gate.evidence.store import RUN

CHECKSUMS: Final = "SHA256SUMS"
"""As `sha256sum --check` reads it, beside the files."""

EVIDENCE: Final = "evidence"
MOST_FILES: Final = 200_000
LARGEST: Final = 16 * 2**30
"""Bytes of all files together, once they are out of the archive."""

_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the same files give the same archive
_CHUNK: Final = 2**20
_DAMAGED: Final = (
    zipfile.BadZipFile, ValueError, EOFError, LookupError, NotImplementedError, RuntimeError, OverflowError, zlib.error,
    lzma.LZMAError, struct.error,
)  # fmt: skip
_OF_THE_ARCHIVE: Final = (None, errno.EINVAL, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)
"""Of errors of the system: places in the file that are none, and names that cannot all be there."""

_LONGEST_NAME: Final = 1_000


def write(results: Path, archive: Path) -> int:
    """Packs the results folder of a run; returns how many files went in. Raises Unreadable where there is no run."""
    if not (results / EVIDENCE / RUN).is_file():
        raise Unreadable(f"{results}: no results of a run; give the folder that holds {EVIDENCE}/")
    part = archive.with_name(archive.name + ".part")
    names = [name for name in _names(results) if results / name not in (archive, part)]
    sums = []
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed:
            for name in names:
                with (results / name).open("rb") as source, packed.open(_entry(name), "w", force_zip64=True) as target:
                    sums.append(f"{_copied(source, target)[0]}  {name}\n")
            with packed.open(_entry(CHECKSUMS), "w") as target:
                target.write("".join(sums).encode())
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)
    return len(names)


def _names(results: Path) -> list[str]:
    """Every file but links: what they lead to is none of the run's."""
    paths = (path for path in results.rglob("*") if path.is_file() and not path.is_symlink())
    names = sorted(path.relative_to(results).as_posix() for path in paths)
    return [name for name in names if name != CHECKSUMS]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


def _copied(source: IO[bytes], target: IO[bytes], most: int = LARGEST) -> tuple[str, int]:
    """The SHA-256 of what was copied, and its size; no more than `most` bytes are."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise ValueError(f"it holds more than {most} bytes")
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def extract(archive: Path, into: Path) -> None:
    """Opens a bundle into a folder, in the place of one that was opened there before. Raises Unreadable for what is no
    whole bundle, and FileExistsError where the folder holds anything else."""
    if into.exists() and not (into / CHECKSUMS).is_file() and (into.is_file() or any(into.iterdir())):
        raise FileExistsError(f"{into} holds something that is no opened bundle: choose another --out")
    part = into.with_name(into.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            _extract(packed, part)
        if not (part / EVIDENCE / RUN).is_file():
            raise ValueError(f"it holds no {EVIDENCE}/{RUN}")
        shutil.rmtree(into, ignore_errors=True)
        part.rename(into)
    except (*_DAMAGED, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _OF_THE_ARCHIVE:
            raise
        raise Unreadable(f"{archive}: no whole bundle of Voxgate: {error}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _extract(packed: zipfile.ZipFile, into: Path) -> None:
    entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise ValueError(f"{len(entries)} files, at most {MOST_FILES} are opened")
    left, sums = LARGEST, dict[str, str]()
    for entry in entries:
        path = into / _safe(entry, sums)
        path.parent.mkdir(parents=True, exist_ok=True)
        with packed.open(entry) as source, path.open("xb") as target:
            sums[entry.filename], size = _copied(source, target, left)
        left -= size
    _verify(sums, into)


def _safe(entry: zipfile.ZipInfo, before: dict[str, str]) -> PurePosixPath:
    """The path of an entry within the folder. Raises ValueError for one that is none."""
    name = entry.filename
    path = PurePosixPath(name)
    outside = path.is_absolute() or not path.parts or {"..", "."} & {*path.parts, *name.split("/")}
    odd = any(letter in name for letter in '\\:*?"<>|') or not name.isprintable() or "" in name.split("/")
    if outside or odd or len(name) > _LONGEST_NAME:
        raise ValueError(f"the name {name[:80]!r} leads out of the folder, or is none on every system")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise ValueError(f"{name[:80]!r} is a link or a device")
    if name in before:
        raise ValueError(f"{name[:80]!r} is in it twice")
    return path


def _verify(found: dict[str, str], folder: Path) -> None:
    if found.pop(CHECKSUMS, None) is None:
        raise ValueError(f"it holds no {CHECKSUMS}")
    told = dict(_listed((folder / CHECKSUMS).read_text("utf-8")))
    for name in sorted(told.keys() | found.keys()):
        if name not in found:
            raise ValueError(f"{name!r} is missing")
        if name not in told:
            raise ValueError(f"{name!r} is not on the list of checksums")
        if told[name] != found[name]:
            raise ValueError(f"{name!r} is not what was packed: its checksum is another")


def _listed(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        checksum, _, name = line.partition("  ")
        yield name, checksum
