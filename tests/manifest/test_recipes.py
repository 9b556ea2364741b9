"""`clips:` and `voice:` of a manifest: what becomes of them in the plan, and every mistake at its place."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gate.core.mistakes import ManifestError
from gate.core.plan import Plan
from gate.core.recipes import Join, Noise, Recipe, Rest, Say, Take
from gate.core.vault import Vault
from gate.core.voices import CommandVoice, SpeechVoice
from gate.fixtures.library import Library, home
from gate.manifest import json_schema, read_plan

HEAD = "version: 1\ntarget: {url: 'ws://127.0.0.1:9', dialect: canonical}\n"
CASE = "suites: {tools: {cases: [{name: a, caller: [{play: %s}], never: [error]}]}}\n"
SAY = "suites: {tools: {cases: [{name: a, caller: [{say: %s}], never: [error]}]}}\n"
KEY = {"SPEECH_KEY": "s3cret-key-of-the-voice"}


def plan(folder: Path, text: str, environ: Mapping[str, str] = KEY) -> tuple[Plan, Vault]:
    path = folder / "voice-tests.yaml"
    path.write_text(HEAD + text, "utf-8")
    return read_plan(path, environ, Library(home() / "audio", folder))


def told(folder: Path, text: str, environ: Mapping[str, str] = KEY) -> list[str]:
    """The mistakes, with lines that count from the first behind the head."""
    with pytest.raises(ManifestError) as error:
        plan(folder, text, environ)
    return [
        f"{mistake.place.line - 2}:{mistake.place.column}: {str(mistake).split(': ', 1)[1]}"
        for mistake in error.value.mistakes
    ]


def take(library: Library, name: str) -> Take:
    clip = library.find(name)
    assert not isinstance(clip, str | Recipe)
    return Take(clip.name, clip.sha256, clip.duration_ms, bool(clip.segments_ms))


def test_recipes_are_resolved_until_no_name_is_left(tmp_path: Path) -> None:
    text = """\
clips:
  loud: {play: slow, gain_db: 3}
  slow: {play: hello, speed: 0.8}
  all:
    parts: [{play: loud}, {silence: 2.7s}, {play: keyboard}]
    noise: {kind: traffic, snr_db: 10}
"""
    made = {one.name: one for one in plan(tmp_path, text + CASE % "all")[0].made}
    library = Library(home() / "audio", tmp_path)
    slow = Recipe(take(library, "hello"), speed=0.8)
    loud = Recipe(Join((slow,)), gain_db=3.0)
    parts = (loud, Recipe(Rest(2_700.0)), Recipe(take(library, "keyboard")))
    assert made["slow"].recipe == slow
    assert made["loud"].recipe == loud
    assert made["all"].recipe == Recipe(Join(parts), noise=Noise("traffic", 10.0))
    assert (made["loud"].place.line, made["loud"].place.column) == (4, 3)


def test_a_step_may_change_a_clip_and_the_same_change_is_one_clip(tmp_path: Path) -> None:
    step = "{clip: hello, speed: 1.1, noise: {kind: white, snr_db: 20}, gain_db: -6}"
    found, _ = plan(tmp_path, "clips: {x: {play: hello, gain_db: -6}}\n" + CASE % f"{step}}}, {{play: {step}")
    (one, x) = found.made
    assert one.name == "hello, speed 1.1, white at 20 dB, gain -6 dB"
    assert one.recipe == Recipe(x.recipe.source, 1.1, Noise("white", 20.0), -6.0)
    assert [step.clip for step in found.cases[0].calls[0].steps] == [one.name] * 2  # type: ignore[union-attr]
    of_recipe, _ = plan(tmp_path, "clips: {x: {play: hello, gain_db: -6}}\n" + CASE % "{clip: x, gain_db: 6}")
    assert [made.name for made in of_recipe.made] == ["x", "x, gain 6 dB"]
    assert of_recipe.made[1].recipe == Recipe(Join((x.recipe,)), gain_db=6.0)


def test_a_step_that_changes_nothing_plays_the_clip_itself(tmp_path: Path) -> None:
    found, _ = plan(tmp_path, CASE % "{clip: hello, speed: 1}")
    assert found.made == ()
    assert [clip.name for clip in found.clips] == ["hello"]


@pytest.mark.parametrize(
    ("clips", "mistake"),
    [
        (
            "{play: helo}",
            "1:19: clips.x.play: there is no clip 'helo'; did you mean 'hello'?",
        ),
        (
            "{play: no.wav}",
            "1:19: clips.x.play: the clip 'no.wav' cannot be used: there is no such file beside the manifest",
        ),
        (
            "{play: x}",
            "1:19: clips.x.play: this recipe is made of itself: x → x",
        ),
        (
            "{play: hello}, hello: {silence: 1s}",
            "1:27: clips.hello: has the name of a clip of the gate's own; give it another name",
        ),
        (
            "{}",
            "1:9: clips.x lacks a key, expected one of say, play, silence, parts",
        ),
        (
            "{play: hello, silence: 1s}",
            "1:26: clips.x has play and silence at once; keep one",
        ),
        (
            "{parts: [{play: hello, say: goodbye}]}",
            "1:22: clips.x.parts[0] has say and play at once; keep one",
        ),
        (
            "{parts: []}",
            "1:13: clips.x.parts is empty, expected at least 1 entry",
        ),
        (
            "{paly: hello}",
            "1:13: unknown key 'paly' in clips.x; did you mean 'play'?",
        ),
        (
            "{silence: 0s}",
            "1:22: clips.x.silence is out of bounds, found the text '0s', expected more than nothing",
        ),
        (
            "{silence: 2700}",
            (
                "1:22: clips.x.silence has no unit, found the number 2700, expected a duration such as 800ms, 3s "
                "or 2m; write 2700s or 2700ms"
            ),
        ),
        (
            "{play: hello, speed: 3}",
            "1:33: clips.x.speed is out of bounds, found the number 3, expected at most 2.0",
        ),
        (
            "{play: hello, gain_db: 99}",
            "1:35: clips.x.gain_db is out of bounds, found the number 99, expected at most 40.0",
        ),
        (
            "{play: hello, noise: {kind: trafic, snr_db: 20}}",
            (
                "1:40: clips.x.noise.kind is wrong, found the text 'trafic', expected one of keyboard, typing, "
                "traffic, voices, white; did you mean 'traffic'?"
            ),
        ),
        (
            "{play: hello, noise: {kind: traffic}}",
            "1:26: clips.x.noise lacks the key 'snr_db'; write snr_db: 20",
        ),
        (
            "{play: hello, noise: }",
            "1:26: clips.x.noise is empty, found nothing, expected a value; give it one, or delete the key",
        ),
        (
            "{play: keyboard, noise: {kind: traffic, snr_db: 9}}",
            (
                "1:29: clips.x.noise: noise stands under speech, and nobody speaks here; play noise alone by a "
                "clip of its own: keyboard, traffic or voices"
            ),
        ),
        (
            "{parts: [{silence: 299s}, {play: hello}]}",
            "1:9: clips.x: is too long, found 303 s in 2 parts, expected at most 300 s in 1000 parts",
        ),
        (
            "{say: good day}",
            (
                "1:18: clips.x.say: no clip says 'good day', and no voice is configured to say it; did you mean "
                "'goodbye'? Else configure a `voice:`; `voxgate fixtures render --manifest voice-tests.yaml` "
                "writes what it says into voices/, to be committed beside the manifest"
            ),
        ),
        (
            "5",
            "1:12: clips.x is wrong, found the number 5, expected a mapping of keys to values",
        ),
    ],
)
def test_every_mistake_of_a_recipe_is_told_once(tmp_path: Path, clips: str, mistake: str) -> None:
    assert told(tmp_path, f"clips: {{x: {clips}}}\n" + CASE % "x") == [mistake]


def test_recipes_in_a_circle_are_told_once_with_the_way_round(tmp_path: Path) -> None:
    text = "clips:\n  a: {play: b}\n  b: {parts: [{play: hello}, {play: c}]}\n  c: {play: a, speed: 2}\n"
    assert told(tmp_path, text + CASE % "b") == ["4:13: clips.c.play: this recipe is made of itself: a → b → c → a"]


def test_recipes_do_not_unfold_without_bound(tmp_path: Path) -> None:
    names = "abcdefg"
    doubling = "".join(
        f"  {name}: {{parts: [{', '.join([f'{{play: {after}}}'] * 9)}]}}\n"
        for name, after in zip(names, names[1:] + "h", strict=True)
    )
    (mistake,) = told(tmp_path, "clips:\n" + doubling + "  h: {silence: 1ms}\n" + CASE % "a")
    assert "clips.d: is too long, found 7 s in 6561 parts, expected at most 300 s in 1000 parts" in mistake
    chain = "".join(f"  c{i}: {{play: c{i + 1}}}\n" for i in range(400)) + "  c400: {silence: 1s}\n"
    mistake, *_ = told(tmp_path, "clips:\n" + chain + CASE % "c0")
    assert "clips.c8.play: more than 8 recipes are made of one another here" in mistake


@pytest.mark.parametrize(
    ("step", "mistake"),
    [
        (
            "{clip: mumbld}",
            "there is no clip 'mumbld'; did you mean 'mumbled'?",
        ),
        (
            "mumbld",
            "there is no clip 'mumbld'; did you mean 'mumbled'?",
        ),
        (
            "{clip: helo, gain_db: -1}",
            "there is no clip 'helo'; did you mean 'hello'?",
        ),
        (
            "{clip: traffic, noise: {kind: white, snr_db: 3}}",
            (
                "noise stands under speech, and nobody speaks here; play noise alone by a clip of its own: "
                "keyboard, traffic or voices"
            ),
        ),
        (
            "{gain_db: -1}",
            "suites.tools.cases[0].caller[0].play lacks the key 'clip'",
        ),
        (
            "{clip: hello, as_is: true, speed: 2}",
            (
                "suites.tools.cases[0].caller[0].play changes a file that is to be sent as it is, expected as_is:"
                " true alone, or the changes alone"
            ),
        ),
    ],
)
def test_every_mistake_of_a_step_is_told_once(tmp_path: Path, step: str, mistake: str) -> None:
    found = told(tmp_path, "clips: {mumbled: {play: hello, gain_db: -20}}\n" + CASE % step)
    assert [mistake.split(": ", 1)[1] for mistake in found] == [mistake]


def test_a_voice_stands_in_the_plan_with_its_secret_by_name(tmp_path: Path) -> None:
    command, _ = plan(tmp_path, 'voice: {command: [flite, "{{text}}", "{{file}}"], timeout: 5s}\n' + SAY % "good day")
    assert command.voice == CommandVoice(("flite", "{{text}}", "{{file}}"), 5_000.0)
    speech = (
        'voice: {speech: {url: "https://a.example/v1/audio/speech", model: m, voice: v, key: "${env.SPEECH_KEY}"}}\n'
    )
    found, vault = plan(tmp_path, speech + SAY % "good day")
    assert found.voice == SpeechVoice("https://a.example/v1/audio/speech", "m", "v", "${env.SPEECH_KEY}")
    assert [made.recipe for made in found.made] == [Recipe(Say("good day"))]
    assert found.secrets == ("SPEECH_KEY",)
    assert vault.fill("${env.SPEECH_KEY}") == KEY["SPEECH_KEY"]


SPEECH = 'model: m, voice: v, url: "https://a.example/speech"'


@pytest.mark.parametrize(
    ("voice", "mistake"),
    [
        (
            "{}",
            "1:1: voice lacks a key, expected one of command, speech",
        ),
        (
            '{command: [say], speech: {model: m, voice: v, url: "https://a.example/speech"}}',
            "1:25: voice has command and speech at once; keep one",
        ),
        (
            "",
            "1:1: voice is empty, found nothing, expected a value; give it one, or delete the key",
        ),
        (
            "{command: []}",
            "1:9: voice.command is empty, expected at least 1 entry",
        ),
        (
            "{command: flite}",
            "1:18: voice.command is wrong, found the text 'flite', expected a list; write [flite]",
        ),
        (
            '{command: [flite, "{{txt}}"]}',
            (
                "1:26: voice.command[1] has an unknown placeholder, found '{{txt}}', expected {{text}} or "
                "{{file}}; did you mean '{{text}}'?"
            ),
        ),
        (
            '{command: ["{{text}}"]}',
            "1:19: voice.command[0] names no program, found '{{text}}'",
        ),
        (
            "{comand: [flite]}",
            "1:9: unknown key 'comand' in voice; did you mean 'command'?",
        ),
        (
            "{speech: {model: m, voice: v}}",
            "1:9: voice.speech lacks the key 'url'; write url: https://api.example/v1/audio/speech",
        ),
        (
            '{speech: {model: m, voice: v, url: "http://a.example/speech"}}',
            (
                "1:43: voice.speech.url is not encrypted, and a.example is not this machine, found "
                "'http://a.example/speech', expected https://; write https://, and a secret under key:"
            ),
        ),
        (
            '{speech: {model: m, voice: v, url: "wss://a.example"}}',
            (
                "1:43: voice.speech.url is no HTTP address, found 'wss://a.example', expected https://host/path; "
                "write https://, and a secret under key:"
            ),
        ),
        (
            '{speech: {model: m, voice: v, url: "https://a.example/speech", key: sk-123456789}}',
            (
                '1:76: voice.speech.key is a secret written out, expected "${env.NAME}"; put the secret into an '
                "environment variable: files and evidence get copied"
            ),
        ),
        (
            '{speech: {model: m, voice: v, url: "https://a.example/speech", format: mp3}}',
            "1:79: voice.speech.format is wrong, found the text 'mp3', expected one of wav, pcm",
        ),
        (
            '{speech: {model: m, voice: v, url: "https://a.example/speech", key: "${env.NO_SUCH_KEY}"}}',
            (
                "1:76: voice.speech.key refers to NO_SUCH_KEY, which is not set; set the environment variable "
                "NO_SUCH_KEY"
            ),
        ),
    ],
)
def test_every_mistake_of_a_voice_is_told_once(tmp_path: Path, voice: str, mistake: str) -> None:
    assert told(tmp_path, f"voice: {voice}\n" + SAY % "good day") == [mistake]


@pytest.mark.parametrize("environ", [{}, {"SPEECH_KEY": "short"}])
def test_the_key_of_a_voice_that_has_nothing_to_say_is_not_missed(tmp_path: Path, environ: Mapping[str, str]) -> None:
    speech = f'voice: {{speech: {{{SPEECH}, key: "${{env.SPEECH_KEY}}"}}}}\n'
    found, vault = plan(tmp_path, speech + SAY % "yes please", environ)
    assert found.secrets == ()
    assert vault.mask("short") == "short"
    assert "refers to SPEECH_KEY, which" in told(tmp_path, speech + SAY % "good day", environ)[0]


def test_editors_are_told_of_recipes_inside_recipes() -> None:
    definitions = json_schema()["$defs"]
    parts = definitions["RecipeSettings"]["properties"]["parts"]
    assert parts["items"] == {"$ref": "#/$defs/RecipeSettings"}
    assert {"required": ["say"]} in definitions["RecipeSettings"]["oneOf"]
    assert definitions["NoiseSettings"]["properties"]["kind"]["enum"][0] == "keyboard"
