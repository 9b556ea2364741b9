"""Globs of files, as GitHub's `paths:` reads them."""

import pytest

from gate.core.globs import any_matches, matches


@pytest.mark.parametrize(("glob", "path", "is_named"), [
    ("agent/**", "agent/bot.py", True), ("agent/**", "agent/deep/bot.py", True), ("agent/**", "agents/bot.py", False),
    ("agent/", "agent/deep/bot.py", True), ("*.md", "README.md", True), ("*.md", "docs/README.md", False),
    ("**/*.md", "README.md", True), ("**/*.md", "a/b/README.md", True), ("**", "any/thing", True),
    ("prompts/?.txt", "prompts/a.txt", True), ("prompts/?.txt", "prompts/ab.txt", False), ("a.b", "aXb", False),
    ("bot.py", "bot.py", True), ("bot.py", "src/bot.py", False), ("a/**/b", "a/b", True), ("a/**/b", "a/x/y/b", True),
])  # fmt: skip
def test_which_files_a_glob_names(glob: str, path: str, is_named: bool) -> None:
    assert matches(glob, path) is is_named


def test_one_of_several_is_enough() -> None:
    assert any_matches(("a", "b/**"), iter(["c", "b/d"]))
    assert not any_matches(("a",), ["c"])
    assert not any_matches((), ["c"])
