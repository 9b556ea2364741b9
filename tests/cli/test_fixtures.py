"""`voxgate fixtures`: what is listed, what is found wrong, and what is needed to render."""

import json
import shutil
from pathlib import Path

import pytest

from gate.cli.main import main
from gate.fixtures import library, rendering
from tests.fixtures import voices

AUDIO = library.home() / "audio"


def clips(folder: Path = AUDIO) -> list[dict[str, object]]:
    return list(json.loads((folder / "index.json").read_text("utf-8"))["clips"])


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of its own that `home()` leads to."""
    shutil.copytree(AUDIO, tmp_path / "audio")
    monkeypatch.setattr(library, "home", lambda: tmp_path)
    return tmp_path / "audio"


def test_the_list_is_a_table_of_every_clip_in_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fixtures", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    head, rows = lines[0], lines[1 : 1 + len(clips())]
    at = [head.index(word) for word in ("clip", "class", "seconds", "words")]
    for row, clip in zip(rows, clips(), strict=True):
        words = str(clip["words"])
        assert row[at[0] : at[1]].rstrip() == clip["name"]
        assert row[at[1] : at[2]].rstrip() == clip["class"]
        assert row[at[2] : at[3]] == f"{int(str(clip['duration_ms'])) / 1000:7.1f}  "[: len(row) - at[2]]
        assert row[at[3] :] == words or words.startswith(row[at[3] : -1].rstrip("…"))
        assert len(row) <= 120
        assert row == row.rstrip()
    assert "bad/stereo.wav        two channels" in lines
    assert lines[-1].startswith(f"{len(clips())} clips, ")


def test_the_list_as_json_is_the_whole_index(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fixtures", "list", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["clips"] == clips()
    assert {entry["as_is"] for entry in shown["bad"]} == {True}


def test_the_library_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fixtures", "verify"]) == 0
    assert "every hash, length and speech segment is what the index says" in capsys.readouterr().out


def test_every_difference_is_a_line_and_exit_1(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "hello.wav").unlink()
    (copy / "more.wav").write_bytes(b"")
    (copy / "bad" / "empty.wav").write_bytes(b"x")
    index = json.loads((copy / "index.json").read_text("utf-8"))
    by_name = {clip["name"]: clip for clip in index["clips"]}
    by_name["reschedule"]["duration_ms"] += 1
    by_name["hello-slow"]["segments_ms"][0][1] += 20
    (copy / "index.json").write_text(json.dumps(index), "utf-8")
    assert main(["fixtures", "verify"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines[:5]] == [
        "hello.wav", "more.wav", "bad/empty.wav", "reschedule.wav", "hello-slow.wav",
    ]  # fmt: skip
    assert lines[0] == "hello.wav: missing"
    assert lines[1] == "more.wav: not in the index"
    assert lines[2].startswith("bad/empty.wav: sha256 ")
    assert lines[3] == "reschedule.wav: 3700 ms at 16000 Hz, the index says 3701 ms at 16000 Hz"
    assert lines[4] == "hello-slow.wav: speech at [[300.0, 3780.0]] ms, the index says [[300.0, 3800.0]]"
    assert lines[-1] == f"{copy}: 5 mistakes; install Voxgate anew"


def test_a_bad_file_that_is_good_after_all_is_found(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(copy / "hello.wav", copy / "bad" / "stereo.wav")
    assert main(["fixtures", "verify"]) == 1
    assert "bad/stereo.wav: it is a sound file, the index says two channels" in capsys.readouterr().out


def test_an_index_that_is_none_is_told(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "index.json").write_text("{", "utf-8")
    assert main(["fixtures", "verify"]) == 1
    assert "index.json: cannot be read" in capsys.readouterr().out


def failed(words: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_without_flite_rendering_says_which_command_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert failed(["fixtures", "render", "--out", str(tmp_path / "new")]) == 2
    assert "flite is not installed, and it speaks the clips: `apt-get install flite`" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_without_the_recipes_rendering_says_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rendering, "home", lambda: tmp_path)
    monkeypatch.setattr(rendering, "require", lambda: "flite")
    assert failed(["fixtures", "render", "--out", str(tmp_path / "new")]) == 2
    assert "render in a checkout of Voxgate" in capsys.readouterr().err


def test_rendering_touches_no_folder_of_another_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("")
    assert failed(["fixtures", "render", "--out", str(tmp_path)]) == 2
    assert "holds something that is no clip library" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("flite") is None, reason="needs flite")
def test_the_library_is_rendered_anew_and_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fixtures", "render", "--out", str(tmp_path / "audio")]) == 0
    said = ("name", "class", "words", "recipe")
    assert [[clip[key] for key in said] for clip in clips(tmp_path / "audio")] == [
        [clip[key] for key in said] for clip in clips()
    ]
    monkeypatch.setattr(library, "home", lambda: tmp_path)
    assert main(["fixtures", "verify"]) == 0
    assert "59 files and index.json" in capsys.readouterr().out


MANIFEST = """\
version: 1
target: {{url: "ws://127.0.0.1:9", dialect: canonical}}
voice: {{command: {command}}}
clips:
  soft: {{play: hello, gain_db: -6}}
  both: {{parts: [{{say: good day}}, {{play: soft}}]}}
suites: {{tools: {{cases: [{{name: a, caller: [{{say: "what a day"}}, {{play: both}}], never: [error]}}]}}}}
"""


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A manifest with a voice, in a folder of its own, and no cache of anybody's."""
    monkeypatch.setenv("VOXGATE_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "voice-tests.yaml"
    path.write_text(MANIFEST.format(command=json.dumps(voices.command(tmp_path))), "utf-8")
    return str(path)


def states(manifest: str, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    assert main(["fixtures", "list", "--json", "--manifest", manifest]) == 0
    return [(clip["name"], clip["state"]) for clip in json.loads(capsys.readouterr().out)["manifest"]]


def test_checking_a_manifest_asks_no_voice(manifest: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", manifest]) == 0
    assert voices.spoken(Path(manifest).parent) == []
    assert not (Path(manifest).parent / "cache").exists()


def test_the_list_shows_what_a_manifest_makes_and_what_is_there(
    manifest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fixtures", "list", "--manifest", manifest]) == 0
    assert capsys.readouterr().out.splitlines()[-4:] == [
        "made for the manifest  state             words",
        "both                   still to be said  good day",
        "say: what a day        still to be said  what a day",
        "soft                   no voice needed",
    ]
    assert voices.spoken(Path(manifest).parent) == []


def test_what_a_voice_says_is_rendered_beside_the_manifest_and_verifies(
    manifest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(manifest).parent
    assert main(["fixtures", "verify", "--manifest", manifest]) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[:2] == ["voices/: lacks 'good day'", "voices/: lacks 'what a day'"]
    assert f"2 mistakes; `voxgate fixtures render --manifest {manifest}` renders what is missing" in said
    assert main(["fixtures", "render", "--manifest", manifest]) == 0
    assert f"{folder / 'voices'}: 2 files written, the others were there" in capsys.readouterr().out
    assert sorted(voices.spoken(folder)) == ["good day", "what a day"]
    committed = [("both", "committed"), ("say: what a day", "committed"), ("soft", "no voice needed")]
    assert states(manifest, capsys) == committed
    assert main(["fixtures", "verify", "--manifest", manifest]) == 0
    assert f"{manifest} needs no voice" in capsys.readouterr().out
    assert main(["fixtures", "render", "--manifest", manifest]) == 0
    assert "0 files written" in capsys.readouterr().out
    assert len(voices.spoken(folder)) == 2
    next((folder / "voices").glob("*.wav")).write_bytes(b"RIFF")
    assert main(["fixtures", "verify", "--manifest", manifest]) == 1
    assert "its hash differs" in capsys.readouterr().out


def test_what_a_run_said_is_cached_and_rendered_from_there(manifest: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(manifest).parent
    assert main(["fixtures", "render", "--manifest", manifest]) == 0
    shutil.rmtree(folder / "voices")
    (folder / "say.py").unlink()
    capsys.readouterr()
    assert [state for _, state in states(manifest, capsys)] == ["cached", "cached", "no voice needed"]
    assert main(["fixtures", "render", "--manifest", manifest]) == 0
    assert len(voices.spoken(folder)) == 2


def test_a_voice_that_cannot_speak_is_exit_2(manifest: str, capsys: pytest.CaptureFixture[str]) -> None:
    (Path(manifest).parent / "say.py").unlink()
    assert failed(["fixtures", "render", "--manifest", manifest]) == 2
    assert "ended with exit code 2; it said: " in capsys.readouterr().err


def test_rendering_wants_to_know_what(capsys: pytest.CaptureFixture[str]) -> None:
    assert failed(["fixtures", "render"]) == 2
    assert "one of the arguments --manifest --out is required" in capsys.readouterr().err
