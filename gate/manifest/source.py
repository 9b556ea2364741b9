"""Strict YAML with positions: bytes to a `Document`. Never constructs anything but JSON values, never guesses a type
that is not written, and never works longer than the file deserves."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from yaml.composer import Composer
from yaml.error import Mark, MarkedYAMLError
from yaml.events import AliasEvent
from yaml.nodes import Node, ScalarNode
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.scanner import Scanner

from gate.core.mistakes import ManifestError, Mistake
from gate.core.places import Place
from gate.manifest.document import Document
from gate.manifest.grammar import complaint
from gate.manifest.tree import OTHER, PLAIN, Tree, place_of

MOST_BYTES = 1_000_000
MOST_NODES = 50_000
MOST_DEPTH = 60


def load(path: str | Path) -> Document:
    """The manifest at a path. Raises ManifestError where there is nothing to read."""
    file = str(path)
    start = Place(file, 1, 1)
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        hint = "give its path, or write one: `voxgate demo` shows a whole one"
        raise ManifestError([Mistake(start, "there is no such manifest", hint=hint)]) from None
    except IsADirectoryError:
        raise ManifestError([Mistake(start, "a folder", expected="a manifest file", hint="add its name")]) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ManifestError([Mistake(start, f"the manifest cannot be read: {reason}")]) from None
    return parse(data, file)


def parse(data: bytes, file: str) -> Document:
    """Raises ManifestError for what is no single YAML document of a sane size."""
    if len(data) > MOST_BYTES:
        _refuse(Place(file, 1, 1), "the file is too large", expected=f"at most {MOST_BYTES:,} bytes")
    text = _decoded(data, file)
    node = _composed(text, file)
    document = Tree(file, MOST_NODES, MOST_DEPTH).document(node) if node is not None else None
    if document is None or (document.data is None and not document.mistakes):
        _refuse(Place(file, 1, 1), "the file is empty", expected="version, target and suites")
    return replace(document, text=text)


def _refuse(place: Place, what: str, found: str = "", expected: str = "", hint: str = "") -> NoReturn:
    raise ManifestError([Mistake(place, what, found, expected, hint)]) from None


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bom = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        offset = error.start + bom
        before = data[bom:offset].decode("utf-8", "replace")
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        _refuse(place, "not UTF-8", f"byte 0x{data[offset]:02X} at offset {offset}", hint="save the file as UTF-8")


class _Loader(Reader, Scanner, Parser, Composer):
    """The reader's own front half, told not to resolve any tags, and to stop early."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        self._depth = self._nodes = 0

    def compose_node(self, parent: Node | None, index: object) -> Node | None:
        self._depth += 1
        self._nodes += not self.check_event(AliasEvent)
        if self._depth > MOST_DEPTH:
            raise MarkedYAMLError(problem=f"nested deeper than {MOST_DEPTH} levels", problem_mark=self._mark())
        if self._nodes > MOST_NODES:
            raise MarkedYAMLError(problem=f"more than {MOST_NODES:,} values", problem_mark=self._mark())
        node = super().compose_node(parent, index)  # type: ignore[arg-type]
        self._depth -= 1
        return node

    def _mark(self) -> Mark:
        mark: Mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        return mark

    def resolve(self, kind: type[Node], value: object, implicit: object) -> str:
        return PLAIN if kind is ScalarNode and isinstance(implicit, tuple) and implicit[0] else OTHER

    def descend_resolver(self, current_node: object, current_index: object) -> None: ...

    def ascend_resolver(self) -> None: ...


def _composed(text: str, file: str) -> Node | None:
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        return loader.get_single_node()
    except ReaderError as error:
        before = text[: error.position]
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        _refuse(place, "a character that YAML does not allow", f"U+{ord(text[error.position]):04X}", hint="delete it")
    except MarkedYAMLError as error:
        told = complaint(error, text)
        _refuse(place_of(file, told.mark), told.what, hint=told.hint)
    except (ValueError, OverflowError):
        # The scanner hands escapes and version directives to chr() and int() unchecked.
        mark = loader.get_mark() if loader else None
        _refuse(place_of(file, mark), "an escape or a directive that means no character", hint="use single quotes")
