"""What a run tells whoever watches it: the only word that leaves a run before its report."""

from typing import Protocol

from gate.core.findings import CaseResult, Report


class Progress(Protocol):
    def planned(self, cases: int, targets: tuple[str, ...]) -> None:
        """Once, before the first case: how many cases there are, and the names of the targets they call."""
        ...

    def started(self, case_id: str, name: str) -> None:
        """A case is being driven. Told again where it is driven again."""
        ...

    def doing(self, case_id: str, what: str) -> None:
        """What a case that is being driven is at, or waits for, from now on: a few words, none of them the agent's."""
        ...

    def finished(self, result: CaseResult) -> None:
        """A case was judged, or skipped without having been started."""
        ...

    def closing(self, report: Report, results_dir: str) -> None:
        """Once, at the end: everything is judged and written."""
        ...
