"""Messages of the Gemini Live API held against google-genai's own types, which allow no field that they do not know.
stdin: {"client": [message, ...], "server": [...]}; the last line says of each whether it fits, or what does not."""

import json
import sys
import warnings

from google.genai import types
from pydantic import ValidationError

warnings.simplefilter("error")


def verdict(kind: type, message: dict) -> str:
    """types.LiveClientSetup lacks `realtimeInputConfig`, which the client itself sends."""
    setup = dict(message.get("setup", {}))
    detection = setup.pop("realtimeInputConfig", {})
    try:
        kind.model_validate(message | ({"setup": setup} if setup else {}))
        types.RealtimeInputConfig.model_validate(detection)
    except (ValidationError, Warning) as error:
        return str(error)
    return "fits"


given = json.load(sys.stdin)
kinds = {"client": types.LiveClientMessage, "server": types.LiveServerMessage}
print(json.dumps({side: [verdict(kinds[side], message) for message in given[side]] for side in given}))
