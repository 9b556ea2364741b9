"""`voxgate init`: a first manifest. It opens no socket, and writes nothing over what is there unless it is told to."""

import argparse
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gate.cli.outcomes import Usage
from gate.cli.place_to_run import what_to_do

if TYPE_CHECKING:
    from gate.dialects.template.guess.proposal import Proposal

URL = "wss://agent.example/voice"
TOKEN = "${env.VOICE_TOKEN}"
WIDTH = 100_000
LONGEST_SESSION = 100_000
SCHEMA = "voice-tests.schema.json"


def init(arguments: argparse.Namespace) -> int:
    out = Path(arguments.out)
    if arguments.from_log is not None and arguments.dialect not in (None, "template"):
        raise Usage(f"--from-log proposes a template, not --dialect {arguments.dialect!r}: give one of the two")
    if out.exists() and not arguments.force:
        raise Usage(f"{out} is there already: give another name by --out, or --force to write over it")
    proposal = _proposal(arguments.from_log) if arguments.from_log is not None else None
    told: tuple[str, ...] = ()
    if proposal is None and not (arguments.dialect and arguments.url):
        text, told = _of_repository(arguments)
    else:
        text = _checked(arguments, proposal)
    text = f"# yaml-language-server: $schema={SCHEMA}\n{text}"
    try:
        out.write_text(text, "utf-8")
        (out.parent / SCHEMA).write_text(_schema(), "utf-8")
    except OSError as error:
        raise Usage(f"{out} cannot be written: {error.strerror or error}{what_to_do()}") from None
    if proposal:
        _tell(proposal)
    for line in told:
        print(line)
    print(f"{out}: written, and {SCHEMA} beside it for your editor")
    placeholders = "put in what is marked PLACEHOLDER, then " if "PLACEHOLDER" in text else ""
    print(f"next: {placeholders}`voxgate doctor {out}`, `voxgate check {out}`, `voxgate run {out} --suite handshake`")
    return 0


def _schema() -> str:
    import json

    from gate.manifest import json_schema

    return json.dumps(json_schema(), indent=1) + "\n"


def _of_repository(arguments: argparse.Namespace) -> tuple[str, tuple[str, ...]]:
    """A manifest for what this folder holds, and what it was made of. Raises Usage where that says too little."""
    from gate.cli.first import first_manifest
    from gate.cli.survey import survey

    seen = survey(Path.cwd())
    text, told = first_manifest(seen, arguments.dialect, arguments.url)
    if complaint := complaint_of(text):
        raise Usage(f"no manifest can be made of {seen.folder}: {complaint}")
    return text, told


def _proposal(log: str) -> "Proposal":
    from gate.cli.captured import read_capture
    from gate.dialects.template.guess.guess import guess

    return guess(read_capture(log))


def _tell(proposal: "Proposal") -> None:
    from gate.report.escape import one_line

    counted = sorted(proposal.understood.items())
    print("read out of the log: " + ", ".join(f"{name} {count}" for name, count in counted))
    for sentence in proposal.undecided:
        print(f"not decided: {one_line(sentence)}")
    for name, path in proposal.environment.items():
        print(f"secret: {one_line(path)} became ${{env.{name}}}; set that variable")


def manifest_of(proposal: "Proposal", url: str | None) -> str:
    """The manifest of a proposal, each decision with its reason."""
    lines = [*_head("template", url)]
    lines += [*comment_lines([f"NOT DECIDED: {sentence}" for sentence in proposal.undecided], "  ")]
    lines += ["  options:", *_options(proposal.options, proposal.reasons)] if proposal.options else []
    lines += _auth(proposal.environment)
    if proposal.session and len(str(proposal.session)) < LONGEST_SESSION:
        lines += ["  # what the log asks for", *yaml_lines({"session": proposal.session}, "  ")]
    return "\n".join([*lines, *_SUITES, ""])


def plain_manifest(dialect: str, url: str) -> str:
    return "\n".join([*_head(dialect, url), *_auth({}), *_SUITES, ""])


_SUITES = ("", "suites:", "  handshake:", "  smoke:")


def _head(dialect: str, url: str | None) -> Iterator[str]:
    yield from (
        "# Written by `voxgate init`. `voxgate check` first, then `voxgate run --suite handshake`.",
        "version: 1",
    )
    yield "target:"
    if url is None:
        yield "  # PLACEHOLDER: the address of your agent; ws:// only on this machine"
    yield from yaml_lines({"url": url or URL}, "  ")
    yield from yaml_lines({"dialect": dialect}, "  ")


def _auth(environment: Mapping[str, str]) -> list[str]:
    held = [f"set {name}: it stands for the secret that the log had at {path}" for name, path in environment.items()]
    told = "PLACEHOLDER: how your agent knows its caller: bearer, header or query; delete it if it lets everybody in"
    return [*comment_lines([*held, told], "  "), f'  auth: {{bearer: "{TOKEN}"}}']


def _options(options: Mapping[str, Any], reasons: Mapping[str, str]) -> Iterator[str]:
    for key, value in options.items():
        yield from comment_lines([reasons[key]] if key in reasons else [], "    ")
        if key not in ("send", "events"):
            yield from yaml_lines({key: value}, "    ")
            continue
        yield f"    {key}:"
        for name, part in value.items():
            yield from comment_lines([why] if (why := reasons.get(f"{key}.{name}")) else [], "      ")
            yield from yaml_lines({name: part}, "      ")


def comment_lines(sentences: list[str], indent: str) -> Iterator[str]:
    from gate.report.escape import one_line

    for sentence in sentences:
        yield f"{indent}# {one_line(sentence, 240)}"


def yaml_lines(value: Mapping[str, Any], indent: str) -> list[str]:
    """One key and what it holds, on a line where that fits."""
    (key,) = value
    flow = _dumped(dict(value), flow=True)[1:-1]
    if len(flow) < 110:
        return [indent + flow]
    block = _dumped({key: value[key]}, flow=False)
    return [indent + line for line in block.splitlines()]


def _dumped(value: Any, *, flow: bool) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes every text but plain words, so that no reader of YAML takes one for a number or a date."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: yaml.SafeDumper, data: str) -> yaml.ScalarNode:
        is_word = data.replace("_", "").replace(".", "").replace("-", "").isalpha() and data.isascii()
        is_plain = is_word and data[0].isalpha() and data[-1].isalpha() and data.casefold() not in _CONSTANTS
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=None if is_plain else '"')

    Dumper.add_representer(str, text)
    return yaml.dump(value, Dumper=Dumper, default_flow_style=flow, width=WIDTH, sort_keys=False).rstrip("\n")


_CONSTANTS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def _checked(arguments: argparse.Namespace, proposal: "Proposal | None") -> str:
    """The manifest that `voxgate check` takes: where it refuses what a log asks for, without that. Raises Usage."""
    if proposal is None:
        text = plain_manifest(arguments.dialect, arguments.url)
        if complaint := complaint_of(text):
            raise Usage(f"no manifest can be made of --dialect and --url: {complaint}")
        return text
    for one in (proposal, replace(proposal, session={}), replace(proposal, session={}, options={}, reasons={})):
        text = manifest_of(one, arguments.url)
        complaint = complaint_of(text)
        if not complaint:
            return text
    raise Usage(f"no manifest can be made of {arguments.from_log}: {complaint}")


def complaint_of(text: str) -> str:
    """What `voxgate check` says of it once its variables are set: it is read in a folder of its own."""
    import tempfile

    from gate.cli.running import read
    from gate.core.mistakes import ManifestError
    from gate.core.vault import REFERENCE

    environ = dict(os.environ) | dict.fromkeys(REFERENCE.findall(text), "a-stand-in-for-the-secret")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "voice-tests.yaml"
        path.write_text(text, "utf-8")
        try:
            read(str(path), environ)
        except ManifestError as error:
            return "; ".join(str(mistake).removeprefix(f"{mistake.place}: ") for mistake in error.mistakes)
    return ""
