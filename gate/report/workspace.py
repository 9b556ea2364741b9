"""Where files lie, seen from the workspace of a pipeline: the only paths that mean anything to a page of its."""

import posixpath
from dataclasses import dataclass, replace

from gate.core.places import Place


@dataclass(frozen=True, slots=True)
class Workspace:
    """Absolute paths: the `root` of the workspace; the folder that relative paths are written `here` from; and the
    `home` that the evidence paths of a report start from."""

    root: str
    here: str
    home: str

    def file(self, path: str) -> str:
        """A path as the user wrote it, seen from the workspace; absolute where it lies outside."""
        if not self.root:
            return path
        full = posixpath.normpath(posixpath.join(self.here, path))
        seen = posixpath.relpath(full, self.root)
        return full if seen.startswith("../") or seen == ".." else seen

    def evidence(self, path: str) -> str:
        """A path of the report's own, such as `evidence/cases/…`."""
        return self.file(posixpath.join(self.home, path))

    def place(self, place: Place) -> Place:
        return replace(place, file=self.file(place.file))


NOWHERE = Workspace("", "", "")
"""For a document that is made of a report alone: its paths are the report's own."""
