"""A manifest as it stands, but for the address: there the reference agent stands in, started by the gate."""

import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from gate.reference.gatekeeper import mint
from tests.e2e.test_outcomes import free_port
from tests.rehearsal import KEY


def standing_in(text: str, manifest: Path, *options: str) -> dict[str, str]:
    """Writes the manifest; returns what is to be in the environment: for each key that it names a token that the agent
    takes, and takes no other. `options` are the agent's."""
    data: dict[str, Any] = yaml.safe_load(text)
    target, port, more = data["target"], free_port(), list(options)
    if "http" in target:
        http_port = free_port()
        target["http"]["url"] = _here(target["http"]["url"], "http", http_port)
        more += ["--http-port", str(http_port)]
    else:
        target["url"] = _here(target["url"], "ws", port)
    names = re.findall(r"\$\{env\.(\w+)\}", yaml.safe_dump(data))
    target["start"] = {
        "command": [sys.executable, "-P", "-m", "gate", "agent", "--like", str(manifest), "--port", str(port), *more,
                    "--until-eof"],
        "env": {"VOXGATE_AGENT_KEY": KEY} if names else {},
        "ready": {"port": port},
        "timeout": "120s",
    }  # fmt: skip
    manifest.write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
    return dict.fromkeys(names, mint(KEY, time.time(), lifetime_s=3600.0))


def _here(url: str, scheme: str, port: int) -> str:
    return urlsplit(url)._replace(scheme=scheme, netloc=f"127.0.0.1:{port}").geturl()
