"""Where the words of a command go, and what can be written there."""

import argparse
import sys
from typing import TextIO


def stream_of(arguments: argparse.Namespace) -> TextIO:
    """With `--json` standard output is the report's."""
    return sys.stderr if arguments.json else sys.stdout


def encodable(line: str, stream: TextIO) -> str:
    """What the stream cannot write (a CI log that is ASCII) is written as a code; printing must not fail."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return line.encode(encoding, "backslashreplace").decode(encoding)
