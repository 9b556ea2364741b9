"""What the tool calls of a case got, in one line."""

from collections.abc import Iterable

from gate.core.findings import CaseResult, ToolAnswer
from gate.report.escape import one_line

_TOLD = 8
_NAME_LIMIT = 60
REPLIES = {
    "left": "left to the agent",
    "theirs": "answered elsewhere",
    "system": "left to the platform",
    "no-match": "error (no mock fits)",
    "skipped": "skipped",
}


def answers_line(case: CaseResult) -> str:
    """`reschedule_appointment → error (mock voice-tests.yaml:22, answer 1 of 2), then value; …`; nothing where nothing
    was called."""
    by_tool: dict[str, list[ToolAnswer]] = {}
    for answer in case.answers:
        by_tool.setdefault(answer.tool, []).append(answer)
    told = [f"{one_line(tool, _NAME_LIMIT)} → {_then(answers)}" for tool, answers in by_tool.items()]
    more = f"; and {len(told) - _TOLD} more tools" if len(told) > _TOLD else ""
    return "; ".join(told[:_TOLD]) + more


def _then(answers: list[ToolAnswer]) -> str:
    told: list[str] = []
    mock: str | None = None
    for answer in answers[:_TOLD]:
        told.append(_told(answer, known=answer.mock is not None and answer.mock == mock))
        mock = answer.mock
    more = f", and {len(answers) - _TOLD} more" if len(answers) > _TOLD else ""
    return ", then ".join(told) + more


def _told(answer: ToolAnswer, *, known: bool) -> str:
    """`known`: the call before it was answered by the same mock."""
    if answer.reply in REPLIES:
        return REPLIES[answer.reply]
    how = answer.how or "nothing yet"
    if answer.reply == "real":
        return f"{how} (the real tool)"
    about = [] if known or answer.mock is None else [f"mock {_line(answer.mock)}"]
    about += [f"answer {answer.step} of {answer.steps}"] if answer.steps > 1 and not known else []
    return f"{how} ({', '.join(about)})" if about else how


def _line(place: str) -> str:
    """The place without its column."""
    return one_line(place.rpartition(":")[0] or place)


def remark_lines(remarks: Iterable[str]) -> str:
    return "\n".join(f"NOTE  {one_line(remark, 300)}" for remark in remarks)
