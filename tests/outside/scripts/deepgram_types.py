"""Holds messages of a client, one JSON a line on standard input, against the types of Deepgram's own SDK. Prints what
is wrong with each; a field that the type does not know is."""

import json
import sys
from typing import Any

from deepgram.agent.v1.types import AgentV1InjectUserMessage, AgentV1SendFunctionCallResponse, AgentV1Settings
from pydantic import BaseModel, ValidationError

KINDS = {
    "Settings": AgentV1Settings,
    "InjectUserMessage": AgentV1InjectUserMessage,
    "FunctionCallResponse": AgentV1SendFunctionCallResponse,
}


def faults(message: dict[str, Any]) -> list[str]:
    try:
        model = KINDS[message["type"]].model_validate(message)
    except ValidationError as error:
        return [f"{'.'.join(map(str, found['loc']))}: {found['type']}" for found in error.errors()]
    return unknown(model, "")


def unknown(value: Any, path: str) -> list[str]:
    if isinstance(value, list):
        return [fault for item in value for fault in unknown(item, path)]
    if not isinstance(value, BaseModel):
        return []
    inner = [fault for name in type(value).model_fields for fault in unknown(getattr(value, name), f"{path}.{name}")]
    return [f"{path}.{name}: unknown" for name in value.model_extra or {}] + inner


print(json.dumps([faults(json.loads(line)) for line in sys.stdin]))
