"""What a repository says of its agent. It reads a bounded number of files that people keep in one, and of those with
secrets the names alone; it runs nothing."""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gate.cli.clues import CLUES, PACKAGE_NAME, PORT, ROUTE, VARIABLE

PASSED_OVER: Final = {
    "node_modules", "venv", "env", "__pycache__", "dist", "build", "site-packages", "vendor", "target", "coverage",
    "voxgate-results",
}  # fmt: skip
SOURCES: Final = {
    ".py", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".go", ".java", ".kt", ".rb", ".cs", ".php", ".rs",
}  # fmt: skip
MOST_FILES, LARGEST = 2_000, 400_000
PROVEN, NAMED = 4, 1
"""What a piece of source counts, and what the name of a package or a variable does. A name alone proves nothing, two of
different kinds are enough to go on."""


@dataclass(frozen=True, slots=True)
class Found:
    """One dialect: how sure it is, what speaks for it, and the source file that proves it, if one does."""

    dialect: str
    score: int
    why: tuple[str, ...]
    source: Path | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """`variables` are names out of .env files; `found` is in the order in which it counts."""

    folder: Path
    found: tuple[Found, ...]
    variables: tuple[str, ...] = ()
    files: int = 0

    @property
    def likely(self) -> Found | None:
        return next((one for one in self.found if one.score > NAMED), None)

    def variable(self, dialect: str, default: str) -> str:
        """What the key of this provider is called here."""
        known = [name for name in self.variables if re.fullmatch(CLUES[dialect].variables, name)]
        return default if default in known else next((name for name in known if "KEY" in name), default)


@dataclass(slots=True)
class _Gathered:
    packages: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    sources: dict[str, tuple[int, str, Path]] = field(default_factory=dict)
    files: int = 0


def survey(folder: Path) -> Survey:
    gathered = _Gathered()
    for path in _files(folder):
        gathered.files += 1
        _read(path, path.relative_to(folder).as_posix(), gathered)
    found = [one for dialect in CLUES if (one := _found(dialect, gathered)).score]
    found.sort(key=lambda one: one.score <= NAMED)
    return Survey(folder, tuple(found), tuple(gathered.variables), gathered.files)


def _files(folder: Path) -> Iterator[Path]:
    count = 0
    for home, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER and not name.startswith("."))
        for name in sorted(names):
            path = Path(home) / name
            if (path.suffix in SOURCES or _reader(name)) and path.is_file() and path.stat().st_size <= LARGEST:
                count += 1
                if count > MOST_FILES:
                    return
                yield path


def _reader(name: str) -> str:
    if name.startswith(".env"):
        return "variables"
    if name in ("package.json", "pyproject.toml", "Pipfile") or re.fullmatch(r"requirements.*\.(txt|in)", name):
        return "packages"
    return ""


def _read(path: Path, name: str, gathered: _Gathered) -> None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return
    match _reader(path.name):
        case "variables":
            gathered.variables |= dict.fromkeys(VARIABLE.findall(text), name)
        case "packages":
            gathered.packages |= {package.lower(): name for package in _packages(path.name, text)}
        case _:
            for dialect, clues in CLUES.items():
                count = len(found := list(re.finditer(clues.source, text)))
                if count > gathered.sources.get(dialect, (0,))[0]:
                    line = text.count("\n", 0, found[0].start()) + 1
                    gathered.sources[dialect] = count, f"{name}:{line} has {found[0][0]!r}", path


def _packages(name: str, text: str) -> Iterator[str]:
    if name == "package.json":
        yield from _keys(_json(text), "dependencies", "devDependencies", "optionalDependencies")
    elif name in ("pyproject.toml", "Pipfile"):
        yield from _of_toml(text)
    else:
        yield from (found[0] for line in text.splitlines() if (found := PACKAGE_NAME.match(line.strip())))


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _keys(document: object, *tables: str) -> Iterator[str]:
    for table in tables:
        known = document.get(table) if isinstance(document, Mapping) else None
        yield from (str(key) for key in known) if isinstance(known, Mapping) else ()


def _of_toml(text: str) -> Iterator[str]:
    """PEP 621 and 735, Poetry, Pipfile."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    project, groups = _table(document, "project"), _table(document, "dependency-groups")
    listed = [project.get("dependencies"), *_table(project, "optional-dependencies").values(), *groups.values()]
    for line in (line for lines in listed if isinstance(lines, list) for line in lines if isinstance(line, str)):
        if found := PACKAGE_NAME.match(line.strip()):
            yield found[0]
    yield from _keys(_table(_table(document, "tool"), "poetry"), "dependencies")
    yield from _keys(document, "packages")


def _table(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}


def _found(dialect: str, gathered: _Gathered) -> Found:
    clues, why, score = CLUES[dialect], list[str](), 0
    source = gathered.sources.get(dialect)
    if source:
        why.append(source[1])
        score += PROVEN
    for package in clues.packages:
        if package in gathered.packages:
            why.append(f"{gathered.packages[package]} names {package}")
            score += NAMED
            break
    for variable, where in gathered.variables.items():
        if re.fullmatch(clues.variables, variable):
            why.append(f"{where} names {variable}")
            score += NAMED
            break
    return Found(dialect, score, tuple(why), source[2] if source else None)


def server_of(found: Found, folder: Path) -> tuple[int | None, str, list[str]]:
    """Of a repository that serves: the port and the path of its socket, and the command that starts it, as far as its
    source says so."""
    text = found.source.read_text("utf-8", "replace") if found.source else ""
    port = next((int(number) for number in PORT.findall(text) if int(number) < 65_536), None)
    routes = [path for path in ROUTE.findall(text) if re.search(r"stream|ws|socket|media|voice|call|chat", path)]
    return port, next(iter(routes), ""), _command(found.source, folder)


def _command(source: Path | None, folder: Path) -> list[str]:
    package = folder / "package.json"
    scripts = _json(package.read_text("utf-8", "replace")) if package.is_file() else None
    if isinstance(scripts, Mapping) and "start" in list(_keys(scripts, "scripts")):
        return ["npm", "start"]
    if source is None:
        return []
    runs = {".py": "python", ".js": "node", ".mjs": "node", ".cjs": "node"}.get(source.suffix)
    return [runs, source.relative_to(folder).as_posix()] if runs else []
