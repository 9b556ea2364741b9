"""Whether this machine is a container: its localhost is then nobody else's, and it has only what its image brought."""

from collections.abc import Mapping
from pathlib import Path

SET_BY_IMAGE = "VOXGATE_CONTAINER"
LEFT_BY_ENGINES = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""What docker and podman lay into each container. Kubernetes lays nothing, so that the image says it too."""


def is_container(environ: Mapping[str, str]) -> bool:
    return SET_BY_IMAGE in environ or any(mark.exists() for mark in LEFT_BY_ENGINES)
