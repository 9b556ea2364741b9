"""Whatever is written into a manifest, it is a plan or mistakes, never another exception."""

import json
import tempfile
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.core.mistakes import ManifestError
from tests.manifest.fakes import GOOD, plan_of

WORDS = [
    "version", "target", "targets", "tools", "suites", "url", "http", "dialect", "options", "auth", "bearer",
    "header", "query", "name", "value", "negative_tokens", "headers", "subprotocols", "session", "budgets",
    "start", "command", "env", "cwd", "ready", "port", "timeout", "strategy", "no_match", "mocks", "tool",
    "respond", "error", "delay", "smoke", "cases", "clips", "caller", "expect", "play", "say", "event", "where",
    "plain", "rate", "shape", "allow_plain_ws", "linger",
]  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 99999), st.floats(), st.sampled_from(WORDS), st.text(max_size=8),
    st.sampled_from(["wss://h/x", "ws://h", "ws://[::1", "http://127.0.0.1", "3s", "9ms", "${env.VOICE_TOKEN}", "${x}",
                     "${env.NOPE}", "a 'b", "hello", "tool.call", "no"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), inner, max_size=4),
    ),
    max_leaves=15,
)


def read(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            is_told = bool(plan_of(Path(folder), text)[0].cases)
        except ManifestError as error:
            is_told = bool(error.mistakes) and len(str(error).splitlines()) == len(error.mistakes)
        assert is_told


@settings(max_examples=80)
@given(VALUES)
def test_any_data(value: object) -> None:
    read(json.dumps(value))


@settings(max_examples=150)
@given(st.lists(st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), VALUES), min_size=1, max_size=4))
def test_a_good_manifest_with_something_planted(plants: list[tuple[list[str], object]]) -> None:
    data = yaml.safe_load(GOOD)
    data["tools"] = {"mocks": [{"tool": "t", "respond": 1}]}
    for path, value in plants:
        node = data
        for key in path[:-1]:
            below = node.get(key)
            if isinstance(below, list) and below and isinstance(below[0], dict):
                below = below[0]
            if not isinstance(below, dict):
                below = node[key] = {}
            node = below
        node[path[-1]] = value
    read(json.dumps(data))


@settings(max_examples=100)
@given(st.integers(0, len(GOOD)), st.text("ab:-[]{},&*!|>'\"%@#? \n\t$", min_size=1, max_size=5))
def test_a_good_manifest_with_a_slip_of_the_keyboard(at: int, slip: str) -> None:
    read(GOOD[:at] + slip + GOOD[at:])
