"""What a mock of a tool says, for all cases or for one. Settings models, and the mock that they make."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gate.core.durations import Duration
from gate.core.jsons import Json
from gate.core.places import Place
from gate.core.tooling import Mock, MockAnswer
from gate.core.wrong import Wrong
from gate.suites.keys import Given, Text, one_of
from gate.suites.matching import Part, Where

ANSWERS = ("respond", "error", "timeout", "malformed")
MOCKS = (*ANSWERS, "sequence")
BROKEN_OFF = '{"result": {"status": "o'
"""What stands where JSON is due, unless the manifest says what."""

Status = Annotated[int, Field(ge=400, le=599)]


class AnswerSettings(Part):
    """One answer: a result, the text of an error, none at all, or a text that is no JSON."""

    model_config = one_of(*ANSWERS)

    respond: Json = None
    error: Given[Text] = None
    timeout: Given[Literal[True]] = None
    malformed: Given[Literal[True] | Text] = None
    delay: Duration = 0.0
    status: Given[Status] = None

    @model_validator(mode="after")
    def _means_something(self) -> "AnswerSettings":
        if self.status is not None and "error" not in self.model_fields_set:
            raise Wrong("has a status, which only an error has", "", "write error: with its text, or delete status")
        if self.timeout and "delay" in self.model_fields_set:
            raise Wrong("has a delay before an answer that never comes", "", "delete delay, or write respond:")
        return self

    def answer(self) -> MockAnswer:
        if self.timeout:
            return MockAnswer("timeout")
        if self.malformed is not None:
            return MockAnswer("malformed", BROKEN_OFF if self.malformed is True else self.malformed, self.delay)
        if self.error is not None:
            return MockAnswer("error", self.error, self.delay, self.status or 500)
        return MockAnswer("value", self.respond, self.delay)


class MockSettings(AnswerSettings):
    """The answer to calls of one tool, or several in turn."""

    model_config = one_of(*MOCKS)

    tool: Text = Field(examples=["lookup_appointment"])
    args_match: Given[Text | Where] = None
    sequence: Given[Annotated[list[AnswerSettings], Field(min_length=1)]] = None

    @model_validator(mode="after")
    def _delays_its_steps(self) -> "MockSettings":
        if self.sequence is not None and "delay" in self.model_fields_set:
            raise Wrong("has a delay beside its sequence", "a delay in each answer of the sequence")
        return self

    def mock(self, place: Place) -> Mock:
        answers = (self,) if self.sequence is None else tuple(self.sequence)
        given = self.args_match
        text, fields = (None, given) if isinstance(given, dict) else (given, {})
        where = tuple((path, matcher) for path, matchers in fields.items() for matcher in matchers)
        return Mock(self.tool, place, tuple(answer.answer() for answer in answers), text, where)
