"""Data into the template. Here alone text becomes HTML: everything is escaped, and what could hide is made visible."""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from gate.report.escape import visible
from gate.report.html.exhibits import Block

TEMPLATES = ("page.html", "case.html")
SCRIPTS = ("dom.js", "timeline.js", "draw.js", "player.js", "words.js", "log.js", "case.js", "list.js")
STYLE = "style.css"


def filled(page: dict[str, Any], blocks: Sequence[Block]) -> str:
    """What draws the case that is open from the start stands before the script, and all else behind it: twenty MB
    take a browser a second to read."""
    style, script = asset(STYLE), f"'use strict';(() => {{\n{''.join(map(asset, SCRIPTS))}}})();"
    first = [_shown(block) for block in blocks if _is_first(block)]
    rest = [_shown(block) for block in blocks if not _is_first(block)]
    return _environment().get_template("page.html").render(
        **page, first=first, rest=rest, style=Markup(style), script=Markup(script),  # noqa: S704 (our own files)
        policy=policy(style, script),
    )  # fmt: skip


def _is_first(block: Block) -> bool:
    return block.number == 0 and block.kind == "picture"


def _shown(block: Block) -> dict[str, str]:
    return {"id": f"{block.kind}-{block.number}", "packed": Markup(block.packed)}  # noqa: S704 (base64)


def policy(style: str, script: str) -> str:
    """The page's own policy: no address is asked for anything but sound, and that of the page's own; nothing runs and
    nothing styles but what is known by its hash; no script can make HTML of a text."""
    return "; ".join((
        "default-src 'none'", f"script-src 'sha256-{_hash(script)}'", f"style-src 'sha256-{_hash(style)}'",
        "media-src 'self' file: blob:", "img-src data:", "base-uri 'none'", "form-action 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'",
    ))  # fmt: skip


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


@cache
def asset(name: str) -> str:
    return (files(__package__) / "assets" / name).read_text("utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=DictLoader({name: asset(name) for name in TEMPLATES}), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_seen,
    )  # fmt: skip


def _seen(value: object) -> object:
    """Whatever is put out: a text with its control characters as codes. What is markup is our own."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
