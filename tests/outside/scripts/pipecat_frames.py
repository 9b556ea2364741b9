"""What google.protobuf makes of frames, one in hexadecimal digits on each line of the standard input; one line of JSON:
for each null (no message in it), "refused", or its kind and its fields (bytes in hexadecimal digits). With the argument
`made`: and the name of the frame that Pipecat's ProtobufFrameSerializer makes of it."""

import asyncio
import json
import sys
from typing import Any

import pipecat.frames.protobufs.frames_pb2 as frames_pb2
from google.protobuf.message import DecodeError
from loguru import logger
from pipecat.serializers.protobuf import ProtobufFrameSerializer


def fields_of(message: Any) -> dict[str, Any]:
    found = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        known = not field.has_presence or message.HasField(field.name)
        found[field.name] = (value.hex() if isinstance(value, bytes) else value) if known else None
    return found


async def verdict(data: bytes, serializer: ProtobufFrameSerializer) -> Any:
    try:
        frame = frames_pb2.Frame.FromString(data)
    except DecodeError:
        return "refused"
    kind = frame.WhichOneof("frame")
    if kind is None:
        return None
    found = [kind, fields_of(getattr(frame, kind))]
    return [*found, type(await serializer.deserialize(data)).__name__] if sys.argv[1:] == ["made"] else found


async def main() -> None:
    logger.remove()
    serializer = ProtobufFrameSerializer()
    print(json.dumps([await verdict(bytes.fromhex(line), serializer) for line in sys.stdin]))


asyncio.run(main())
