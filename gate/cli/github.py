"""Under GitHub: its runner's commands, and the files that it reads back. It alone prints a workflow command.

Whatever else is printed meanwhile is quoted: the runner then takes no line for a command, whoever has spoken it."""

import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO

from gate.cli.streams import encodable
from gate.core.findings import Outcome, Report
from gate.core.mistakes import Mistake
from gate.report import github, markdown
from gate.report.workspace import Workspace

JUNIT, PAGE, EVIDENCE = "junit.xml", "report.html", "evidence"
ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "WORKSPACE")
"""Where GitHub, GitLab and Jenkins say that the workspace is."""


def workspace_of(environ: Mapping[str, str], evidence: Path) -> Workspace:
    """The pipeline's workspace, if this process works inside of it; else where it works. `evidence`: the folder."""
    here = Path.cwd()
    named = [Path(environ[name]).resolve() for name in ROOTS if environ.get(name)]
    root = next((root for root in named if here.is_relative_to(root)), here)
    return Workspace(str(root), str(here), str(evidence.absolute().parent))


@dataclass(frozen=True, slots=True)
class GitHub:
    """`output` and `summary` are the files that the runner reads back."""

    stream: TextIO
    output: Path | None
    summary: Path | None

    @classmethod
    def around(cls, environ: Mapping[str, str], stream: TextIO) -> Self | None:
        """None anywhere else. `stream`: where the words of the command go."""
        if environ.get("GITHUB_ACTIONS") != "true":
            return None
        output, summary = (environ.get(name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"))
        return cls(stream, Path(output) if output else None, Path(summary) if summary else None)

    def mask(self, values: Iterable[str]) -> None:
        """From now on the runner shows none of these. Before anything else is said."""
        self._commands(github.masks(values))

    @contextmanager
    def quoting(self, group: str = "") -> Iterator[None]:
        """What is printed meanwhile is text, folded away under `group` if that is given."""
        token = secrets.token_hex(16)
        self._commands([github.command("group", group)] if group else [])
        self._commands([github.command("stop-commands", token)])
        try:
            yield
        finally:
            self._commands([github.command(token)])
            self._commands([github.command("endgroup")] if group else [])

    def tell(
        self, report: Report, workspace: Workspace, results: Path, *, code: int, with_summary: bool = True
    ) -> None:
        """Annotations, summary and outputs of a finished run. `results`: where its documents lie; `code`: the exit
        code that the step will have."""
        red = code != 0
        self._commands(github.annotations(report, workspace, red=red))
        if with_summary:
            self._append(self.summary, markdown.render(report, workspace))
        there = {"junit": results / JUNIT, "report": results / PAGE, "evidence": Path(workspace.home) / EVIDENCE}
        files = {name: workspace.file(str(path)) for name, path in there.items() if path.exists()}
        self._outputs(github.outputs(report, report.outcome.value, files, red=red))

    def refuse(self, text: str, reason: Outcome, mistakes: Iterable[Mistake], workspace: Workspace) -> None:
        """The same where there is no report, and `text` says why."""
        found = github.mistakes(mistakes, workspace)
        self._commands(found or [github.command("error", text, title=f"Voxgate: {reason}")])
        self._append(self.summary, markdown.refusal(reason, text))
        self._outputs(github.outputs(None, reason.value, {}, red=True))

    def _outputs(self, values: Mapping[str, str]) -> None:
        self._append(self.output, github.output_file(values, f"voxgate-{secrets.token_hex(16)}"))

    def _commands(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stream.write(encodable(line, self.stream) + "\n")
        self.stream.flush()

    def _append(self, path: Path | None, text: str) -> None:
        """A file of the runner's that cannot be written changes no verdict."""
        if path is None:
            return
        try:
            with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError as error:
            print(f"voxgate: {path} could not be written: {error.strerror}", file=sys.stderr)


def refused(text: str, reason: Outcome, mistakes: Iterable[Mistake] = ()) -> None:
    """A command ended before it had anything to report: told to the pipeline, if there is one."""
    if runner := GitHub.around(os.environ, sys.stdout):
        runner.refuse(text, reason, mistakes, workspace_of(os.environ, Path(EVIDENCE)))
