"""What is guessed from a captured conversation is what its protocol is, and what cannot be told is said."""

import base64
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import Signal, Violation
from gate.dialects.template.dialect import Template
from gate.dialects.template.guess.guess import guess
from gate.dialects.template.guess.proposal import Proposal
from gate.dialects.template.options import TemplateOptions
from tests.dialects.conversations import Tape, conversation
from tests.dialects.made_up import PROTOCOLS
from tests.docs import pages


@cache
def log_of(name: str) -> tuple[Frame, ...]:
    protocol = PROTOCOLS[name]
    tape = Tape(protocol.dialect, protocol.beside, **protocol.tape)
    return tuple(protocol.touch(frame) for frame in conversation(tape, **protocol.script))


@cache
def proposal_of(name: str) -> Proposal:
    return guess(log_of(name))


def guessed(proposal: Proposal) -> Template:
    return Template(TemplateOptions.model_validate(proposal.options))


def observed(dialect: Template, frames: Iterable[Frame]) -> dict[str, list[tuple[int, Signal]]]:
    observer, found = dialect.observer(), defaultdict(list)
    for at, frame in enumerate(frames):
        for signal in observer.observe(frame):
            found[signal.EVENT].append((at, signal))
    return found


def frames(*lines: tuple[str, Any]) -> list[Frame]:
    """`>` is ours. Bytes are a binary frame."""
    return [
        Frame(
            Direction.SENT if way == ">" else Direction.RECEIVED,
            Opcode.BINARY if isinstance(data, bytes) else Opcode.TEXT,
            data if isinstance(data, str | bytes) else json.dumps(data),
            0,
        )
        for way, data in lines
    ]


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_guessed_template_reads_the_log_as_the_true_one_does(name: str) -> None:
    true, mine = (observed(dialect, log_of(name)) for dialect in (PROTOCOLS[name].dialect, guessed(proposal_of(name))))
    for event in sorted(PROTOCOLS[name].events):
        assert true[event], f"the log holds no {event}"
        assert mine[event] == true[event], event
    assert mine == true


@pytest.mark.parametrize("name", PROTOCOLS)
def test_each_decision_has_a_reason(name: str) -> None:
    proposal = proposal_of(name)
    decided = {"ready", "send_audio", "encoding", "send_rate_hz", "receive_rate_hz", "type_path"} & set(
        proposal.options
    )
    parts = {f"{key}.{one}" for key in ("send", "events") for one in dict(proposal.options.get(key, {}))}  # type: ignore[arg-type]
    assert decided | parts <= set(proposal.reasons)
    assert {key for key in proposal.reasons if "." in key} == parts


def test_what_is_sent_is_what_the_protocol_says() -> None:
    for name in ("that of the docs", "nested, mu-law, greets", "binary"):
        true, mine = PROTOCOLS[name].dialect.options, TemplateOptions.model_validate(proposal_of(name).options)
        known = set(mine.send.shapes())
        assert mine.send_audio == true.send_audio
        assert known >= set(true.send.shapes()) - {"cancel"}
        assert all(mine.send.shapes()[shape] == true.send.shapes()[shape] for shape in known)


def test_the_session_of_the_log_is_kept_for_the_manifest() -> None:
    assert proposal_of("that of the docs").session == {"language": "en", "voice": "kal16"}


def test_the_conversation_of_the_docs_is_understood_line_by_line() -> None:
    (talk,) = pages.blocks(pages.OWN, "text")
    lines = [line.split("  ")[0].split(" ", 1) for line in talk.text.splitlines()]
    proposal = guess(frames(*((">" if arrow == "→" else "<", text) for arrow, text in lines)))
    options = TemplateOptions.model_validate(proposal.options)
    assert options.ready is not None
    assert proposal.options["ready"] == {"type": "hello", "session_id": "session.id"}
    assert (options.type_path, options.audio_type, options.audio_path) == ("kind", "voice", "pcm")
    assert options.send.configure == {"kind": "setup", "config": "{{session}}"}
    assert options.send.tool_result == {"kind": "ran", "id": "{{call_id}}", "ok": "{{result}}"}
    call = options.events["tool.call"]
    assert (call.type, call.call_id, call.name, call.arguments) == ("run", "call.id", "call.fn", "call.args")
    assert "whose words `words` where who: me, final: True holds" in proposal.undecided
    assert options.events["error"].type == "oops"
    assert any("rate" in doubt for doubt in proposal.undecided)


TONE = base64.b64encode(
    b"".join(int(9000 * ((i % 40) - 20) / 20).to_bytes(2, "little", signed=True) for i in range(320))
)


def audio(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "data": TONE.decode(), **more}


def doubts(proposal: Proposal) -> str:
    TemplateOptions.model_validate(proposal.options)
    return "\n".join(proposal.undecided)


def test_no_audio_at_all_is_said_and_the_defaults_stand() -> None:
    proposal = guess(frames(("<", {"type": "ready", "session_id": "s-1"}), (">", {"type": "say", "text": "good day"})))
    assert "where the caller's audio is" in doubts(proposal)
    assert "where the agent's audio is" in doubts(proposal)
    assert "audio_path" not in proposal.options


def test_random_bytes_in_base64_are_no_audio() -> None:
    noise = random.Random(7)
    keys = [base64.b64encode(noise.randbytes(640)).decode() for _ in range(30)]
    proposal = guess(frames(*(("<", {"type": "state", "data": key}) for key in keys), *[("<", audio("voice"))] * 20))
    assert proposal.options["audio_type"] == "voice"
    alone = guess(frames(*(("<", {"type": "audio", "audio": key}) for key in keys)))
    assert "`audio`: bytes that are smooth in no form of audio" in doubts(alone)
    assert "audio_path" not in alone.options


def test_words_that_are_base64_by_chance_are_words() -> None:
    said = ["what", "okay", "five", "stop", "Monday is a good day"]
    log = frames(*(("<", {"type": "transcript", "role": "user", "text": text}) for text in said), ("<", audio("voice")))
    assert guess(log).options["audio_path"] == "data"
    assert observed(guessed(guess(log)), log)["transcript.final"]


def test_an_image_is_no_audio() -> None:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(2000)).decode()
    assert "`audio`: a PNG image" in doubts(guess(frames(*[("<", {"type": "x", "audio": picture})] * 5)))


def test_two_kinds_of_audio_are_told_of() -> None:
    both = guess(frames(*[("<", audio("voice")), ("<", audio("music"))] * 10))
    assert re.search("`data` of `(voice|music)` may be the agent's audio too, and a template knows one", doubts(both))


def test_opus_is_told_of_and_not_taken() -> None:
    page = base64.b64encode(b"OggS" + bytes(2000)).decode()
    assert "Ogg (Opus)" in doubts(guess(frames(*[("<", {"type": "voice", "data": page})] * 5)))


def test_messages_alike_do_not_make_options_that_are_refused() -> None:
    alike = [(">", {"body": "good day to you"}), (">", {"body": "{}"}), (">", {"body": TONE.decode()})]
    proposal = guess(frames(*alike * 5, ("<", {"type": "a"})))
    assert doubts(proposal)


def test_a_name_that_its_places_deny_is_not_believed() -> None:
    """`turn_end` before the answer is the end of the caller's turn, not of the agent's."""
    log = list(log_of("that of the docs"))
    lie = json.dumps({"kind": "response_done"})
    starts = [
        at
        for at, frame in enumerate(log)
        if isinstance(frame.data, str) and '"who": "you", "final": true' in frame.data
    ]
    assert len(starts) == 4
    for at in reversed(starts):
        log.insert(at, Frame(Direction.RECEIVED, Opcode.TEXT, lie, log[at].t_ns))
    proposal = guess(log)
    assert "response.done" not in dict(proposal.options["events"])  # type: ignore[arg-type]


def test_messages_cut_short_are_counted() -> None:
    log = [*log_of("that of the docs")[:400], *frames(("<", '{"kind":"wor'), (">", "{"))]
    assert "2 text frames that hold no JSON object" in doubts(guess(log))


def test_two_kinds_of_words_for_one_event_are_told_of() -> None:
    log = frames(*[
        ("<", {"type": "user_transcript", "text": "good day"}), ("<", {"type": "user_final", "text": "good evening"}),
    ] * 4)  # fmt: skip
    assert "looks like transcript.final too" in doubts(guess(log))


def test_an_event_that_not_all_its_messages_can_carry_is_dropped() -> None:
    log = [*log_of("that of the docs"), *frames(("<", {"kind": "run", "call": {"id": "c-9", "fn": 7, "args": {}}}))]
    proposal = guess(log)
    assert "tool.call: some messages of its type lack what it is to carry" in doubts(proposal)
    assert not [signal for _, signal in observed(guessed(proposal), log)["violation"]]


SECRETS = {
    "bearer": "Bearer abcdef123456ghijkl", "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "plain": "hunter2hunter2hunter2",
    "uuid": "9f1c2b3a-1111-4222-8333-abcdefabcdef", "key": "sk-proj-aaaaaaaabbbbbbbb", "short": "pa55!",
}  # fmt: skip


def secretive() -> list[Frame]:
    start = {
        "type": "start", "token": SECRETS["short"],
        "session": {"voice": "kal16", "authorization": SECRETS["bearer"],
                    "extra": {"x": SECRETS["jwt"], "y": SECRETS["key"]}},
    }  # fmt: skip
    said = {"type": "chat", "user": SECRETS["uuid"], "text": "good day to you", "note": f"mine is {SECRETS['plain']}"}
    return frames(
        (">", start), ("<", {"type": "hello", "session_id": "s-1", SECRETS["key"]: 1}),
        ("<", {"type": SECRETS["plain"]}),
        *[("<", {"type": f"error {SECRETS['short']}", "message": "no such thing"})] * 2,
        *[(">", audio("mic", key=SECRETS["uuid"]))] * 20, *[("<", audio("voice"))] * 20, *[(">", said)] * 2,
    )  # fmt: skip


def test_no_secret_of_the_log_is_in_a_proposal() -> None:
    proposal = guess(secretive())
    whole = repr(proposal)
    assert [name for name, secret in SECRETS.items() if secret in whole] == []
    assert "hunter2" not in whole
    assert {"VOICE_TOKEN", "VOICE_AUTHORIZATION"} <= set(proposal.environment)
    assert proposal.session["voice"] == "kal16"
    assert proposal.session["authorization"] == "${env.VOICE_AUTHORIZATION}"


@pytest.mark.parametrize("planted", ["${env.HOME}", "{{audio_data}}", "$env.X", "${{ secrets.A }}", "a {{b}} c"])
def test_a_log_cannot_plant_what_means_something_in_a_manifest(planted: str) -> None:
    start = {"type": "start", "session": {"prompt": planted, "voice": "a", planted: 1}, "x": planted}
    log = frames(
        (">", start), ("<", {"type": "hello", "session_id": "s", planted: "b"}), ("<", {"type": planted}),
        *[(">", audio("mic", tag=planted))] * 20, *[("<", audio("voice", **{planted: True}))] * 20,
        *[(">", {"type": "chat", "text": "good day", "note": planted})] * 2,
    )  # fmt: skip
    proposal = guess(log)
    written = json.dumps([proposal.options, proposal.session])
    kept = '"data": "{{audio_data}}"' if "audio" in planted else ""
    assert planted not in (written.replace(kept, "") if kept else written)
    assert dict(proposal.options["send_audio"]) == {"type": "mic", "data": "{{audio_data}}"}  # type: ignore[arg-type]
    assert proposal.session == {"voice": "a"}


TEXTS = st.sampled_from(
    ["type", "a", "audio", "text", "id", "data", "good day", "user", "{{text}}", "${env.A}", "a.b", "", "\\", "\ud800",
     TONE.decode(), "c-1", "final", '{"a": 1}']
)  # fmt: skip
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 50_000) | TEXTS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
FRAMES = st.lists(
    st.tuples(
        st.sampled_from("<>"), st.dictionaries(TEXTS, JSONS, max_size=4) | st.text(max_size=9) | st.binary(max_size=9)
    ),
    max_size=25,
)


@given(FRAMES)
@settings(max_examples=60)
def test_whatever_the_frames_are_the_proposal_is_one_that_the_dialect_takes(lines: list[tuple[str, Any]]) -> None:
    proposal = guess(frames(*lines))
    assert Template(TemplateOptions.model_validate(proposal.options))


def test_a_proposal_that_reads_a_log_wrong_says_so() -> None:
    log = frames(*[("<", audio("voice"))] * 20, ("<", {"type": "voice", "data": "!"}))
    proposal = guess(log)
    assert any(isinstance(signal, Violation) for _, signal in observed(guessed(proposal), log)["violation"])
    assert "1 messages are illegal in the proposed protocol" in doubts(proposal)
