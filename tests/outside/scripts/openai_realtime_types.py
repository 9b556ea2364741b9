"""The openai SDK's own types judge one JSON message in each line of standard input; for each, what they find wrong goes
out. usage: openai_realtime_types.py client|server"""

import json
import sys
from typing import Any, get_args

from openai.types.realtime import RealtimeClientEvent, RealtimeServerEvent
from pydantic import ValidationError

UNIONS = {"client": RealtimeClientEvent, "server": RealtimeServerEvent}


def kinds(union: Any) -> dict[str, Any]:
    """The SDK's model of each event, by the event's type."""
    models = get_args(get_args(union)[0])
    return {name: model for model in models for name in get_args(model.model_fields["type"].annotation)}


def faults(message: dict[str, Any], models: dict[str, Any]) -> list[str]:
    model = models.get(message["type"])
    if model is None:
        return [f"no event is called {message['type']}"]
    try:
        model.model_validate(message)
    except ValidationError as error:
        return [f"{'.'.join(map(str, found['loc']))}: {found['type']}" for found in error.errors()]
    return []


if __name__ == "__main__":
    known = kinds(UNIONS[sys.argv[1]])
    print(json.dumps([faults(json.loads(line), known) for line in sys.stdin]))
