"""Text of the agent, made harmless for the place where it is shown: an XML file, a terminal or CI log, Markdown.

What an agent says is hostile until it went through here. Hostile characters become visible; they never act."""

import re
from collections.abc import Iterable
from urllib.parse import quote

ELLIPSIS = "…"

_PLANE_ENDS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f" + "\ud800-\udfff" + "\ufdd0-\ufdef" + _PLANE_ENDS
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = "\u2028\u2029\ufeff\ufff9-\ufffb" + "\U000e0000-\U000e007f"

_NO_XML = re.compile(f"[{_CONTROL}]")
_NO_TERMINAL = re.compile(f"[{_CONTROL}{_BIDI}{_UNSEEN}]")

# GitHub's runner trims a line before it looks for `::`, so that a space in front protects nothing; its older form
# `##[command]` acts anywhere in a line (actions/runner, src/Runner.Common/ActionCommand.cs), and so do Azure's
# `##vso[` and TeamCity's `##teamcity[`.
_COMMAND = re.compile(r"^([^\w:\n]*):(?=:)", re.MULTILINE)
_OLD_COMMAND = re.compile(r"#(?=#\w*\[)")

_MARKDOWN = re.compile(r"[!#$()*+\-.:=@\[\\\]^_`{|}~]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def xml_safe(text: str) -> str:
    """Text that any XML 1.0 parser reads: what the standard forbids or discourages is written as `\\x00`, `\\ud800`."""
    return _NO_XML.sub(_visible, text.replace("\r\n", "\n"))


def terminal_safe(text: str) -> str:
    """Text that only shows: no ANSI, control or bidi character, and no workflow command of a CI system, whose first
    character is written as a code (`\\x3a:set-output`). Line breaks and tabs stay."""
    shown = _NO_TERMINAL.sub(_visible, text.replace("\r\n", "\n"))
    return _OLD_COMMAND.sub(r"\\x23", _COMMAND.sub(r"\1\\x3a", shown))


def visible(text: str) -> str:
    """Text for HTML, where what is escaped there anyway may stay: control, bidi and unseen characters as codes, line
    breaks and tabs as they are."""
    return _NO_TERMINAL.sub(_visible, text.replace("\r\n", "\n"))


def trace_address(trace_url: str, trace_id: str) -> str:
    """Where the backend shows a trace; empty where nothing says so, or what says so is no address of a page."""
    if not trace_id or not trace_url.startswith(("https://", "http://")):
        return ""
    return trace_url.replace("{trace_id}", quote(trace_id, safe="", errors="replace"))


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + ELLIPSIS


def one_line(text: str, limit: int = 160) -> str:
    """Terminal-safe text on one line: every stretch of white space is one space."""
    return shortened(terminal_safe(" ".join(text.split())), limit)


def markdown_safe(text: str, limit: int = 160) -> str:
    """One line that Markdown shows as it is, in a table cell too: no HTML, no link, no emphasis."""
    escaped = _MARKDOWN.sub(r"\\\g<0>", one_line(text, limit))
    return re.sub("[&<>\"']", lambda found: _HTML[found[0]], escaped)


def code_span(text: str, limit: int = 600) -> str:
    """One line as Markdown code, where GitHub looks for no mention, link or image either. Not for table cells. Its
    fence is longer than any run of backticks inside (CommonMark section 6.1)."""
    line = one_line(text, limit)
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}" if line else ""


def code_block(lines: Iterable[str]) -> str:
    """Lines as a fenced block of Markdown code, each shown as it is. Its fence is longer than any inside."""
    shown = [terminal_safe(line.replace("\n", " ")) for line in lines]
    fence = "`" * max(3, 1 + max((len(run) for line in shown for run in re.findall("`+", line)), default=0))
    return "\n".join((f"{fence}text", *shown, fence))


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
