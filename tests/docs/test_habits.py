"""The repository's own habits: workflows, action, image and templates, asked by the tools of the field."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gate.cli.sharding import NODES

HOUSE = Path(__file__).parents[2]
WORKFLOWS = sorted((HOUSE / ".github" / "workflows").glob("*.yml"))
CI = HOUSE / "docs" / "ci.md"
BIN = Path(sys.executable).parent


def asked(*command: str, text: str | None = None) -> str:
    """What a tool says, or nothing if it has no word to say."""
    done = subprocess.run(command, cwd=HOUSE, input=text, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"exit {done.returncode}: {done.stdout}{done.stderr}"


def zizmor(*paths: str) -> str:
    return asked(str(BIN / "zizmor"), "--offline", "--no-progress", "--persona=regular", *paths)


def hadolint(path: str) -> str:
    return asked(str(BIN / "hadolint"), path)


def schema(name: str, *paths: str) -> str:
    return asked(str(BIN / "check-jsonschema"), "--builtin-schema", name, *paths)


def test_zizmor_finds_nothing() -> None:
    assert zizmor(".github/workflows", "action.yml", ".github/dependabot.yml") == ""


def test_zizmor_would_find_a_fault(tmp_path: Path) -> None:
    """What is clean is clean because it was looked at."""
    text = WORKFLOWS[0].read_text("utf-8")
    (tmp_path / "bad.yml").write_text(re.sub(r"(actions/checkout)@\S+", r"\1@v6", text), "utf-8")
    assert "unpinned-uses" in zizmor(str(tmp_path / "bad.yml"))


def test_hadolint_finds_nothing_in_the_dockerfile(tmp_path: Path) -> None:
    assert hadolint("Dockerfile") == ""
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN cd /tmp\n", "utf-8")
    assert "DL3006" in hadolint(str(tmp_path / "Dockerfile"))


def test_every_file_of_its_kind_is_one(tmp_path: Path) -> None:
    assert schema("vendor.github-workflows", *map(str, WORKFLOWS)) == ""
    assert schema("vendor.github-actions", "action.yml") == ""
    assert schema("vendor.dependabot", ".github/dependabot.yml") == ""
    (tmp_path / "action.yml").write_text("name: x\nruns: {using: docker}\n", "utf-8")
    assert schema("vendor.github-actions", str(tmp_path / "action.yml")) != ""


def test_the_gitlab_recipe_is_one(tmp_path: Path) -> None:
    section = CI.read_text("utf-8").split("## GitLab\n", 1)[1]
    recipe = section.split("```\n", 1)[1].split("```", 1)[0]
    (tmp_path / ".gitlab-ci.yml").write_text(recipe, "utf-8")
    assert schema("vendor.gitlab-ci", "--data-transform", "gitlab-ci", str(tmp_path / ".gitlab-ci.yml")) == ""
    assert yaml.safe_load(recipe)["voice"]["artifacts"]["reports"] == {
        "junit": "voxgate-results/junit.xml", "codequality": "voxgate-results/gl-code-quality-report.json"
    }  # fmt: skip


def of_ci(heading: str) -> str:
    section = CI.read_text("utf-8").split(f"## {heading}\n", 1)[1]
    return section.split("```yml\n", 1)[1].split("```", 1)[0]


@pytest.mark.parametrize(("heading", "name"), [("Buildkite", "buildkite"), ("CircleCI", "circle-ci")])
def test_the_recipes_in_parts_are_of_their_kind(heading: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "recipe.yml").write_text(of_ci(heading), "utf-8")
    assert schema(f"vendor.{name}", str(tmp_path / "recipe.yml")) == ""


@pytest.mark.parametrize(
    ("heading", "system", "shard"),
    [("Buildkite", "Buildkite", "auto"), ("CircleCI", "CircleCI", "auto"), ("Kubernetes", "Kubernetes", "auto/3")],
)
def test_a_recipe_in_parts_hands_on_what_the_gate_reads_and_merges_all_parts(
    heading: str, system: str, shard: str
) -> None:
    section = CI.read_text("utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    recipe = of_ci(heading)
    index, count, first = next((index, count, first) for name, index, count, first in NODES if name == system)
    assert f"--shard {shard}" in recipe or f"--shard, {shard}" in recipe
    assert "parallelism: 3" in recipe
    if shard == "auto":
        assert f"-e {index} -e {count}" in recipe
    assert re.search(rf"--out,? \"part-\$+\(?{index}\)?\"", recipe)
    assert f"merge {' '.join(f'part-{number}' for number in range(first, first + 3))}" in section


@pytest.mark.parametrize("page", [HOUSE / "README.md", CI], ids=lambda page: page.name)
def test_the_github_recipe_is_one(page: Path, tmp_path: Path) -> None:
    recipe = next(block for block in re.findall(r"```\n(jobs:.*?)```", page.read_text("utf-8"), re.DOTALL))
    (tmp_path / "voice.yml").write_text("on: [pull_request]\n" + recipe, "utf-8")
    assert schema("vendor.github-workflows", str(tmp_path / "voice.yml")) == ""
    steps: list[dict[str, Any]] = yaml.safe_load(recipe)["jobs"]["voice"]["steps"]
    assert steps[-1]["if"] == "always()"
    assert steps[-1]["with"]["path"] == "voxgate-results"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_workflows_have_few_rights_a_limit_and_pins(file: Path) -> None:
    workflow: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 40
        assert "permissions" in job
        for step in job["steps"]:
            uses = step.get("uses", "./")
            assert uses == "./" or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", uses)


def test_the_image_is_pinned_and_main_builds_it() -> None:
    bases = re.findall(r"^FROM (\S+)", (HOUSE / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert re.fullmatch(r"python:3\.\d+-slim@sha256:[0-9a-f]{64}", bases[0])
    assert set(bases[1:]) == {"base"}
    assert yaml.safe_load((HOUSE / "action.yml").read_text("utf-8"))["runs"] == {
        "using": "docker",
        "image": "Dockerfile",
    }


def test_the_hook_is_one() -> None:
    (hook,) = yaml.safe_load((HOUSE / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert asked(sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml") == ""
    assert (hook["stages"], hook["pass_filenames"]) == (["pre-push"], False)
