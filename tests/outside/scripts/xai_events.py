"""Pipecat's own models of xAI's events judge one JSON message in each line of standard input; for each, what they find
wrong goes out. usage: xai_events.py client|server"""

import json
import sys
from typing import Any

from pipecat.services.xai.realtime import events
from pydantic import ValidationError

CLIENT = {
    model.model_fields["type"].default: model
    for model in vars(events).values()
    if isinstance(model, type) and issubclass(model, events.ClientEvent) and model is not events.ClientEvent
}


def faults(message: dict[str, Any], side: str) -> list[str]:
    try:
        if side == "server":
            events.parse_server_event(json.dumps(message))
        else:
            CLIENT[message["type"]].model_validate(message)
    except ValidationError as error:
        return [f"{'.'.join(map(str, found['loc']))}: {found['type']}" for found in error.errors()]
    except Exception as error:
        return [str(error).splitlines()[0]]
    return []


print(json.dumps([faults(json.loads(line), sys.argv[1]) for line in sys.stdin]))
