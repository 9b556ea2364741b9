"""The first manifest for what a repository holds. It asks nobody what it can find out itself, and says what it took."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from gate.cli.clues import CLUES
from gate.cli.init import comment_lines, yaml_lines
from gate.cli.outcomes import Usage
from gate.cli.starters import STARTERS, Starter
from gate.cli.survey import Found, Survey, server_of
from gate.core.suggest import did_you_mean


def first_manifest(seen: Survey, dialect: str | None, url: str | None) -> tuple[str, tuple[str, ...]]:
    """The manifest, and lines that say what it was made of. Raises Usage."""
    found = _chosen(seen, dialect)
    starter = STARTERS.get(found.dialect)
    if starter is None and url is None:
        raise Usage(f"where does the agent that speaks {found.dialect} listen? Give --url as well")
    lines = ["# Written by `voxgate init`.", *comment_lines(list(found.why), ""), "version: 1", "target:"]
    lines += _target(found, starter or Starter(), seen, url)
    lines += ["", "suites:", "  handshake:", "  smoke:"]
    others = [one.dialect for one in seen.found if one is not found and one.dialect != found.dialect]
    told = [f"found {found.dialect}: {'; '.join(found.why) or 'as --dialect says'}"]
    told += [f"also named here: {', '.join(others)}; --dialect NAME --force chooses another"] if others else []
    return "\n".join([*lines, ""]), tuple(told)


def _chosen(seen: Survey, dialect: str | None) -> Found:
    from gate.dialects import DIALECTS

    if dialect is not None:
        if dialect not in DIALECTS:
            raise Usage(f"no dialect is called {dialect!r}; {did_you_mean(dialect, DIALECTS)}")
        return next((one for one in seen.found if one.dialect == dialect), Found(dialect, 0, ()))
    if seen.likely is None:
        hints = [f"{one.dialect} ({'; '.join(one.why)})" for one in seen.found]
        weak = f" There is a hint of {', '.join(hints)}, which proves nothing." if hints else ""
        raise Usage(
            f"nothing in {seen.folder} says which protocol your agent speaks ({seen.files} files read).{weak} Give "
            "--dialect NAME (and --url URL), or --from-log FILE with captured frames of a protocol of your own"
        )
    return seen.likely


def _target(found: Found, starter: Starter, seen: Survey, url: str | None) -> Iterator[str]:
    serves = found.dialect in CLUES and CLUES[found.dialect].serves
    port, path, command = server_of(found, seen.folder) if serves else (None, "", [])
    where = url or starter.url or f"ws://127.0.0.1:{port or starter.port}{path or starter.path}"
    variable = seen.variable(found.dialect, starter.key)
    if serves and not (url or found.source):
        yield from comment_lines(["PLACEHOLDER: the port and the path of your server's socket"], "  ")
    asks = starter.http and not url
    yield from yaml_lines({"http": _filled(starter.http, variable)} if asks else {"url": where}, "  ")
    yield from yaml_lines({"dialect": found.dialect}, "  ")
    yield from comment_lines(list(starter.change), "  ")
    for key, value in (("options", starter.options), ("session", starter.session)):
        yield from yaml_lines({key: value}, "  ") if value else ()
    if starter.auth:
        yield from yaml_lines({"auth": _filled(starter.auth, variable)}, "  ")
    if serves and command and not url:
        yield from comment_lines(["the gate starts your server; delete this to start it yourself"], "  ")
        ready = {"port": urlsplit(where).port}
        yield from yaml_lines({"start": {"command": command, "ready": ready}}, "  ")


def _filled(auth: Any, variable: str) -> Any:
    if isinstance(auth, dict):
        return {key: _filled(value, variable) for key, value in auth.items()}
    return auth.replace("${env.KEY}", f"${{env.{variable}}}") if isinstance(auth, str) else auth
