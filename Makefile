# make quickstart   install into .venv, fetch the frozen encoder, build the quickstart dataset and certify it
# make test         install what the tests need and run them (lint and types included)
# make test-annotators   of these, the tests of packages that stand on torchvision: SAM and control maps of photographs
# make models       fetch the pretrained weights that some tests use; without them those tests are skipped
# make storm        the long kill and fuzz storms, in full
PYTHON ?= python3
VENV ?= .venv
RUN ?= runs/quickstart
BIN := $(VENV)/bin
ANNOTATORS := $(VENV)/annotators

.PHONY: quickstart install test test-annotators models lint storm wheel clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# //p' Makefile

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "spotdiff10k needs Python 3.11 or newer; run: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.installed

install: $(VENV)/.installed

$(VENV)/.installed-train: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[train]'
	@touch $@ $(VENV)/.installed

quickstart: $(VENV)/.installed-train
	$(BIN)/spotdiff10k models fetch augnet
	$(BIN)/spotdiff10k build quickstart --run $(RUN)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy spotdiff10k cli.py

test: lint test-annotators
	$(BIN)/python -m pytest -m 'not storm and not torchvision' -n auto --maxprocesses 4 --dist worksteal

# An environment on top of the other, which stays without torchvision: beside a torch for the CPU it can break transformers.
$(VENV)/.installed-annotators: $(VENV)/.installed-dev
	$(BIN)/python -m venv --without-pip $(ANNOTATORS)
	$(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' > $(VENV)/below.pth
	mv $(VENV)/below.pth "$$($(ANNOTATORS)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	$(BIN)/python -m pip --python $(ANNOTATORS)/bin/python install --quiet --constraint constraints.txt --editable '.[sam,annotate]'
	@touch $@

test-annotators: $(VENV)/.installed-annotators
	$(ANNOTATORS)/bin/python -m pytest -m torchvision $(shell grep -rl --include='*.py' 'mark\.torchvision' tests)

models: $(VENV)/.installed-dev
	$(BIN)/spotdiff10k models fetch augnet u2netp migan

storm: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m storm

wheel: $(VENV)/.installed-dev
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
