"""Which files of a repository a glob names, as GitHub's `paths:` reads it: `*` stops at a slash and `**` does not."""

import re
from collections.abc import Iterable

_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(glob: str, path: str) -> bool:
    """Both seen from the top of the repository, with slashes. A glob that ends with one names all that is below."""
    pieces = _PIECES.findall(glob + "**" if glob.endswith("/") else glob)
    return re.fullmatch("".join(_MEANING.get(piece) or re.escape(piece) for piece in pieces), path) is not None


def any_matches(globs: Iterable[str], paths: Iterable[str]) -> bool:
    named = list(paths)
    return any(matches(glob, path) for glob in globs for path in named)
