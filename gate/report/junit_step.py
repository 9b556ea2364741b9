"""The one step behind the junit-xml package: what it cannot write, and what it writes that Jenkins refuses.

Jenkins' xUnit plugin validates a file against `junit-10.xsd` before it reads it, and takes none that differs:
- `disabled`, which the package always writes, is not in that schema, and is taken out;
- `time` must have digits, where the package writes `1e-05`: it is rounded to milliseconds;
- `rerunFailure`, `rerunError`, `flakyFailure` and `flakyError` are put in for earlier attempts at a case: Maven
  Surefire's words, `rerun` where the case did not pass in the end, `flaky` where it did;
- `properties` of a test case are not in the schema either: they stand as lines in `system-out` (see `junit_out.py`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

MS: Final = 3
KINDS: Final = ("rerunFailure", "rerunError", "flakyFailure", "flakyError")


@dataclass(frozen=True, slots=True)
class Rerun:
    """An earlier attempt: which of KINDS it is, and its texts, XML-safe."""

    kind: str
    message: str
    type: str
    text: str
    system_out: str


def amended(xml: str, reruns: Sequence[Sequence[Rerun]]) -> str:
    """The whole document anew. `reruns` holds those of each test case, in the order of the document."""
    root = ElementTree.fromstring(xml)  # noqa: S314 (what junit-xml has just written)
    for element in root.iter():
        element.attrib.pop("disabled", None)
        if "time" in element.attrib:
            element.set("time", f"{float(element.attrib['time']):.{MS}f}")
    for test, earlier in zip(root.iter("testcase"), reruns, strict=True):
        for number, rerun in enumerate(earlier):
            test.insert(_behind_result(test) + number, _element(rerun))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _behind_result(test: ElementTree.Element) -> int:
    return sum(child.tag in ("failure", "error", "skipped") for child in test)


def _element(rerun: Rerun) -> ElementTree.Element:
    element = ElementTree.Element(rerun.kind, {"message": rerun.message, "type": rerun.type})
    ElementTree.SubElement(element, "stackTrace").text = rerun.text
    ElementTree.SubElement(element, "system-out").text = rerun.system_out
    return element
