"""The recipes of docs/ci.md for GitLab and Jenkins over the real image, as their runners start it. What is run is
taken from the page; what a pipeline would show is read from the files that the page names."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import Failure, JUnitXml
from lxml import etree

from tests.container.conftest import HOUSE, agent, contained
from tests.container.test_action import MANIFEST

CI = (HOUSE / "docs" / "ci.md").read_text("utf-8")
SCHEMA = HOUSE / "tests" / "report" / "schemas" / "junit-10.xsd"
JENKINS = 1000
"""The user that Jenkins' docker plugin runs a step as: its own, whom the image does not know."""


def recipe(heading: str) -> str:
    return CI.split(f"## {heading}\n", 1)[1].split("```\n", 1)[1].split("```", 1)[0]


GITLAB: dict[str, Any] = yaml.safe_load(recipe("GitLab"))["voice"]
JENKINSFILE = recipe("Jenkins")


@dataclass
class Job:
    folder: Path
    exit: int
    out: str

    def junit(self, path: str) -> JUnitXml:
        text = (self.folder / path).read_bytes()
        etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(text))
        return JUnitXml.fromstring(text)


def gitlab(image: str, folder: Path) -> Job:
    """As its docker executor does: the script in a shell, as the image's own user, in the project's folder."""
    here = "/builds/acme/desk"
    variables = {"CI": "true", "GITLAB_CI": "true", "CI_PROJECT_DIR": here, "VOICE_TOKEN": "a-token-of-staging"}
    (entrypoint,) = GITLAB["image"]["entrypoint"]
    done = contained(
        "--entrypoint", entrypoint, *set_in(variables), "-v", f"{folder}:{here}", "-w", here, image,
        "sh", "-ec", "\n".join(GITLAB["script"]),
    )  # fmt: skip
    return Job(folder, done.returncode, done.stdout + done.stderr)


def jenkins(image: str, folder: Path) -> Job:
    """As its docker plugin does: the workspace under its own path, its own user, a script in the place of the entry."""
    here, user = str(folder), JENKINS if os.geteuid() == 0 else os.geteuid()
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, JENKINS, JENKINS)
    variables = {"CI": "true", "WORKSPACE": here, "BUILD_NUMBER": "1", "VOICE_TOKEN": "a-token-of-staging"}
    (arguments,) = re.findall(r"args '([^']*)'", JENKINSFILE)
    (script,) = re.findall(r"\bsh '([^']*)'", JENKINSFILE)
    done = contained(
        *arguments.split(), "--user", f"{user}:{user}", *set_in(variables), "-v", f"{here}:{here}", "-w", here, image,
        "sh", "-xec", script,
    )  # fmt: skip
    return Job(folder, done.returncode, done.stdout + done.stderr)


def set_in(variables: dict[str, str]) -> Iterator[str]:
    for name, value in variables.items():
        yield from ("-e", f"{name}={value}")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Below a path that every user may enter, as the workspaces of runners are."""
    made = tmp_path / "desk"
    made.mkdir()
    for parent in made.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o011)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize("pipeline", [gitlab, jenkins])
def test_a_good_agent_is_a_green_job(pipeline: Any, image: str, folder: Path) -> None:
    with agent() as port:
        (folder / "voice-tests.yaml").write_text(MANIFEST.format(port=port), "utf-8")
        job = pipeline(image, folder)
    assert job.exit == 0, job.out
    (suite,) = job.junit("voxgate-results/junit.xml")
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (1, 0, 0, 0)


@pytest.mark.parametrize("pipeline", [gitlab, jenkins])
def test_a_bad_agent_is_a_red_job_with_a_call_to_listen_to(pipeline: Any, image: str, folder: Path) -> None:
    with agent("no-config-ack") as port:
        (folder / "voice-tests.yaml").write_text(MANIFEST.format(port=port), "utf-8")
        job = pipeline(image, folder)
    assert job.exit == 1, job.out
    ((case,),) = job.junit("voxgate-results/junit.xml")
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert failure.type == "session config"
    attached = re.findall(r"\[\[ATTACHMENT\|(.+?)\]\]", case.system_out)
    assert attached[0].endswith("call.wav")
    assert all((folder / path).is_file() for path in attached)


def test_gitlab_finds_all_that_its_recipe_names(image: str, folder: Path) -> None:
    with agent("no-config-ack") as port:
        (folder / "voice-tests.yaml").write_text(MANIFEST.format(port=port), "utf-8")
        assert gitlab(image, folder).exit == 1
    artifacts = GITLAB["artifacts"]
    assert artifacts["when"] == "always"
    assert all((folder / path).exists() for path in (*artifacts["paths"], *artifacts["reports"].values()))
    (issue,) = json.loads((folder / artifacts["reports"]["codequality"]).read_text("utf-8"))
    assert issue["location"]["path"] == "voice-tests.yaml"


def test_jenkins_finds_all_that_its_recipe_names() -> None:
    assert JENKINSFILE.count("{") == JENKINSFILE.count("}")
    assert "testResults: 'voxgate-results/junit.xml'" in JENKINSFILE
    assert "archiveArtifacts artifacts: 'voxgate-results/**'" in JENKINSFILE
    assert "always {" in JENKINSFILE
