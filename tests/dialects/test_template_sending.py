"""Files, images and keys in a user's own protocol: only where the manifest writes a message for them."""

from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import FileIn, Pressed, Shown, Signal, Violation
from gate.dialects.template.dialect import Template
from gate.dialects.template.options import TemplateOptions

COVAL = {"type": "media", "name": "{{media_name}}", "mime_type": "{{mime_type}}", "data": "{{media_data}}"}
"""The media template of Coval's WebSocket connection."""


def made(**send: Any) -> Template:
    return Template(TemplateOptions.model_validate({"send": send}))


def sent(dialect: Template, act: acts.Act) -> tuple[str | bytes, tuple[Signal, ...]]:
    (data,) = dialect.encoder().encode(act, 0)
    opcode = Opcode.TEXT if isinstance(data, str) else Opcode.BINARY
    return data, dialect.observer().observe(Frame(Direction.SENT, opcode, data, 0))


def test_an_image_goes_out_in_the_shape_of_the_manifest() -> None:
    dialect = made(image=COVAL)
    data, seen = sent(dialect, acts.Show("id.png", b"\1\2\3", "image/png"))
    assert data == '{"type":"media","name":"id.png","mime_type":"image/png","data":"AQID"}'
    assert seen == (Shown("id.png", "image/png", 3),)
    assert dialect.agent().hear(data) == (acts.Show("id.png", b"\1\2\3", "image/png"),)


def test_a_file_is_base64_in_json_and_raw_when_it_stands_alone() -> None:
    act = acts.SendFile(b"RIFF", "audio/wav")
    data, seen = sent(made(file={"file": "{{file_data}}", "kind": "{{media_type}}"}), act)
    assert (data, seen) == ('{"file":"UklGRg==","kind":"audio/wav"}', (FileIn("audio/wav", 4),))
    raw = made(file="{{file_data}}")
    assert sent(raw, act) == (b"RIFF", (FileIn("", 4),))
    assert raw.agent().hear(b"RIFF") == (acts.SendFile(b"RIFF", ""),)


def test_keys_go_out_in_the_shape_of_the_manifest() -> None:
    data, seen = sent(made(dtmf={"event": "dtmf", "dtmf": {"digits": "{{digits}}"}}), acts.Press("1#"))
    assert (data, seen) == ('{"event":"dtmf","dtmf":{"digits":"1#"}}', (Pressed("1#"),))


def test_what_the_manifest_does_not_write_is_not_sent() -> None:
    can, encoder = made().capabilities, made().encoder()
    assert not any((can.takes_files, can.sees_images, can.presses, can.echoes_marks, can.cancels))
    for act in (acts.SendFile(b"", ""), acts.Show("", b"", ""), acts.Press("1"), acts.EchoMark("m"), acts.Interrupt()):
        assert encoder.encode(act, 0) == ()


def test_a_file_that_is_no_base64_is_a_violation() -> None:
    dialect = made(file={"file": "{{file_data}}"})
    frame = Frame(Direction.SENT, Opcode.TEXT, '{"file":"?"}', 0)
    assert dialect.observer().observe(frame) == (Violation("file_data is not base64"),)


def test_redaction_leaves_files_and_images_alone() -> None:
    dialect = made(image=COVAL, file={"f": "{{file_data}}", "t": "{{media_type}}"}, text={"say": "{{text}}"})
    for act in (acts.Show("secret", b"\xb1\xe7\x2b", "secret"), acts.SendFile(b"\xb1\xe7\x2b", "secret")):
        (data,) = dialect.encoder().encode(act, 0)
        assert dialect.rewrite(data, lambda _, text: "*" * len(text)) == data
    (words,) = dialect.encoder().encode(acts.Type("secret"), 0)
    assert dialect.rewrite(words, lambda _, text: "*" * len(text)) == '{"say":"******"}'


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"send": {"file": {"f": "x"}}}, "it must hold {{file_data}}, which is where the file goes"),
        ({"send": {"image": {"f": "x"}}}, "it must hold {{media_data}}, which is where the image goes"),
        ({"send": {"dtmf": {"f": "x"}}}, "it must hold {{digits}}, which is where the keys go"),
        ({"send": {"dtmf": {"f": "{{digit}}"}}}, "did you mean 'digits'?"),
        ({"send": {"file": "{{file_data}}"}, "send_audio": "{{audio_data}}"}, "cannot be told apart"),
        ({"send": {"file": {"d": "{{file_data}}"}, "image": {"d": "{{media_data}}"}}}, "cannot be told apart"),
    ],
)
def test_messages_that_carry_nothing_or_look_alike_are_mistakes(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TemplateOptions.model_validate(options)
    assert sentence in str(refused.value)
