"""What the reference agent says is written down word for word, over a telephone too; what it does not say, never."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gate.audio import wav
from gate.cli.main import main
from gate.reference import voice
from gate.reference.transcribing import transcribe
from tests.reference import telephone
from tests.reference.clips.render import INSIDE, OUTSIDE
from tests.reference.test_recogniser import NOISES, SPOILED, Samples, as_it_is, spoken

pytest.importorskip("pocketsphinx", reason="needs voxgate[agent]")

TOGETHER = (("appointment-tuesday", "confirm-thursday"), ("done-friday", "anything-else"))


def said(*keys: str) -> Samples:
    pause = np.zeros(2400, np.int16)
    return np.concatenate([pause, *(part for key in keys for part in (voice.choose(key).samples, pause))])


def words(*keys: str) -> str:
    return " ".join("".join(sign for sign in voice.choose(key).text.lower() if sign not in ",.?") for key in keys)


def heard(values: Samples) -> str:
    return transcribe(wav.encode(values, 16_000))


ALONE = [(key,) for key in voice.load()]


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        *(pytest.param(keys, telephone.through, id="+".join(keys)) for keys in [*ALONE, *TOGETHER]),
        *(pytest.param(keys, as_it_is, id=f"{'+'.join(keys)}, 16 kHz") for keys in TOGETHER),
    ],
)
def test_each_reply_is_written_down(keys: tuple[str, ...], line: Callable[[Samples], Samples]) -> None:
    assert heard(line(said(*keys))) == words(*keys)


def test_what_others_say_is_none_of_its_replies() -> None:
    shared = {"goodbye"}
    taken = {
        name: got for name, values in spoken().items()
        if name.startswith("awb|") and name.partition("|")[2] in {*INSIDE, *OUTSIDE} - shared and (got := heard(values))
    }  # fmt: skip
    assert not taken


@pytest.mark.parametrize("kind", NOISES)
def test_noise_is_no_reply(kind: str) -> None:
    assert heard(NOISES[kind](4_000 * 16)) == ""


@pytest.mark.parametrize("fault", SPOILED)
def test_what_is_spoiled_is_no_reply(fault: str) -> None:
    assert heard(SPOILED[fault](said("done-thursday"))) == ""


def written(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    return str(file)


def test_the_command_prints_the_words_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "speech.wav", wav.encode(said("done-friday"), 16_000))
    assert main(["agent", "--transcribe", file]) == 0
    assert capsys.readouterr().out == "done your appointment is now on friday\n"


@pytest.mark.parametrize(("content", "why"), [(None, "No such file"), (b"no sound", "not a PCM WAV file")])
def test_a_file_that_is_not_there_or_no_wav_is_said_so(
    content: bytes | None, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "speech.wav"
    with pytest.raises(SystemExit) as stopped:
        main(["agent", "--transcribe", str(file) if content is None else written(file, content)])
    assert stopped.value.code == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("lost_ms", [200, 350, 500])
def test_a_reply_whose_first_word_is_lost_is_not_taken_for_the_whole(lost_ms: int) -> None:
    """What is left may be another one: "your appointment is (now) on Thursday"."""
    assert "done" not in heard(said("done-thursday")[2400 + lost_ms * 16 :])
