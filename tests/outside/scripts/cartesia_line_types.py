"""Validates messages by Line's own types. Standard input: `{"harness": [...], "agent": [...]}`, the messages of both
sides; the last line: for each side, the types that they are, or why one is none. A field that its type does not have,
or one of its own that is missing, is a reason too."""

import json
import sys
from typing import Any

from line._harness_types import InputMessage, OutputMessage, StartInput
from pydantic import TypeAdapter, ValidationError

SIDES = {"harness": TypeAdapter(InputMessage | StartInput), "agent": TypeAdapter(OutputMessage)}


def told(side: str, message: Any) -> str:
    try:
        value = SIDES[side].validate_python(message)
    except ValidationError as error:
        return f"refused: {error.error_count()} errors"
    whole = value.model_dump(by_alias=True)
    return type(value).__name__ if whole == message else f"refused: {whole} is all that {message} says"


given = json.load(sys.stdin)
print(json.dumps({side: [told(side, message) for message in given[side]] for side in SIDES}))
