"""What the YAML reader says about a file that is no YAML, in words for somebody who never read its grammar."""

import re
from dataclasses import dataclass

from yaml.error import Mark, MarkedYAMLError


@dataclass(frozen=True, slots=True)
class Complaint:
    what: str
    hint: str
    mark: Mark | None


_QUOTE = "put quotes around the text"

_PROBLEMS = (
    (r"found character '\\t'", "a tab where YAML wants spaces", "indent with spaces only"),
    (r"found character '(.)' that cannot start", "a text that begins with {0}", _QUOTE),
    (r"mapping values are not allowed", "a ': ' that cannot stand here", f"{_QUOTE} that holds it, or mind the indent"),
    (r"could not find expected ':'", "a line that is no 'key: value'", "add the colon, and a space after it"),
    (r"expected <block end>, but found '([]},])'", "a stray {0}", f"delete it, or {_QUOTE}"),
    (r"expected <block end>, but found '<scalar>'", "a text that does not fit what stands before it", "line it up"),
    (r"expected <block end>", "a line that does not fit the indentation above it", "line it up"),
    (r"expected ',' or '([]}])'", "a comma or a closing {0} is missing", "close it, or put quotes around texts in it"),
    (r"found unexpected end of stream", "a quote that is never closed", "close it"),
    (r"found unexpected document separator", "a quote that is never closed", "close it"),
    (r"found unknown escape character '(.+)'", "the unknown escape \\{0} in double quotes", "use single quotes"),
    (r"expected escape sequence of", "an escape with too few hexadecimal digits", "use single quotes"),
    (r"found undefined alias '(.+)'", "the alias *{0} has no anchor &{0} before it", f"add it, or {_QUOTE}"),
    (r"found duplicate anchor '(.+?)'", "the anchor &{0} is set twice", "give each anchor a name of its own"),
    (r"but found another document", "a second document begins", "keep one, and delete the line ---"),
    (r"expected alphabetic or numeric", "a text that begins with * or &", _QUOTE),
    (r"found undefined tag handle", "a tag", f"delete the word that begins with !, or {_QUOTE}"),
    (r"expected '<document start>'", "more text after the end of the content", "delete it, or line it up"),
    (r"expected chomping or indentation", "a text behind | or > on the same line", _QUOTE),
    (r"sequence entries are not allowed", "a list item that cannot stand here", "begin it on a line of its own"),
    (r"expected the node content, but found '(.+)'", "a stray {0}", f"delete it, or {_QUOTE}"),
    (r"^(nested deeper than .+|more than .+ values)$", "{0}", "no manifest needs that"),
    (r"expected a comment or a line break", "a text behind | or > on the same line", _QUOTE),
)


def complaint(error: MarkedYAMLError, text: str) -> Complaint:
    """`text` is the whole file: what stands before the place tells which slip it was."""
    problem, mark = error.problem or "", error.problem_mark or error.context_mark
    if mark and "${" in text[max(0, mark.index - 1) : mark.index + 2]:
        return Complaint("a reference inside [ ] or { } without quotes", 'write "${env.NAME}" in double quotes', mark)
    for pattern, what, hint in _PROBLEMS:
        if match := re.search(pattern, problem) or re.search(pattern, error.context or ""):
            is_opened = "never closed" in what or "closing" in what or "key: value" in what
            return Complaint(what.format(*match.groups()), hint, (error.context_mark or mark) if is_opened else mark)
    return Complaint(f"not readable as YAML: {problem}" if problem else "not readable as YAML", "", mark)
