# `make demo` needs Python 3.11+ and a package index, nothing else. `make test` sets up what it needs by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

PROOF := .venv-proof
# What other people's packages ask for and the proofs do without: some 400 MB.
UNUSED := numba llvmlite resampy onnxruntime flatbuffers litellm tokenizers huggingface-hub hf-xet tiktoken ddgs primp lxml phonenumbers fastuuid \
  regex fsspec filelock tqdm importlib-metadata zipp build pyproject-hooks

# What decides whether the image works; the gate in it is tested elsewhere.
IMAGE := Dockerfile .dockerignore entrypoint.py requirements/agent.txt requirements/build.txt \
  gate/cli/entry.py gate/cli/inputs.py gate/world/containers.py \
  tests/container/engine tests/container/conftest.py tests/container/test_action.py tests/container/test_image.py \
  tests/container/test_pipelines.py

# A hundred tests start the command: it is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test calls exact long image system check format wheel dialects mutants mutants-sockets second-agent false-alarms hostile fuzz kills soak bench lock clean

demo: $(VENV)/.demo  ## the whole gate against its own reference agent
	$(BIN)/voxgate demo

test: system $(VENV)/.dev $(PROOF)/.done  ## everything that must hold before a change lands
	$(MAKE) --no-print-directory check
	$(MAKE) --no-print-directory -j2 calls exact
	$(MAKE) --no-print-directory wheel
	@sha256sum --check --status tests/container/proven.sha256 || $(MAKE) --no-print-directory image

calls: $(VENV)/.dev  ## the tests over real sockets: they mostly wait, and go before all others when they do not
	$(BIN)/python -m pytest -n 4 --dist worksteal -m "not long" tests/e2e

exact: $(VENV)/.dev $(PROOF)/.done  ## all other tests: they only compute, and make way for calls in real time
	nice -n 10 $(BIN)/python -m pytest -n 3 --dist worksteal -m "not long" --ignore tests/e2e --ignore tests/container

long: $(VENV)/.dev $(PROOF)/.done  ## whole demos, most of them over real sockets, also on a bad network: some ten minutes
	$(BIN)/python -m pytest -n 2 --dist worksteal -m long

image: $(VENV)/.dev  ## the real image, as GitHub's runner and others start it; `make test` does it when these files changed
	$(BIN)/python -m pytest tests/container
	@sha256sum $(IMAGE) > tests/container/proven.sha256

system:  ## what tests need and no Python package brings
	@command -v flite >/dev/null || \
	{ [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends flite; } >/dev/null 2>&1 || \
	echo "NOT TESTED: the rendering of clips needs flite: apt-get install flite"
	@command -v chromium >/dev/null || \
	{ [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 || \
	echo "NOT TESTED: report.html in a browser needs Chromium: apt-get install chromium"

check: $(VENV)/.dev  ## the rules of the house
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python fixtures/render.py --check

format: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

wheel: $(VENV)/.dev  ## the wheel, in an empty environment and an empty folder, is the whole gate
	rm -rf dist
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	empty=$$(mktemp -d) && trap 'rm -rf "$$empty"' EXIT && \
	$(PYTHON) -m venv "$$empty/env" && \
	"$$empty/env/bin/python" -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/agent.txt && \
	"$$empty/env/bin/python" -m pip --disable-pip-version-check --quiet install --no-deps dist/*.whl && \
	mkdir "$$empty/folder" && cd "$$empty/folder" && "$$empty/env/bin/voxgate" demo --case "is refused" --case "A write that"

dialects: $(VENV)/.dev  ## every dialect's demo, clean and with faults, in virtual time; writes the table in docs/dialects.md
	$(BIN)/python -m tests.matrix.dialects

mutants: $(VENV)/.dev  ## every fault in five dialects, judged by the agent's own log of what it did; writes docs/mutants.md
	$(BIN)/python -m tests.matrix.mutants

mutants-sockets: $(VENV)/.dev  ## every fault once over real sockets and a sample of the matrix, as `make mutants` found them; writes docs/mutants.md
	$(BIN)/python -m tests.matrix.mutants_sockets

second-agent: $(VENV)/.dev  ## an agent that is not ours over real sockets, clean and with faults, some five minutes; writes docs/mutants.md
	$(BIN)/python -m tests.matrix.second_agent

false-alarms: $(VENV)/.dev  ## the clean agent over and over, then a thousand case runs of it: hours, needs a C compiler; writes docs/false-alarms.md
	$(BIN)/python -m tests.matrix.clean

hostile: $(VENV)/.dev  ## every hostile peer against the whole gate, some three minutes; writes the tables in docs/hostile.md
	$(BIN)/python -m tests.matrix.hostile

fuzz: $(VENV)/.fuzz  ## bytes that break what must hold of all that is read, some ten minutes; writes the table in docs/robustness.md
	$(BIN)/python -m tests.fuzz.run

kills: $(VENV)/.dev  ## kill -9 at two hundred moments of a real run, some quarter of an hour; writes the table in docs/robustness.md
	$(BIN)/python -m tests.matrix.kills

soak: $(VENV)/.dev  ## an hour of runs in one process, which must hold no more in the end; writes the table in docs/robustness.md
	$(BIN)/python -m tests.matrix.soak

bench: system $(VENV)/.dev  ## how true and how fast it is, some ten minutes; writes docs/benchmarks.md
	$(BIN)/python -m bench.page

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Voxgate needs Python 3.11 or later: make PYTHON=python3.13 …"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements/agent.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/agent.txt
	$(PIP) install --require-hashes -r requirements/build.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.demo
	$(PIP) install --require-hashes -r requirements/dev.txt
	touch $@

$(VENV)/.fuzz: requirements/fuzz.txt $(VENV)/.dev
	$(PIP) install --no-deps --require-hashes -r requirements/fuzz.txt
	touch $@

$(PROOF)/.done: requirements/proof.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(PROOF)
	$(PROOF)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r requirements/proof.txt
	touch $@

lock:  ## writes requirements/*.txt anew from pyproject.toml; needs uv
	uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --quiet -o requirements/run.txt
	uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --quiet --extra agent -c requirements/run.txt -o requirements/agent.txt
	uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --quiet --extra agent --group dev -c requirements/agent.txt -o requirements/dev.txt
	uv pip compile --group pyproject.toml:proof --universal --python-version 3.11 --override requirements/proof-overrides.txt \
	  $(UNUSED:%=--no-emit-package %) --generate-hashes --no-annotate --no-header --quiet -o requirements/proof.txt
	uv pip compile --group pyproject.toml:fuzz --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet -o requirements/fuzz.txt
	printf 'hatchling\neditables\n' | uv pip compile - --universal --generate-hashes --no-annotate --no-header --quiet -o requirements/build.txt

clean:
	rm -rf $(VENV) $(PROOF) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
