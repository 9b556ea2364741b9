"""Pipecat's five frames in protobuf, read and written exactly, and nothing else of protobuf. Pure.

Source: `frames/frames.proto` of pipecat-ai (package `pipecat`, proto3) and protobuf.dev/programming-guides/encoding.

Theory of operation. A `Frame` holds one of five messages, each a row of (tag, value). A value is a varint, or so many
bytes by a length, or a fixed width; what is unknown, or stands in another width than its field has, is skipped. Said
twice, a field counts as it is said last, the two halves of one message are merged, and of two kinds the last counts.
What is left at its default is not written. Google's own reader is the measure, in what it refuses too."""

from dataclasses import dataclass, fields
from typing import Final, Literal

from gate.dialects.fields import Illegal


@dataclass(frozen=True, slots=True)
class TextFrame:
    id: int = 0
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class AudioRawFrame:
    """`audio`: interleaved s16le. `pts`: when it is to be presented, in ns."""

    id: int = 0
    name: str = ""
    audio: bytes = b""
    sample_rate: int = 0
    num_channels: int = 0
    pts: int | None = None


@dataclass(frozen=True, slots=True)
class TranscriptionFrame:
    id: int = 0
    name: str = ""
    text: str = ""
    user_id: str = ""
    timestamp: str = ""


@dataclass(frozen=True, slots=True)
class MessageFrame:
    """`data`: any JSON."""

    data: str = ""


@dataclass(frozen=True, slots=True)
class InterruptionFrame:
    id: int = 0
    name: str = ""


ProtoFrame = TextFrame | AudioRawFrame | TranscriptionFrame | MessageFrame | InterruptionFrame

Form = Literal["uint32", "uint64", "string", "bytes"]
VARINT, FIXED64, LENGTH, GROUP, END_GROUP, FIXED32 = range(6)

_KINDS: Final[dict[int, type[ProtoFrame]]] = {
    1: TextFrame, 2: AudioRawFrame, 3: TranscriptionFrame, 4: MessageFrame, 5: InterruptionFrame,
}  # fmt: skip
_NUMBERS: Final = {kind: number for number, kind in _KINDS.items()}
_FORMS: Final[dict[str, Form]] = {
    "id": "uint64", "pts": "uint64", "audio": "bytes", "sample_rate": "uint32", "num_channels": "uint32",
}  # fmt: skip
_FIELDS: Final[dict[int, dict[int, tuple[str, Form]]]] = {
    number: {at: (field.name, _FORMS.get(field.name, "string")) for at, field in enumerate(fields(kind), 1)}
    for number, kind in _KINDS.items()
}
_DEEPEST: Final = 100
_LONGEST: Final = 2**31 - 1


def read(data: bytes) -> ProtoFrame | None:
    """None for a frame without one of the five messages. Raises Illegal for what no reader of protobuf takes."""
    kind, found = 0, dict[str, int | str | bytes]()
    at, end = 0, len(data)
    while at < end:
        number, wire, value, at = _field(data, at, end, 0)
        if wire == LENGTH and number in _KINDS:
            kind, found = number, found if number == kind else {}
            _message(data, value, at, _FIELDS[number], found)
    return _KINDS[kind](**found) if kind else None  # type: ignore[arg-type]


def write(frame: ProtoFrame) -> bytes:
    number = _NUMBERS[type(frame)]
    rows = ((at, form, getattr(frame, name)) for at, (name, form) in _FIELDS[number].items())
    inner = b"".join(_row(at, form, value) for at, form, value in rows if value or (at == 6 and value is not None))
    return _varint(number << 3 | LENGTH) + _varint(len(inner)) + inner


def _row(number: int, form: Form, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3 | VARINT) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | LENGTH) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _message(
    data: bytes, at: int, end: int, known: dict[int, tuple[str, Form]], found: dict[str, int | str | bytes]
) -> None:
    while at < end:
        number, wire, value, at = _field(data, at, end, 1)
        name, form = known.get(number, ("", "bytes"))
        if wire == VARINT and form in ("uint32", "uint64"):
            found[name] = value & 0xFFFFFFFF if form == "uint32" else value
        elif wire == LENGTH and form == "bytes" and name:
            found[name] = data[value:at]
        elif wire == LENGTH and form == "string":
            found[name] = _text(data[value:at])


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Illegal("a protobuf text that is not UTF-8") from None


def _field(data: bytes, at: int, end: int, depth: int) -> tuple[int, int, int, int]:
    """The number and wire type of the field at `at`, its value or where its bytes begin, and where it ends."""
    tag, at = _number(data, at, end, 32)
    number, wire = tag >> 3, tag & 7
    if not number:
        raise Illegal("a protobuf field without a number")
    match wire:
        case 0:
            value, at = _number(data, at, end, 64)
            return number, wire, value, at
        case 2:
            size, at = _number(data, at, end, 32)
            return number, wire, at, _skip(at, size, end)
        case 1:
            return number, wire, at, _skip(at, 8, end)
        case 5:
            return number, wire, at, _skip(at, 4, end)
        case 3:
            return number, wire, at, _group(data, at, end, number, depth + 1)
        case _:
            raise Illegal(f"a protobuf field of wire type {wire}, which there is not or not here")


def _skip(at: int, size: int, end: int) -> int:
    if size > end - at:
        raise Illegal("a protobuf field that is longer than its message")
    return at + size


def _group(data: bytes, at: int, end: int, number: int, depth: int) -> int:
    """Where the group ends that begins at `at`."""
    if depth > _DEEPEST:
        raise Illegal("protobuf groups in groups without end")
    while at < end:
        tag, after = _number(data, at, end, 32)
        if tag & 7 == END_GROUP:
            if tag >> 3 != number:
                break
            return after
        *_, at = _field(data, at, end, depth)
    raise Illegal("a protobuf group without its end")


def _number(data: bytes, at: int, end: int, bits: int) -> tuple[int, int]:
    """A varint and where it ends. Most have one byte."""
    if at < end and data[at] < 0x80:
        return data[at], at + 1
    value = shift = 0
    while at < end:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if bits < 64 and value >> bits:
                break
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
        if shift >= bits:
            break
    raise Illegal("a protobuf number that is cut off or too long")
