"""Frames as Hume's own types take them, its pydantic models.
usage: hume_types.py < {"sent": […], "received": […]}; prints what is wrong with each frame."""

import json
import sys
import typing

from hume.empathic_voice.chat.types.publish_event import PublishEvent
from hume.empathic_voice.types.subscribe_event import SubscribeEvent
from pydantic import ValidationError


def models(union) -> dict:
    return {model.model_fields["type"].default: model for model in typing.get_args(union)}


MODELS = {"sent": models(PublishEvent), "received": models(SubscribeEvent)}


def wrong(way: str, frame: dict) -> str:
    model = MODELS[way].get(frame.get("type"))
    if model is None:
        return f"no message has the type {frame.get('type')!r}"
    unknown = set(frame) - set(model.model_fields)
    try:
        model.model_validate(frame)
    except ValidationError as error:
        return str(error)
    return f"it has no {', '.join(sorted(unknown))}" if unknown else ""


print(json.dumps({way: [wrong(way, frame) for frame in frames] for way, frames in json.load(sys.stdin).items()}))
