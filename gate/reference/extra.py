"""The reference agent's own needs, which the gate itself does not have."""

from collections.abc import Iterator
from contextlib import contextmanager


class ExtraMissing(ImportError):
    """A package of the `[agent]` extra is not installed; the text names the command."""


@contextmanager
def needs_agent_extra() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise ExtraMissing(
            f"the reference agent needs the package {error.name!r}: pip install 'voxgate[agent]'"
        ) from error
